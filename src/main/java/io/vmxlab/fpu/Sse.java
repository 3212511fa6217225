package io.vmxlab.fpu;

import static io.vmxlab.arch.FpException.PE;

/**
 * Arithmetic of SSE and its successors on encodings of up to 64 bits, which travel in the low bits
 * of a {@code long}; above the format's width operands may have anything, and results have zeros.
 * SDM Vol. 1 "SIMD Floating-Point Exceptions" and, for NaNs, "Rules for Handling NaNs".
 *
 * <p>Every operation adds to {@link FpEnvironment#flags}. What it returns while an unmasked
 * exception is among them is not to be stored.
 */
public final class Sse {
  private Sse() {}

  /** a + b */
  public static long add(FpEnvironment env, Format format, long a, long b) {
    if (operands(env, format, a, b)) {
      Exact.add(env, env.a, env.b, env.r);
    }
    return rounded(env, format);
  }

  /** a - b */
  public static long subtract(FpEnvironment env, Format format, long a, long b) {
    if (operands(env, format, a, b)) {
      Exact.subtract(env, env.a, env.b, env.r);
    }
    return rounded(env, format);
  }

  /** a * b */
  public static long multiply(FpEnvironment env, Format format, long a, long b) {
    if (operands(env, format, a, b)) {
      Exact.multiply(env, env.a, env.b, env.r);
    }
    return rounded(env, format);
  }

  /** a / b */
  public static long divide(FpEnvironment env, Format format, long a, long b) {
    if (operands(env, format, a, b)) {
      Exact.divide(env, env.a, env.b, env.r);
    }
    return rounded(env, format);
  }

  /** Square root of a. */
  public static long squareRoot(FpEnvironment env, Format format, long a) {
    if (operands(env, format, a, a)) {
      Exact.squareRoot(env, env.a, env.r);
    }
    return rounded(env, format);
  }

  /** MIN: b unless a is below it, so b if either is a NaN or both are zeros. */
  public static long minimum(FpEnvironment env, Format format, long a, long b) {
    return chosen(env, format, a, b, Relation.LESS);
  }

  /** MAX: b unless a is above it, so b if either is a NaN or both are zeros. */
  public static long maximum(FpEnvironment env, Format format, long a, long b) {
    return chosen(env, format, a, b, Relation.GREATER);
  }

  private static long chosen(FpEnvironment env, Format format, long a, long b, Relation firstWins) {
    Relation relation = compare(env, format, a, b, true);
    return (relation == firstWins ? env.a : env.b).bits(format);
  }

  /**
   * Compares a with b.
   *
   * @param signaling a quiet NaN is invalid too
   */
  public static Relation compare(
      FpEnvironment env, Format format, long a, long b, boolean signaling) {
    load(env, env.a, format, a);
    load(env, env.b, format, b);
    return Comparison.compare(env, env.a, env.b, signaling);
  }

  /**
   * Converts between formats. A NaN keeps the leading bits of its payload. A denormal number of 16
   * bits is an ordinary operand and an ordinary result, whatever DAZ and FTZ say. SDM Vol. 2D
   * "VCVTPH2PS" and "VCVTPS2PH".
   */
  public static long convert(FpEnvironment env, Format from, Format to, long a) {
    boolean daz = env.denormalsAreZeros;
    boolean ftz = env.flushToZero;
    env.denormalsAreZeros &= from != Format.HALF;
    env.flushToZero &= to != Format.HALF;
    load(env, env.a, from, a);
    env.denormalsAreZeros = daz;
    if (!Nans.first(env, env.a, env.a, env.r)) {
      if (from != Format.HALF) {
        Exact.denormals(env, env.a, env.a);
      }
      env.r.copy(env.a);
    }
    long result = rounded(env, to);
    env.flushToZero = ftz;
    return result;
  }

  /**
   * To a signed integer, sign-extended. What does not fit is invalid and gives the most negative
   * value.
   *
   * @param width of the result in bits, 32 or 64
   * @param truncate rounds toward zero, whatever the rounding mode
   */
  public static long toInteger(
      FpEnvironment env, Format format, long a, int width, boolean truncate) {
    load(env, env.a, format, a);
    return Integers.toInteger(env, env.a, width, truncate);
  }

  /** Of a signed integer. */
  public static long fromInteger(FpEnvironment env, Format format, long value) {
    env.r.setInteger(value);
    return rounded(env, format);
  }

  /**
   * ROUND: to an integral value in the same format.
   *
   * @param quietly without the inexact exception
   */
  public static long roundToIntegral(FpEnvironment env, Format format, long a, boolean quietly) {
    load(env, env.a, format, a);
    if (!Nans.first(env, env.a, env.a, env.r)) {
      env.r.copy(env.a);
      if (env.r.isFinite() && Rounder.toIntegral(env, env.r) && !quietly) {
        env.raise(PE);
      }
    }
    return env.r.bits(format);
  }

  /** Loads both; false if the result is decided, which is so with NaNs. */
  private static boolean operands(FpEnvironment env, Format format, long a, long b) {
    load(env, env.a, format, a);
    load(env, env.b, format, b);
    return !Nans.first(env, env.a, env.b, env.r);
  }

  private static void load(FpEnvironment env, Unpacked to, Format format, long bits) {
    to.set(format, bits);
    if (to.denormal && env.denormalsAreZeros) {
      to.zero(to.negative);
      to.denormal = false;
    }
  }

  private static long rounded(FpEnvironment env, Format format) {
    Rounder.round(env, format, format.precision, env.r);
    return env.r.bits(format);
  }
}
