package io.vmxlab.cli;

/** Wrong usage or unusable input, with a message of one line for the user. */
final class UserError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UserError(String message) {
    super(message, null, false, false);
  }
}
