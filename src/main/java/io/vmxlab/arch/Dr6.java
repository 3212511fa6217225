package io.vmxlab.arch;

/** DR6. SDM Vol. 3B "Debug Registers". */
public final class Dr6 {
  // spotless:off
  public static final long B0  = 1L << 0;
  public static final long B1  = 1L << 1;
  public static final long B2  = 1L << 2;
  public static final long B3  = 1L << 3;
  public static final long BD  = 1L << 13;
  public static final long BS  = 1L << 14;
  public static final long BT  = 1L << 15;
  public static final long RTM = 1L << 16;
  /** The four breakpoints. */
  public static final long BREAKPOINTS = B0 | B1 | B2 | B3;
  /** Bits that read as 1 whatever is written: 31:17 and 11:4, and RTM where it is not modelled. */
  public static final long FIXED = 0xFFFF_0FF0L;
  /** Bits that software can change. */
  public static final long WRITABLE = B0 | B1 | B2 | B3 | BD | BS | BT;

  public static final Layout LAYOUT = Layout.of("DR6", 64)
      .bit(B0, "B0", "breakpoint condition 0 detected")
      .bit(B1, "B1", "breakpoint condition 1 detected")
      .bit(B2, "B2", "breakpoint condition 2 detected")
      .bit(B3, "B3", "breakpoint condition 3 detected")
      .bit(BD, "BD", "debug register access detected")
      .bit(BS, "BS", "single step")
      .bit(BT, "BT", "task switch")
      .bit(RTM, "RTM", "0: inside an RTM region")
      .build();
  // spotless:on

  private Dr6() {}
}
