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

  // spotless:off
  static final Layout LAYOUT = Layout.of("MXCSR", 32)
      .bit(FpException.IE,          "IE",  "invalid operation")
      .bit(FpException.DE,          "DE",  "denormal operand")
      .bit(FpException.ZE,          "ZE",  "divide by zero")
      .bit(FpException.OE,          "OE",  "overflow")
      .bit(FpException.UE,          "UE",  "underflow")
      .bit(FpException.PE,          "PE",  "inexact result")
      .bit(DAZ,                     "DAZ", "denormals are zeros")
      .bit(FpException.IE << MASKS, "IM",  "invalid operation is masked")
      .bit(FpException.DE << MASKS, "DM",  "denormal operand is masked")
      .bit(FpException.ZE << MASKS, "ZM",  "divide by zero is masked")
      .bit(FpException.OE << MASKS, "OM",  "overflow is masked")
      .bit(FpException.UE << MASKS, "UM",  "underflow is masked")
      .bit(FpException.PE << MASKS, "PM",  "inexact result is masked")
      .field(RC, 2, "RC", "rounding control: 0 nearest, 1 down, 2 up, 3 toward zero")
      .bit(FTZ,                     "FTZ", "flush to zero")
      .build();
  // spotless:on

  private Mxcsr() {}
}
