package io.vmxlab.fpu;

import static io.vmxlab.arch.FpException.PE;
import static io.vmxlab.arch.FpException.ZE;

import java.math.BigInteger;

/**
 * F2XM1, FYL2X and FYL2XP1. SDM Vol. 2A by instruction; operands outside of the ranges there have
 * undefined results. Errors stay below 0.51 units in the last place.
 */
public final class Logarithms {
  private static final long INTEGER_BIT = 1L << 63;

  private static final BigInteger ROOT_2 = FixedPoint.ONE.shiftLeft(FixedPoint.BITS + 1).sqrt();

  /** Below 2 to this power the second term of a series is beyond all rounding. */
  private static final int TINY = -128;

  private Logarithms() {}

  /** 2 to the power of a, less 1. Beyond -1 and 1, where that is undefined, a itself. */
  public static void exp2m1(FpEnvironment env) {
    Unpacked a = env.a;
    Unpacked r = env.r;
    env.roundedUp = false;
    if (!Nans.single(env, a, r)) {
      Exact.denormals(env, a, a);
      r.copy(a);
      if (a.isInfinite() && a.negative) {
        r.finite(true, 0, INTEGER_BIT, 0);
      } else if (a.isFinite()) {
        power(env, a, r);
        Rounder.round(env, Format.EXTENDED, Format.EXTENDED.precision, r);
      }
    }
    env.result();
  }

  private static void power(FpEnvironment env, Unpacked a, Unpacked r) {
    if (a.exponent >= 0) {
      if (a.exponent == 0 && a.high == INTEGER_BIT) {
        r.exponent = a.negative ? -1 : 0;
      } else {
        env.raise(PE);
      }
    } else if (a.exponent < TINY) {
      timesFixed(r, a, FixedPoint.LN_2, false);
    } else {
      FixedPoint.unpack(r, FixedPoint.exp2m1(FixedPoint.of(a)), 0, false);
    }
  }

  /** b times the binary logarithm of a. */
  public static void log2(FpEnvironment env) {
    Unpacked a = env.a;
    Unpacked b = env.b;
    Unpacked r = env.r;
    env.roundedUp = false;
    if (!Nans.larger(env, a, b, r)) {
      boolean one = isOne(a);
      if (a.negative && !a.isZero()
          || b.isZero() && (a.isZero() || a.isInfinite())
          || b.isInfinite() && one) {
        Exact.invalid(env, r);
      } else if (a.isZero() && b.isFinite()) {
        env.raise(ZE);
        r.infinity(!b.negative);
      } else {
        Exact.denormals(env, a, b);
        boolean below = a.isZero() || a.isFinite() && a.exponent < 0;
        if (a.isFinite() && b.isFinite() && !one) {
          timesFixed(r, b, log2(a), a.high == INTEGER_BIT);
        } else {
          limit(r, b, a.isZero() || a.isInfinite(), below);
        }
        Rounder.round(env, Format.EXTENDED, Format.EXTENDED.precision, r);
      }
    }
    env.result();
  }

  /**
   * b times the binary logarithm of 1 + a. For an a that is not above -1, where that is undefined,
   * a itself.
   */
  public static void log2OnePlus(FpEnvironment env) {
    Unpacked a = env.a;
    Unpacked b = env.b;
    Unpacked r = env.r;
    env.roundedUp = false;
    if (!Nans.larger(env, a, b, r)) {
      if (a.negative && a.isInfinite()
          || b.isInfinite() && a.isZero()
          || b.isZero() && a.isInfinite()) {
        Exact.invalid(env, r);
      } else {
        Exact.denormals(env, a, b);
        if (a.isFinite() && b.isFinite()) {
          timesLogOnePlus(env, r, b, a);
        } else {
          limit(r, b, a.isInfinite(), a.negative);
        }
        Rounder.round(env, Format.EXTENDED, Format.EXTENDED.precision, r);
      }
    }
    env.result();
  }

  private static boolean isOne(Unpacked a) {
    return a.isFinite() && a.exponent == 0 && a.high == INTEGER_BIT && !a.negative;
  }

  /** b times a logarithm that is 0 or infinite, or b is; or the logarithm of 1. */
  private static void limit(Unpacked r, Unpacked b, boolean infinite, boolean negative) {
    boolean sign = b.negative != negative;
    if (infinite || b.isInfinite()) {
      r.infinity(sign);
    } else {
      r.zero(sign);
    }
  }

  /** Of a positive finite number. */
  private static BigInteger log2(Unpacked a) {
    return log2(FixedPoint.unsigned(a.high).shiftLeft(FixedPoint.BITS - 63), a.exponent);
  }

  /** Of a significand from 1 to 2 times 2^exponent. */
  private static BigInteger log2(BigInteger significand, int exponent) {
    boolean upper = significand.compareTo(ROOT_2) > 0;
    BigInteger near = upper ? significand.shiftRight(1) : significand;
    return FixedPoint.ONE
        .multiply(BigInteger.valueOf(upper ? exponent + 1 : exponent))
        .add(FixedPoint.log2OnePlus(near.subtract(FixedPoint.ONE)));
  }

  private static void timesLogOnePlus(FpEnvironment env, Unpacked r, Unpacked b, Unpacked a) {
    if (a.negative && a.exponent >= 0) {
      env.raise(PE);
      r.copy(a);
    } else if (a.exponent < TINY) {
      // log2(1 + a) is a / ln 2
      BigInteger reciprocal = FixedPoint.divide(FixedPoint.ONE, FixedPoint.LN_2);
      BigInteger product = reciprocal.multiply(FixedPoint.unsigned(a.high));
      timesFixed(r, b, a.negative ? product.negate() : product, false);
      r.exponent += a.exponent - 63;
    } else if (a.exponent < -2) {
      timesFixed(r, b, FixedPoint.log2OnePlus(FixedPoint.of(a)), false);
    } else if (a.exponent < 128) {
      BigInteger sum = FixedPoint.ONE.add(FixedPoint.of(a));
      int exponent = sum.bitLength() - 1 - FixedPoint.BITS;
      BigInteger significand = exponent < 0 ? sum.shiftLeft(-exponent) : sum.shiftRight(exponent);
      timesFixed(r, b, log2(significand, exponent), sum.bitCount() == 1);
    } else {
      timesFixed(r, b, log2(a), false);
    }
  }

  /** r := x * y */
  private static void timesFixed(Unpacked r, Unpacked x, BigInteger y, boolean exact) {
    BigInteger product = y.multiply(FixedPoint.unsigned(x.high));
    FixedPoint.unpack(r, x.negative ? product.negate() : product, x.exponent - 63, exact);
  }
}
