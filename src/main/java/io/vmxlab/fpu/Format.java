package io.vmxlab.fpu;

/** The binary formats. SDM Vol. 1 "Floating-Point Data Types". */
public enum Format {
  // spotless:off
  HALF    (16, 11,  5),
  SINGLE  (32, 24,  8),
  DOUBLE  (64, 53, 11),
  EXTENDED(80, 64, 15);
  // spotless:on

  /** Of all of it, in bits. */
  public final int width;

  /** Bits of the significand, with the integer bit, whether that is stored or implied. */
  public final int precision;

  /** The exponent field of a number that is no zero, denormal, infinity or NaN, less this. */
  public final int bias;

  /** Exponent of the smallest normal number. */
  public final int minExponent;

  /** Exponent of the largest finite number. */
  public final int maxExponent;

  /**
   * What an unmasked overflow subtracts from the exponent of a result for a register, and an
   * unmasked underflow adds.
   */
  final int adjustment;

  Format(int width, int precision, int exponentBits) {
    this.width = width;
    this.precision = precision;
    bias = (1 << (exponentBits - 1)) - 1;
    minExponent = 1 - bias;
    maxExponent = bias;
    adjustment = 3 << (exponentBits - 2);
  }

  /** The exponent field of infinities and NaNs. */
  int topField() {
    return 2 * bias + 1;
  }
}
