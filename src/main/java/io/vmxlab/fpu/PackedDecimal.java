package io.vmxlab.fpu;

import static io.vmxlab.arch.FpException.IE;
import static io.vmxlab.arch.FpException.PE;

/**
 * Packed BCD integers: 18 digits, two a byte, and the sign in bit 79. SDM Vol. 1 "BCD and Packed
 * BCD Integers".
 */
public final class PackedDecimal {
  private static final int DIGITS = 18;
  private static final long LIMIT = 1_000_000_000_000_000_000L;
  private static final int SIGN = 0x8000;
  private static final int INDEFINITE_HIGH = 0xFFFF;
  private static final long INDEFINITE_LOW = 0xC000_0000_0000_0000L;

  private PackedDecimal() {}

  /**
   * Loads one into the result, exactly. A digit above 9 counts its value; the manual leaves that
   * undefined.
   *
   * @param high bits 79:64
   * @param low bits 63:0
   */
  public static void load(FpEnvironment env, int high, long low) {
    long value = 0;
    for (int digit = DIGITS - 1; digit >= 0; digit--) {
      long nibble = digit < 16 ? low >>> (4 * digit) : high >>> (4 * (digit - 16));
      value = 10 * value + (nibble & 15);
    }
    env.a.setMagnitude(value);
    env.a.denormal = false;
    env.a.negative = (high & SIGN) != 0;
    env.result(env.a);
  }

  /** Leaves the packed BCD indefinite in the environment, as {@link #store} does. */
  public static void indefinite(FpEnvironment env) {
    env.signExponent = INDEFINITE_HIGH;
    env.significand = INDEFINITE_LOW;
  }

  /**
   * Rounds {@link FpEnvironment#a} to an integer and leaves it in the environment: bits 79:64 in
   * {@link FpEnvironment#signExponent}, the others in {@link FpEnvironment#significand}. What has
   * more than 18 digits is invalid and gives the packed BCD indefinite.
   */
  public static void store(FpEnvironment env) {
    Unpacked a = env.a;
    boolean inexact = a.isFinite() && Rounder.toIntegral(env, a);
    long value =
        a.isZero() ? 0 : a.isFinite() && a.exponent < 63 ? a.high >>> (63 - a.exponent) : LIMIT;
    if (value >= LIMIT) {
      env.raise(IE);
      env.roundedUp = false;
      indefinite(env);
      return;
    }
    env.raise(inexact ? PE : 0);
    env.roundedUp &= inexact;
    int high = a.negative ? SIGN : 0;
    long low = 0;
    for (int digit = 0; digit < DIGITS; digit++) {
      long nibble = value % 10;
      value /= 10;
      if (digit < 16) {
        low |= nibble << (4 * digit);
      } else {
        high |= (int) nibble << (4 * (digit - 16));
      }
    }
    env.signExponent = high;
    env.significand = low;
  }
}
