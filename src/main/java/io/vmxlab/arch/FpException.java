package io.vmxlab.arch;

/**
 * The six floating-point exceptions, as bits that stand at the same places in the x87 status word
 * and in MXCSR (flags), and in the x87 control word (masks). SDM Vol. 1 "Overview of Floating-Point
 * Exceptions".
 */
public final class FpException {
  // spotless:off
  /** Invalid operation. */
  public static final int IE = 1 << 0;
  /** Denormal operand. */
  public static final int DE = 1 << 1;
  /** Divide by zero. */
  public static final int ZE = 1 << 2;
  /** Numeric overflow. */
  public static final int OE = 1 << 3;
  /** Numeric underflow. */
  public static final int UE = 1 << 4;
  /** Inexact result, "precision". */
  public static final int PE = 1 << 5;
  // spotless:on

  /** Found by looking at the operands, before anything is computed. */
  public static final int BEFORE_COMPUTATION = IE | DE | ZE;

  public static final int ALL = IE | DE | ZE | OE | UE | PE;

  private FpException() {}
}
