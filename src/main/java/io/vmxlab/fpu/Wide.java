package io.vmxlab.fpu;

/** Unsigned integers of 128 bits, in two halves. */
final class Wide {
  private static final long LOW_HALF = 0xFFFF_FFFFL;

  private Wide() {}

  /** Bits 127:64 of the product. */
  static long multiplyHigh(long x, long y) {
    return Math.multiplyHigh(x, y) + (x >> 63 & y) + (y >> 63 & x);
  }

  /**
   * high:low divided by a divisor whose top bit is 1 and that is above high: the quotient of 64
   * bits. Schoolbook division with digits of 32 bits.
   */
  static long divide(long high, long low, long divisor) {
    long first = digit(high, low >>> 32, divisor);
    long rest = (high << 32 | low >>> 32) - first * divisor;
    long second = digit(rest, low & LOW_HALF, divisor);
    return first << 32 | second;
  }

  /** The largest q with q * divisor not above rest:next, where rest is below the divisor. */
  private static long digit(long rest, long next, long divisor) {
    long top = divisor >>> 32;
    long q = Long.divideUnsigned(rest, top);
    long r = rest - q * top;
    long bottom = divisor & LOW_HALF;
    while (q > LOW_HALF || Long.compareUnsigned(q * bottom, r << 32 | next) > 0) {
      q--;
      r += top;
      if (r > LOW_HALF) {
        break;
      }
    }
    return q;
  }
}
