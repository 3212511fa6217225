package io.vmxlab.vmx.ept;

/** Bits of the exit qualification of an EPT violation. */
final class EptViolation {
  static final long FETCH = 1L << 2;

  /** From the bits of an entry to those that tell them. */
  static final int ALLOWED_SHIFT = 3;

  static final long USER_EXECUTABLE = 1L << 6;
  static final long LINEAR_ADDRESS_VALID = 1L << 7;
  static final long TRANSLATION = 1L << 8;
  static final long USER_PAGE = 1L << 9;
  static final long WRITABLE_PAGE = 1L << 10;
  static final long EXECUTE_DISABLE_PAGE = 1L << 11;

  private EptViolation() {}
}
