package io.vmxlab.arch;

/**
 * The x87 status word: {@link FpException} flags in bits 5:0, and these. SDM Vol. 1 "x87 FPU Status
 * Register".
 */
public final class X87Status {
  // spotless:off
  /** Stack fault: the invalid operation was one of the register stack, see {@link #C1}. */
  public static final int SF = 1 << 6;
  /** Error summary: an exception without mask is pending. */
  public static final int ES = 1 << 7;
  public static final int C0 = 1 << 8;
  /** With PE: rounded up. With SF: overflow of the stack, else underflow. */
  public static final int C1 = 1 << 9;
  public static final int C2 = 1 << 10;
  public static final int C3 = 1 << 14;
  /** Busy: the same as {@link #ES}. */
  public static final int B  = 1 << 15;
  // spotless:on

  /** Place of TOP, the number of the register that is ST(0). */
  public static final int TOP = 11;

  public static final int CODES = C0 | C1 | C2 | C3;

  private X87Status() {}
}
