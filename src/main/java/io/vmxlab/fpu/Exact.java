package io.vmxlab.fpu;

import static io.vmxlab.arch.FpException.DE;
import static io.vmxlab.arch.FpException.IE;
import static io.vmxlab.arch.FpException.ZE;
import static io.vmxlab.arch.RoundingControl.DOWN;

/**
 * Arithmetic on numbers without a limit to precision and exponent, and what it does with zeros and
 * infinities. NaNs have been seen to; the results wait to be rounded.
 */
final class Exact {
  private Exact() {}

  /** r := a + b */
  static void add(FpEnvironment env, Unpacked a, Unpacked b, Unpacked r) {
    add(env, a, b, b.negative, r);
  }

  /** r := a - b */
  static void subtract(FpEnvironment env, Unpacked a, Unpacked b, Unpacked r) {
    add(env, a, b, !b.negative, r);
  }

  private static void add(
      FpEnvironment env, Unpacked a, Unpacked b, boolean negativeB, Unpacked r) {
    if (a.isInfinite() && b.isInfinite() && a.negative != negativeB) {
      invalid(env, r);
      return;
    }
    denormals(env, a, b);
    if (a.isInfinite() || b.isInfinite()) {
      r.infinity(a.isInfinite() ? a.negative : negativeB);
    } else if (b.isZero()) {
      r.copy(a);
      if (a.isZero() && a.negative != negativeB) {
        r.negative = env.rounding == DOWN;
      }
    } else if (a.isZero()) {
      r.copy(b);
      r.negative = negativeB;
    } else if (a.exponent > b.exponent
        || a.exponent == b.exponent && Long.compareUnsigned(a.high, b.high) >= 0) {
      sum(env, a, a.negative, b, negativeB, r);
    } else {
      sum(env, b, negativeB, a, a.negative, r);
    }
  }

  /**
   * Of finite values whose significands have 64 or 128 bits; x has the larger or same magnitude.
   */
  private static void sum(
      FpEnvironment env, Unpacked x, boolean negativeX, Unpacked y, boolean negativeY, Unpacked r) {
    long high = y.high;
    long low = y.low;
    int shift = x.exponent - y.exponent;
    if (shift >= 128) {
      high = 0;
      low = 1;
    } else if (shift >= 64) {
      long lost = shift == 64 ? low : low | high << (128 - shift);
      low = high >>> (shift - 64) | (lost != 0 ? 1 : 0);
      high = 0;
    } else if (shift > 0) {
      long lost = low << (64 - shift);
      low = high << (64 - shift) | low >>> shift | (lost != 0 ? 1 : 0);
      high >>>= shift;
    }
    r.finite(negativeX, x.exponent, x.high, x.low);
    if (negativeX == negativeY) {
      plus(r, high, low);
    } else {
      r.high -= high + (Long.compareUnsigned(r.low, low) < 0 ? 1 : 0);
      r.low -= low;
      if ((r.high | r.low) == 0) {
        r.zero(env.rounding == DOWN);
      } else {
        r.normalise();
      }
    }
  }

  private static void plus(Unpacked r, long high, long low) {
    long sumLow = r.low + low;
    long carry = Long.compareUnsigned(sumLow, low) < 0 ? 1 : 0;
    long halves = r.high + high;
    long sumHigh = halves + carry;
    boolean over =
        Long.compareUnsigned(halves, high) < 0 || Long.compareUnsigned(sumHigh, carry) < 0;
    r.low = sumLow;
    r.high = sumHigh;
    if (over) {
      r.low = sumLow >>> 1 | sumHigh << 63 | sumLow & 1;
      r.high = sumHigh >>> 1 | 1L << 63;
      r.exponent++;
    }
  }

  /** r := a * b */
  static void multiply(FpEnvironment env, Unpacked a, Unpacked b, Unpacked r) {
    boolean sign = a.negative != b.negative;
    if (a.isInfinite() && b.isZero() || a.isZero() && b.isInfinite()) {
      invalid(env, r);
      return;
    }
    denormals(env, a, b);
    if (a.isInfinite() || b.isInfinite()) {
      r.infinity(sign);
    } else if (a.isZero() || b.isZero()) {
      r.zero(sign);
    } else {
      r.finite(
          sign, a.exponent + b.exponent + 1, Wide.multiplyHigh(a.high, b.high), a.high * b.high);
      r.normalise();
    }
  }

