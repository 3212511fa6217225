package io.vmxlab.arch;

/**
 * Values of the RC field of the x87 control word and of MXCSR, and of the rounding field of ROUNDSS
 * and its kin. SDM Vol. 1 "Rounding".
 */
public final class RoundingControl {
  /** To the nearest value; of two equally near ones to the even one. */
  public static final int NEAREST = 0;

  /** Toward minus infinity. */
  public static final int DOWN = 1;

  /** Toward plus infinity. */
  public static final int UP = 2;

  /** Toward zero, truncation. */
  public static final int ZERO = 3;

  private RoundingControl() {}
}
