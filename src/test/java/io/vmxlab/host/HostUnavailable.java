package io.vmxlab.host;

/** This machine's processor cannot be compared with; the message says why, in one line. */
public final class HostUnavailable extends Exception {
  private static final long serialVersionUID = 1L;

  public HostUnavailable(String reason) {
    super(reason);
  }
}
