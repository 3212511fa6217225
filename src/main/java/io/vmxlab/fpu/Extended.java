package io.vmxlab.fpu;

import static io.vmxlab.arch.FpException.PE;
import static io.vmxlab.arch.FpException.ZE;

/**
 * Arithmetic of the x87 FPU. Operands are in {@link FpEnvironment#a} and {@link FpEnvironment#b},
 * wherever they come from, so that a denormal or signaling operand in memory is seen as what it is
 * there; the result is packed as 80 bits in the environment. SDM Vol. 1 "Programming with the x87
 * FPU".
 *
 * <p>Every operation adds to {@link FpEnvironment#flags}. After {@link FpEnvironment#stopped} the
 * result is not to be stored.
 */
public final class Extended {
  private Extended() {}

  /** a + b, rounded to the environment's precision. */
  public static void add(FpEnvironment env) {
    if (!Nans.larger(env, env.a, env.b, env.r)) {
      Exact.add(env, env.a, env.b, env.r);
    }
    arithmeticResult(env);
  }

  /** a - b, rounded to the environment's precision. */
  public static void subtract(FpEnvironment env) {
    if (!Nans.larger(env, env.a, env.b, env.r)) {
      Exact.subtract(env, env.a, env.b, env.r);
    }
    arithmeticResult(env);
  }

  /** a * b, rounded to the environment's precision. */
  public static void multiply(FpEnvironment env) {
    if (!Nans.larger(env, env.a, env.b, env.r)) {
      Exact.multiply(env, env.a, env.b, env.r);
    }
    arithmeticResult(env);
  }

  /** a / b, rounded to the environment's precision. */
  public static void divide(FpEnvironment env) {
    if (!Nans.larger(env, env.a, env.b, env.r)) {
      Exact.divide(env, env.a, env.b, env.r);
    }
    arithmeticResult(env);
  }

  /** Square root of a, rounded to the environment's precision. */
  public static void squareRoot(FpEnvironment env) {
    if (!Nans.single(env, env.a, env.r)) {
      Exact.squareRoot(env, env.a, env.r);
    }
    arithmeticResult(env);
  }

  /** a as an integral value. */
  public static void roundToIntegral(FpEnvironment env) {
    env.roundedUp = false;
    if (!Nans.single(env, env.a, env.r)) {
      Exact.denormals(env, env.a, env.a);
      env.r.copy(env.a);
      if (env.r.isFinite() && Rounder.toIntegral(env, env.r)) {
        env.raise(PE);
      }
    }
    env.result();
  }

  /**
   * Compares a with b.
   *
   * @param signaling a quiet NaN is invalid too: FCOM and its kin, not FUCOM
   */
  public static Relation compare(FpEnvironment env, boolean signaling) {
    return Comparison.compare(env, env.a, env.b, signaling);
  }

  /**
   * Loads a number of 32 or 64 bits, exactly. A denormal shows, and is loaded even if that
   * exception has no mask; a signaling NaN is invalid.
   */
  public static void load(FpEnvironment env, Format format, long bits) {
    env.a.set(format, bits);
    if (!Nans.single(env, env.a, env.r)) {
      Exact.denormals(env, env.a, env.a);
      env.r.copy(env.a);
    }
    env.result();
  }

  /** a as a number of 32 or 64 bits. Precision control does not count. */
  public static long store(FpEnvironment env, Format format) {
    env.roundedUp = false;
    if (!Nans.single(env, env.a, env.r)) {
      env.r.copy(env.a);
      Rounder.round(env, format, format.precision, env.r);
    }
    return env.r.bits(format);
  }

  /** The QNaN floating-point indefinite in a format of 32 or 64 bits. */
  public static long indefinite(FpEnvironment env, Format format) {
    env.r.indefinite();
    return env.r.bits(format);
  }

  /** Loads a signed integer, exactly. */
  public static void loadInteger(FpEnvironment env, long value) {
    env.result(env.a.setInteger(value));
  }

  /** a times 2 to the power of b, whose fraction does not count: FSCALE. */
  public static void scale(FpEnvironment env) {
    env.roundedUp = false;
    Unpacked a = env.a;
    Unpacked b = env.b;
    if (!Nans.larger(env, a, b, env.r)) {
      if (b.isInfinite() && (b.negative ? a.isInfinite() : a.isZero())) {
        Exact.invalid(env, env.r);
      } else {
        Exact.denormals(env, a, b);
        env.r.copy(a);
        scaled(env, b);
      }
    }
    env.result();
  }

  private static void scaled(FpEnvironment env, Unpacked power) {
    Unpacked r = env.r;
    if (power.isInfinite()) {
      if (power.negative) {
        r.zero(r.negative);
      } else {
        r.infinity(r.negative);
      }
    } else if (r.isFinite()) {
      int limit = 1 << 16; // beyond every exponent and every distance between two
      if (power.isFinite() && power.exponent >= 0) {
        int by = power.exponent > 15 ? limit : (int) (power.high >>> (63 - power.exponent));
        r.exponent += power.negative ? -by : by;
      }
      Rounder.round(env, Format.EXTENDED, Format.EXTENDED.precision, r);
    }
  }

  /**
   * Takes a apart: FXTRACT. The result is the significand, with a's sign; the exponent is in {@link
   * FpEnvironment#a} as a number.
   */
  public static void extract(FpEnvironment env) {
    Unpacked a = env.a;
    env.roundedUp = false;
    if (Nans.single(env, a, env.r)) {
      a.copy(env.r);
    } else if (a.isZero()) {
      env.raise(ZE);
      env.r.copy(a);
      a.infinity(true);
    } else if (a.isInfinite()) {
      env.r.copy(a);
      a.infinity(false);
    } else {
      Exact.denormals(env, a, a);
      env.r.copy(a);
      env.r.exponent = 0;
      a.setInteger(a.exponent);
    }
    env.result();
  }

  /** Packs {@link FpEnvironment#a} as 80 bits. */
  public static void pack(FpEnvironment env) {
    env.result(env.a);
  }

  private static void arithmeticResult(FpEnvironment env) {
    Rounder.round(env, Format.EXTENDED, env.precision, env.r);
    env.result();
  }
}
