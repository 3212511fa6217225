package io.vmxlab.arch;

/**
 * Offsets of the local APIC's registers in its page. In x2APIC mode the register at offset N is MSR
 * 800H + N / 16. SDM Vol. 3A "The Local APIC Block Diagram".
 */
public final class ApicOffset {
  // spotless:off
  public static final int ID             = 0x020;
  public static final int VERSION        = 0x030;
  public static final int TASK_PRIORITY  = 0x080;
  public static final int ARBITRATION    = 0x090;
  public static final int PRIORITY       = 0x0A0;
  public static final int END            = 0x0B0;
  public static final int LOGICAL_ID     = 0x0D0;
  public static final int FORMAT         = 0x0E0;
  public static final int SPURIOUS       = 0x0F0;
  public static final int IN_SERVICE     = 0x100;
  public static final int TRIGGER        = 0x180;
  public static final int REQUEST        = 0x200;
  public static final int ERROR_STATUS   = 0x280;
  public static final int COMMAND        = 0x300;
  public static final int COMMAND_HIGH   = 0x310;
  public static final int TIMER          = 0x320;
  public static final int THERMAL        = 0x330;
  public static final int PERFORMANCE    = 0x340;
  public static final int LINE_0         = 0x350;
  public static final int LINE_1         = 0x360;
  public static final int ERROR          = 0x370;
  public static final int INITIAL_COUNT  = 0x380;
  public static final int CURRENT_COUNT  = 0x390;
  public static final int DIVIDE         = 0x3E0;
  public static final int SELF           = 0x3F0;
  // spotless:on

  /** First MSR of x2APIC mode. */
  public static final int FIRST_MSR = 0x800;

  private ApicOffset() {}
}
