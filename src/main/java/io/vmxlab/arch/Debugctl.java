package io.vmxlab.arch;

/** IA32_DEBUGCTL, MSR 1D9H. SDM Vol. 3B "IA32_DEBUGCTL MSR". */
public final class Debugctl {
  static final long LBR = 1L << 0;

  /** With RFLAGS.TF, a trap after branches only. */
  public static final long BTF = 1L << 1;

  /** Cleared when a debug exception is delivered. */
  public static final long ENDED_BY_DB = LBR | BTF;

  static final long BUS_LOCK_DETECT = 1L << 2;
  static final long RTM = 1L << 15;

  /** In SMM nothing is traced or counted. */
  public static final long FREEZE_WHILE_SMM = 1L << 14;

  static final Layout LAYOUT =
      Layout.of("IA32_DEBUGCTL", 64)
          .bit(LBR, "LBR", "last branch record")
          .bit(BTF, "BTF", "single-step on branches")
          .bit(BUS_LOCK_DETECT, "BLD", "trap on bus locks")
          .bit(1L << 6, "TR", "trace messages enable")
          .bit(1L << 7, "BTS", "branch trace store")
          .bit(1L << 8, "BTINT", "branch trace interrupt")
          .bit(1L << 9, "BTS_OFF_OS", "no branch trace at CPL 0")
          .bit(1L << 10, "BTS_OFF_USR", "no branch trace above CPL 0")
          .bit(1L << 11, "FREEZE_LBRS_ON_PMI", "freeze LBRs on PMI")
          .bit(1L << 12, "FREEZE_PERFMON_ON_PMI", "freeze performance counters on PMI")
          .bit(1L << 13, "ENABLE_UNCORE_PMI", "interrupts of uncore counters")
          .bit(FREEZE_WHILE_SMM, "FREEZE_WHILE_SMM", "freeze counters while in SMM")
          .bit(RTM, "RTM", "debugging of RTM regions")
          .build();

  private Debugctl() {}
}
