package io.vmxlab.fpu;

import static io.vmxlab.arch.FpException.OE;
import static io.vmxlab.arch.FpException.PE;
import static io.vmxlab.arch.FpException.UE;
import static io.vmxlab.arch.RoundingControl.DOWN;
import static io.vmxlab.arch.RoundingControl.NEAREST;
import static io.vmxlab.arch.RoundingControl.UP;

/**
 * Rounds exact values. SDM Vol. 1 "Rounding", "Numeric Overflow Exception (#O)", "Numeric Underflow
 * Exception (#U)": a result is tiny if it is below the smallest normal number after rounding to the
 * destination's precision with an exponent of any size.
 */
final class Rounder {
  private static final long HALF = 1L << 63;

  private Rounder() {}

  /**
   * Rounds a finite value to a format and raises what that raises; leaves others as they are.
   *
   * @param precision significant bits, at most the format's
   */
  static void round(FpEnvironment env, Format format, int precision, Unpacked r) {
    env.roundedUp = false;
    if (!r.isFinite()) {
      return;
    }
    if (r.exponent < format.minExponent && tiny(env, format, precision, r)) {
      underflow(env, format, precision, r);
      return;
    }
    boolean inexact = cut(env, r, precision);
    if (r.exponent > format.maxExponent) {
      overflow(env, format, precision, r, inexact);
    } else if (inexact) {
      env.raise(PE);
    }
  }

  /** Rounds a finite value to an integer, without a flag. Tells whether that changed it. */
  static boolean toIntegral(FpEnvironment env, Unpacked r) {
    env.roundedUp = false;
    return r.exponent < 63 && cut(env, r, r.exponent + 1);
  }

  private static boolean tiny(FpEnvironment env, Format format, int precision, Unpacked r) {
    if (r.exponent < format.minExponent - 1) {
      return true;
    }
    long ulp = 1L << (64 - precision);
    return (r.high & -ulp) != -ulp || !roundsUp(env, r, precision);
  }

  private static void underflow(FpEnvironment env, Format format, int precision, Unpacked r) {
    if ((env.masks & UE) == 0) {
      env.raise(cut(env, r, precision) ? UE | PE : UE);
      r.exponent += format.adjustment;
      if (r.exponent < format.minExponent) {
        env.raise(format == Format.EXTENDED ? PE : 0);
        env.roundedUp = false;
        r.zero(r.negative); // "massive" underflow, which FSCALE knows
      }
    } else if (env.flushToZero) {
      env.raise(UE | PE);
      r.zero(r.negative);
    } else if (cut(env, r, precision - (format.minExponent - r.exponent))) {
      env.raise(UE | PE);
    }
  }

  private static void overflow(
      FpEnvironment env, Format format, int precision, Unpacked r, boolean inexact) {
    if ((env.masks & OE) == 0) {
      env.raise(inexact ? OE | PE : OE);
      r.exponent -= format.adjustment;
      if (r.exponent > format.maxExponent) {
        env.raise(format == Format.EXTENDED ? PE : 0);
        env.roundedUp = true;
        r.infinity(r.negative); // "massive" overflow, which FSCALE knows
      }
      return;
    }
    env.raise(OE | PE);
    boolean away = env.rounding == NEAREST || env.rounding == (r.negative ? DOWN : UP);
    env.roundedUp = away;
    if (away) {
      r.infinity(r.negative);
    } else {
      r.finite(r.negative, format.maxExponent, -1L << (64 - precision), 0);
    }
  }

  /**
   * Rounds to a number of leading bits of the significand: 1 to 64, or fewer, where the unit in the
   * last place is above the significand. The result may be zero. Tells whether it is inexact.
   */
  private static boolean cut(FpEnvironment env, Unpacked r, int bits) {
    if (exact(r, bits)) {
      return false;
    }
    boolean up = roundsUp(env, r, bits);
    env.roundedUp = up;
    r.low = 0;
    if (bits <= 0) {
      if (up) {
        r.high = HALF;
        r.exponent += 1 - bits;
      } else {
        r.zero(r.negative);
      }
      return true;
    }
    long ulp = 1L << (64 - bits);
    r.high &= -ulp;
    if (up) {
      r.high += ulp;
      if (r.high == 0) {
        r.high = HALF;
        r.exponent++;
      }
    }
    return true;
  }

  private static boolean exact(Unpacked r, int bits) {
    return bits > 0 && r.low == 0 && (r.high & (1L << (64 - bits)) - 1) == 0;
  }

  /** An inexact value rounds away from zero. */
  private static boolean roundsUp(FpEnvironment env, Unpacked r, int bits) {
    switch (env.rounding) {
      case NEAREST:
        return nearestIsUp(r, bits);
      case DOWN:
        return r.negative && !exact(r, bits);
      case UP:
        return !r.negative && !exact(r, bits);
      default:
        return false;
    }
  }

  private static boolean nearestIsUp(Unpacked r, int bits) {
    if (bits < 0) {
      return false;
    }
    long rest = bits == 64 ? r.low : r.high << bits;
    long below = bits == 64 ? 0 : r.low;
    if (rest != HALF || below != 0) {
      return rest < 0;
    }
    return bits > 0 && (r.high & 1L << (64 - bits)) != 0;
  }
}
