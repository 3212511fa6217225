package io.vmxlab.fpu;

import static io.vmxlab.arch.FpException.PE;
import static io.vmxlab.arch.FpException.UE;

import java.math.BigInteger;

/**
 * FSIN, FCOS, FSINCOS, FPTAN and FPATAN. SDM Vol. 2A by instruction, and Vol. 1 "Approximation of
 * Pi": arguments are reduced with a value of pi that has 66 bits. Errors, that of this reduction
 * left out, stay below 0.51 units in the last place.
 */
public final class Trigonometry {
  /** The arguments' magnitudes are below 2 to this power. */
  private static final int LIMIT = 63;

  /** Below 2 to this power Intel processors take the first term of a series, and do not round. */
  private static final int TINY = -68;

  /** Below 2 to this power an angle is beyond all rounding of what it is added to. */
  private static final int NEGLIGIBLE = -128;

  private static final long INTEGER_BIT = 1L << 63;

  /** pi / 2, from a pi of 66 bits. */
  private static final BigInteger HALF_PI_66 =
      new BigInteger("C90FDAA22168C234C", 16).shiftLeft(FixedPoint.BITS - 67);

  private static final BigInteger HALF_PI = FixedPoint.PI.shiftRight(1);

  private enum Function {
    SINE,
    COSINE,
    TANGENT
  }

  private Trigonometry() {}

  /** Sine of a. False, and nothing else, if that is too large: C2. */
  public static boolean sine(FpEnvironment env) {
    return compute(env, Function.SINE);
  }

  /** Cosine of a. False, and nothing else, if that is too large: C2. */
  public static boolean cosine(FpEnvironment env) {
    return compute(env, Function.COSINE);
  }

  /** Tangent of a. False, and nothing else, if that is too large: C2. */
  public static boolean tangent(FpEnvironment env) {
    return compute(env, Function.TANGENT);
  }

  private static boolean compute(FpEnvironment env, Function function) {
    Unpacked a = env.a;
    Unpacked r = env.r;
    env.roundedUp = false;
    if (a.isFinite() && a.exponent >= LIMIT) {
      return false;
    }
    if (!Nans.single(env, a, r)) {
      if (a.isInfinite()) {
        Exact.invalid(env, r);
      } else {
        Exact.denormals(env, a, a);
        if (a.isZero()) {
          ofZero(a, r, function);
        } else if (a.exponent < TINY) {
          ofTiny(env, a, r, function);
        } else {
          ofFinite(FixedPoint.of(a), r, function);
        }
        Rounder.round(env, Format.EXTENDED, Format.EXTENDED.precision, r);
      }
    }
    env.result();
    return true;
  }

  private static void ofZero(Unpacked a, Unpacked r, Function function) {
    r.copy(a);
    if (function == Function.COSINE) {
      r.finite(false, 0, INTEGER_BIT, 0);
    }
  }

  /** The result has all its bits, and is inexact all the same. */
  private static void ofTiny(FpEnvironment env, Unpacked a, Unpacked r, Function function) {
    r.copy(a);
    if (function == Function.COSINE) {
      r.finite(false, 0, INTEGER_BIT, 0);
    }
    env.raise(r.exponent < Format.EXTENDED.minExponent ? PE | UE : PE);
  }

  /** A little less than a number whose significand has 64 bits. */
  private static void justBelow(Unpacked r) {
    r.high--;
    r.low = -1;
    r.normalise();
  }

  private static void ofFinite(BigInteger x, Unpacked r, Function function) {
    BigInteger quarter = HALF_PI_66.shiftRight(1);
    BigInteger turns = x.add(quarter);
    BigInteger[] parts = turns.divideAndRemainder(HALF_PI_66);
    BigInteger quadrants = parts[0];
    BigInteger rest = parts[1];
    if (rest.signum() < 0) {
      quadrants = quadrants.subtract(BigInteger.ONE);
      rest = rest.add(HALF_PI_66);
    }
    rest = rest.subtract(quarter);
    int quadrant = quadrants.intValue() & 3;
    switch (function) {
      case SINE:
        FixedPoint.unpack(r, sine(rest, quadrant), 0, false);
        break;
      case COSINE:
        FixedPoint.unpack(r, sine(rest, quadrant + 1), 0, false);
        break;
      default:
        BigInteger sine = sine(rest, quadrant);
        FixedPoint.unpack(r, FixedPoint.divide(sine, sine(rest, quadrant + 1)), 0, false);
        break;
    }
  }

  /** Sine of rest + quadrant * pi/2. */
  private static BigInteger sine(BigInteger rest, int quadrant) {
    BigInteger value = (quadrant & 1) == 0 ? FixedPoint.sin(rest) : FixedPoint.cos(rest);
    return (quadrant & 2) == 0 ? value : value.negate();
  }

  /** The angle, from -pi to pi, whose tangent is b / a and whose cosine has a's sign. */
  public static void arctangent(FpEnvironment env) {
    Unpacked a = env.a;
    Unpacked b = env.b;
    Unpacked r = env.r;
    env.roundedUp = false;
    if (!Nans.larger(env, a, b, r)) {
      Exact.denormals(env, a, b);
      boolean sign = b.negative;
      if (b.isZero() && !a.negative || a.isInfinite() && !a.negative && !b.isInfinite()) {
        r.zero(false);
      } else {
        angle(a, b, r);
      }
      r.negative = sign;
      Rounder.round(env, Format.EXTENDED, Format.EXTENDED.precision, r);
    }
    env.result();
  }

  /** The magnitude. */
  private static void angle(Unpacked a, Unpacked b, Unpacked r) {
    if (a.isFinite() && b.isFinite()) {
      finiteAngle(a, b, r);
      return;
    }
    int eighths; // of a half turn, times two
    if (a.isInfinite() && b.isInfinite()) {
      eighths = a.negative ? 3 : 1;
    } else if (b.isInfinite() || a.isZero() && !b.isZero()) {
      eighths = 2;
    } else {
      eighths = 4;
    }
    BigInteger angle = FixedPoint.PI.multiply(BigInteger.valueOf(eighths)).shiftRight(2);
    FixedPoint.unpack(r, angle, 0, false);
  }

  private static void finiteAngle(Unpacked a, Unpacked b, Unpacked r) {
    boolean steep =
        b.exponent > a.exponent
            || b.exponent == a.exponent && Long.compareUnsigned(b.high, a.high) > 0;
    Unpacked smaller = steep ? a : b;
    Unpacked larger = steep ? b : a;
    Exact.quotient(smaller, larger, r);
    boolean tiny = r.exponent < NEGLIGIBLE;
    if (tiny && !steep && !a.negative) {
      if (r.low == 0) {
        justBelow(r);
      }
      return;
    }
    BigInteger angle = BigInteger.ZERO;
    if (!tiny) {
      int scale = FixedPoint.BITS + smaller.exponent - larger.exponent;
      BigInteger tangent =
          FixedPoint.unsigned(smaller.high)
              .shiftLeft(scale)
              .divide(FixedPoint.unsigned(larger.high));
      angle = FixedPoint.atan(tangent);
    }
    if (steep) {
      angle = HALF_PI.subtract(angle);
    }
    if (a.negative) {
      angle = FixedPoint.PI.subtract(angle);
    }
    FixedPoint.unpack(r, angle, 0, false);
  }
}
