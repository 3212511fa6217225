package io.vmxlab.engine;

/**
 * Thrown out of an instruction that is about to write into a page whose code has been decoded. The
 * code has been dropped; the instruction, which has changed nothing, is executed again on its own.
 */
final class SelfModified extends RuntimeException {
  private static final long serialVersionUID = 1L;
  static final SelfModified SIGNAL = new SelfModified();

  private SelfModified() {
    super(null, null, false, false);
  }
}
