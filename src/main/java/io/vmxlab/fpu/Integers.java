package io.vmxlab.fpu;

import static io.vmxlab.arch.FpException.IE;
import static io.vmxlab.arch.FpException.PE;
import static io.vmxlab.arch.RoundingControl.ZERO;

/** Conversions between floating-point numbers and integers. */
public final class Integers {
  private Integers() {}

  /**
   * To a signed integer. NaNs, and what does not fit, are invalid and give the integer indefinite,
   * the most negative value.
   *
   * @param a what to convert; changed
   * @param width of the result in bits
   * @param truncate rounds toward zero, whatever the rounding mode
   */
  public static long toInteger(FpEnvironment env, Unpacked a, int width, boolean truncate) {
    long indefinite = -1L << (width - 1);
    int before = env.rounding;
    env.rounding = truncate ? ZERO : before;
    boolean inexact = a.isFinite() && Rounder.toIntegral(env, a);
    env.rounding = before;
    if (a.isZero()) {
      env.raise(inexact ? PE : 0);
      env.roundedUp &= inexact;
      return 0;
    }
    boolean fits =
        a.isFinite()
            && (a.exponent < width - 1
                || a.exponent == width - 1 && a.negative && a.high == 1L << 63);
    if (!fits) {
      env.raise(IE);
      env.roundedUp = false;
      return indefinite;
    }
    env.raise(inexact ? PE : 0);
    long magnitude = a.high >>> (63 - a.exponent);
    return a.negative ? -magnitude : magnitude;
  }
}
