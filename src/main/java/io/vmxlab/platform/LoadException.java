package io.vmxlab.platform;

/**
 * A file cannot be loaded because of what is in it. The message is one line that says what is
 * wrong; the advice says what would be right, or is empty.
 */
public final class LoadException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String advice;

  public LoadException(String what, String advice) {
    super(what);
    this.advice = advice;
  }

  /** What would be right, in one line; empty if nothing is known. */
  public String advice() {
    return advice;
  }
}
