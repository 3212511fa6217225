package io.vmxlab.machine;

/** An instruction that was executed through {@link Intrinsics} needs something not modelled. */
public final class UnmodelledException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnmodelledException(String what) {
    super("not modelled: " + what);
  }
}
