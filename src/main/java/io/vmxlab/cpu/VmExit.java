package io.vmxlab.cpu;

/**
 * A VM exit on its way out of what the guest was doing, which shows nothing of itself. There is one
 * per processor; it has no stack trace, and what it reports stands in {@code vmx}.
 */
public final class VmExit extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public VmExit() {
    super(null, null, false, false);
  }
}
