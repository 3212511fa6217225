package io.vmxlab.fpu;

/**
 * Partial remainders, FPREM and FPREM1. SDM Vol. 2A "FPREM-Partial Remainder". The remainder is
 * exact.
 */
public final class Remainder {
  /** {@link #reduce}: the reduction is not complete. */
  public static final int INCOMPLETE = -1;

  /** {@link #reduce}: there is none, since an operand is invalid or a NaN. */
  public static final int NONE = -2;

  private Remainder() {}

  /**
   * The result is the remainder of a divided by b, or if the exponents differ by 64 or more, a
   * partial one, of a less a multiple of b that leaves the exponent 32 to 63 lower.
   *
   * @param nearest rounds the quotient to the nearest integer (FPREM1), else toward zero
   * @return the three lowest bits of the quotient, or {@link #INCOMPLETE} or {@link #NONE}
   */
  public static int reduce(FpEnvironment env, boolean nearest) {
    Unpacked a = env.a;
    Unpacked b = env.b;
    Unpacked r = env.r;
    env.roundedUp = false;
    int quotient = NONE;
    if (!Nans.larger(env, a, b, r)) {
      if (a.isInfinite() || b.isZero()) {
        Exact.invalid(env, r);
      } else {
        Exact.denormals(env, a, b);
        r.copy(a);
        quotient = 0;
        if (a.isFinite() && b.isFinite()) {
          quotient = finite(r, b, nearest);
          Rounder.round(env, Format.EXTENDED, Format.EXTENDED.precision, r);
        }
      }
    }
    env.result();
    return quotient;
  }

  private static int finite(Unpacked r, Unpacked b, boolean nearest) {
    int difference = r.exponent - b.exponent;
    if (difference < 0) {
      return difference == -1 && nearest ? nearestOfHalf(r, b) : 0;
    }
    boolean complete = difference < 64;
    int steps = complete ? difference : 32 + difference % 32;
    long rest = r.high;
    long quotient = 0;
    boolean carry = false;
    for (int i = 0; ; i++) {
      quotient <<= 1;
      if (carry || Long.compareUnsigned(rest, b.high) >= 0) {
        rest -= b.high;
        quotient |= 1;
      }
      if (i == steps) {
        break;
      }
      carry = rest < 0;
      rest <<= 1;
    }
    boolean negative = r.negative;
    if (complete && nearest && roundsUp(rest, b.high, quotient)) {
      rest = b.high - rest;
      quotient++;
      r.negative = !negative;
    }
    if (rest == 0) {
      r.zero(negative);
    } else {
      r.finite(r.negative, r.exponent - steps, rest, 0);
      r.normalise();
    }
    return complete ? (int) quotient & 7 : INCOMPLETE;
  }

  /** The rest is above half the divisor, or is half of it with an odd quotient. */
  private static boolean roundsUp(long rest, long divisor, long quotient) {
    int order = Long.compareUnsigned(rest, divisor - rest);
    return order > 0 || order == 0 && (quotient & 1) != 0;
  }

  /** The dividend has the exponent below the divisor's, so the quotient is 0 or 1. */
  private static int nearestOfHalf(Unpacked r, Unpacked b) {
    if (Long.compareUnsigned(r.high, b.high) <= 0) {
      return 0;
    }
    // b - r, in units of r's last place: b is 2 * b.high of them.
    long rest = (b.high << 1) - r.high;
    r.finite(!r.negative, r.exponent, rest, 0);
    r.normalise();
    return 1;
  }
}