  /** r := a / b */
  static void divide(FpEnvironment env, Unpacked a, Unpacked b, Unpacked r) {
    boolean sign = a.negative != b.negative;
    if (a.isInfinite() && b.isInfinite() || a.isZero() && b.isZero()) {
      invalid(env, r);
      return;
    }
    if (b.isZero() && a.isFinite()) {
      env.raise(ZE);
      r.infinity(sign);
      return;
    }
    denormals(env, a, b);
    if (a.isInfinite()) {
      r.infinity(sign);
    } else if (a.isZero() || b.isInfinite()) {
      r.zero(sign);
    } else {
      quotient(a, b, r);
      r.negative = sign;
    }
  }

  /** Of finite values with significands of 64 bits. */
  static void quotient(Unpacked a, Unpacked b, Unpacked r) {
    long top = Wide.divide(a.high >>> 1, a.high << 63, b.high);
    long rest = (a.high << 63) - top * b.high;
    long next = Wide.divide(rest, 0, b.high);
    long sticky = next * b.high != 0 ? 1 : 0;
    r.finite(false, a.exponent - b.exponent, top, next | sticky);
    r.normalise();
  }

  /** r := square root of a */
  static void squareRoot(FpEnvironment env, Unpacked a, Unpacked r) {
    if (a.negative && !a.isZero()) {
      invalid(env, r);
      return;
    }
    denormals(env, a, a);
    if (!a.isFinite()) {
      r.copy(a);
      return;
    }
    int odd = a.exponent & 1;
    long high = odd == 0 ? a.high >>> 1 : a.high;
    long low = odd == 0 ? a.high << 63 : 0;
    // An estimate with 50 good bits, a step of Newton's, and what the last bits still lack.
    double estimate = Math.sqrt((high >>> 11) * 0x1p-53) * 0x1p63;
    long root = estimate >= 0x1p63 - 1024 ? Long.MAX_VALUE : (long) estimate;
    root <<= 1;
    long restHigh = high - Wide.multiplyHigh(root, root);
    long product = root * root;
    long restLow = low - product;
    restHigh -= Long.compareUnsigned(low, product) < 0 ? 1 : 0;
    long step = (restHigh << 32 | restLow >>> 32) / (root >>> 31);
    root += step;
    finishRoot(high, low, root, r);
    r.exponent = a.exponent >> 1;
  }

  /** Corrects an estimate of the root of high:low, which has 64 bits, by the remainder. */
  private static void finishRoot(long high, long low, long estimate, Unpacked r) {
    long root = estimate;
    long product = root * root;
    long restLow = low - product;
    long restHigh =
        high - Wide.multiplyHigh(root, root) - (Long.compareUnsigned(low, product) < 0 ? 1 : 0);
    while (restHigh < 0) {
      root--;
      long added = root << 1 | 1;
      restLow += added;
      restHigh += (root >>> 63) + (Long.compareUnsigned(restLow, added) < 0 ? 1 : 0);
    }
    while (above(restHigh, restLow, root)) {
      long taken = root << 1 | 1;
      restHigh -= (root >>> 63) + (Long.compareUnsigned(restLow, taken) < 0 ? 1 : 0);
      restLow -= taken;
      root++;
    }
    // The remainder tells how the fraction compares with 1/2, which it never is.
    boolean overHalf = restHigh != 0 || Long.compareUnsigned(restLow, root) > 0;
    long fraction = (restHigh | restLow) == 0 ? 0 : overHalf ? 3L << 62 : 1L << 62;
    r.finite(false, 0, root, fraction);
  }

  /** high:low is above 2 * root. */
  private static boolean above(long high, long low, long root) {
    long top = root >>> 63;
    return high > top || high == top && Long.compareUnsigned(low, root << 1) > 0;
  }

  static void invalid(FpEnvironment env, Unpacked r) {
    env.raise(IE);
    r.indefinite();
  }

  static void denormals(FpEnvironment env, Unpacked a, Unpacked b) {
    if (a.denormal || b.denormal) {
      env.raise(DE);
    }
  }
}
