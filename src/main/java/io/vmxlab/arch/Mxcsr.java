package io.vmxlab.arch;

/**
 * MXCSR, control and status of SSE arithmetic: {@link FpException} flags in bits 5:0, their masks
 * in bits 12:7. SDM Vol. 1 "MXCSR Control and Status Register".
 */
public final class Mxcsr {
  /** Denormals are zeros. */
  public static final int DAZ = 1 << 6;

  /** Place of the masks. */
  public static final int MASKS = 7;

  /** Place of the rounding control, a value of {@link RoundingControl}. */
  public static final int RC = 13;

  /** Flush to zero. */
  public static final int FTZ = 1 << 15;

  /** The bits that exist where DAZ does: MXCSR_MASK. Others are reserved. */
  public static final int ALL = 0xFFFF;

  /** After power-up and RESET: all exceptions masked. */
  public static final int INITIAL = 0x1F80;

  private Mxcsr() {}
}
