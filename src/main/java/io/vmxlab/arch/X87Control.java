package io.vmxlab.arch;

/**
 * The x87 control word: masks of {@link FpException} in bits 5:0, and these. SDM Vol. 1 "x87 FPU
 * Control Word".
 */
public final class X87Control {
  /** Place of the precision control: 0 for 24 bits, 2 for 53, 3 for 64. */
  public static final int PC = 8;

  /** Place of the rounding control, a value of {@link RoundingControl}. */
  public static final int RC = 10;

  /** Infinity control: can be written, and does nothing. */
  public static final int X = 1 << 12;

  /** The bits that can be written. */
  public static final int WRITABLE = 0x1F3F;

  /** Reads as 1. */
  public static final int FIXED = 1 << 6;

  /** After FNINIT: all masked, 64 bits, to the nearest. */
  public static final int INITIAL = 0x37F;

  /** After power-up and RESET: nothing masked, 24 bits, to the nearest. */
  public static final int POWER_UP = 0x40;

  private X87Control() {}
}
