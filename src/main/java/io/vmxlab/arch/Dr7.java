package io.vmxlab.arch;

/** DR7. SDM Vol. 3B "Debug Registers". */
public final class Dr7 {
  // spotless:off
  /** Any of the eight breakpoint enables. */
  public static final long ENABLES = 0xFF;
  /** What a task switch clears: the local enables and LE. */
  public static final long LOCAL = 0x155;
  public static final long GD = 1L << 13;
  /** Always 1. */
  public static final long FIXED = 1L << 10;
  /** Bits that software can change. */
  public static final long WRITABLE = 0xFFFF_23FFL;

  public static final Layout LAYOUT = Layout.of("DR7", 64)
      .field( 0, 1, "L0", "local breakpoint 0 enable")
      .field( 1, 1, "G0", "global breakpoint 0 enable")
      .field( 2, 1, "L1", "local breakpoint 1 enable")
      .field( 3, 1, "G1", "global breakpoint 1 enable")
      .field( 4, 1, "L2", "local breakpoint 2 enable")
      .field( 5, 1, "G2", "global breakpoint 2 enable")
      .field( 6, 1, "L3", "local breakpoint 3 enable")
      .field( 7, 1, "G3", "global breakpoint 3 enable")
      .field( 8, 1, "LE", "local exact breakpoint enable")
      .field( 9, 1, "GE", "global exact breakpoint enable")
      .bit(GD, "GD", "general detect enable")
      .field(16, 2, "RW0", "condition of breakpoint 0")
      .field(18, 2, "LEN0", "length of breakpoint 0")
      .field(20, 2, "RW1", "condition of breakpoint 1")
      .field(22, 2, "LEN1", "length of breakpoint 1")
      .field(24, 2, "RW2", "condition of breakpoint 2")
      .field(26, 2, "LEN2", "length of breakpoint 2")
      .field(28, 2, "RW3", "condition of breakpoint 3")
      .field(30, 2, "LEN3", "length of breakpoint 3")
      .build();
  // spotless:on

  private Dr7() {}

  /** The breakpoint of that number is enabled, locally or globally. */
  public static boolean enabled(long dr7, int number) {
    return (dr7 >> 2 * number & 3) != 0;
  }

  /** R/W of a breakpoint: 0 execution, 1 writes, 2 I/O (with CR4.DE), 3 reads and writes. */
  public static int condition(long dr7, int number) {
    return (int) (dr7 >> 16 + 4 * number) & 3;
  }

  /** LEN of a breakpoint: 0 one byte, 1 two, 2 eight, 3 four. */
  public static int length(long dr7, int number) {
    return (int) (dr7 >> 18 + 4 * number) & 3;
  }
}
