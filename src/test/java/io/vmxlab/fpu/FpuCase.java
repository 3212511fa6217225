package io.vmxlab.fpu;

/**
 * An operation with its operands: of 80 bits (significand, and sign with exponent), or in the low
 * bits of {@code a} and {@code b}.
 */
record FpuCase(FpuOperation operation, int control, int mxcsr, long a, int topA, long b, int topB) {
  @Override
  public String toString() {
    return String.format(
        "%s control %04X mxcsr %04X a %04X:%016X b %04X:%016X",
        operation, control, mxcsr, topA, a, topB, b);
  }
}
