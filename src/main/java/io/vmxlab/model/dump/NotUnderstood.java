package io.vmxlab.model.dump;

/** A line is of a format, but what it says cannot be read. */
final class NotUnderstood extends Exception {
  private static final long serialVersionUID = 1L;

  NotUnderstood(String message) {
    super(message, null, false, false);
  }
}
