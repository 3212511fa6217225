package io.vmxlab.arch;

/** Sizes the decoder assumes: CS.L and CS.D. SDM Vol. 1 "Modes of Operation". */
public enum CodeMode {
  BITS16(16),
  BITS32(32),
  BITS64(64);

  /** Default address size in bits. */
  public final int bits;

  CodeMode(int bits) {
    this.bits = bits;
  }
}
