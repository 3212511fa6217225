package io.vmxlab.fpu;

/** The constants that the x87 FPU loads. SDM Vol. 2A "FLD1/FLDL2T/FLDL2E/FLDPI/FLDLG2/FLDLN2". */
public enum Constants {
  // spotless:off
  // The first 128 bits of each, rounded down.
  ONE     (0, 0x8000_0000_0000_0000L, 0),
  LOG2_10 (1, 0xD49A_784B_CD1B_8AFEL, 0x492B_F6FF_4DAF_DB4CL),
  LOG2_E  (0, 0xB8AA_3B29_5C17_F0BBL, 0xBE87_FED0_691D_3E88L),
  PI      (1, 0xC90F_DAA2_2168_C234L, 0xC4C6_628B_80DC_1CD1L),
  LOG10_2(-2, 0x9A20_9A84_FBCF_F798L, 0x8F89_59AC_0B7C_9178L),
  LN_2   (-1, 0xB172_17F7_D1CF_79ABL, 0xC9E3_B398_03F2_F6AFL);
  // spotless:on

  private final int exponent;
  private final long high;
  private final long low;

  Constants(int exponent, long high, long low) {
    this.exponent = exponent;
    this.high = high;
    this.low = low;
  }

  /** Loads one into the result, rounded to 64 bits in the rounding mode; that raises nothing. */
  public static void load(FpEnvironment env, Constants constant) {
    int before = env.flags;
    env.r.finite(false, constant.exponent, constant.high, constant.low);
    Rounder.round(env, Format.EXTENDED, Format.EXTENDED.precision, env.r);
    env.flags = before;
    env.roundedUp = false;
    env.result();
  }
}
