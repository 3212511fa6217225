package io.vmxlab.engine;

/**
 * Thrown out of an instruction that is about to write into a page whose code has been decoded, and
 * has been dropped, or that has to be on its own for another reason. The instruction has changed
 * nothing, and is executed again by itself.
 */
final class SelfModified extends RuntimeException {
  private static final long serialVersionUID = 1L;
  static final SelfModified SIGNAL = new SelfModified();

  private SelfModified() {
    super(null, null, false, false);
  }
}
