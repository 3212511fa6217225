package io.vmxlab.arch;

/** Fields of the MSRs that have no class of their own. SDM Vol. 3C "Architectural MSRs". */
final class MsrLayouts {
  // spotless:off
  static final Layout PLATFORM_ID = Layout.of("IA32_PLATFORM_ID", 64)
      .field(50, 3, "PLATFORM", "platform id")
      .build();

  static final Layout BIOS_SIGN_ID = Layout.of("IA32_BIOS_SIGN_ID", 64)
      .field(32, 32, "SIGNATURE", "microcode update signature")
      .build();

  static final Layout MTRRCAP = Layout.of("IA32_MTRRCAP", 64)
      .field(0, 8, "VCNT", "number of variable ranges")
      .bit(1L << 8, "FIX", "fixed ranges supported")
      .bit(1L << 10, "WC", "write combining supported")
      .bit(1L << 11, "SMRR", "SMRR supported")
      .build();

  static final Layout MTRR_DEF_TYPE = Layout.of("IA32_MTRR_DEF_TYPE", 64)
      .field(0, 3, "TYPE", "default memory type")
      .bit(1L << 10, "FE", "fixed ranges enable")
      .bit(1L << 11, "E", "MTRRs enable")
      .build();

  static final Layout PAT = Layout.of("IA32_PAT", 64)
      .field(0, 3, "PA0", "memory type 0")
      .field(8, 3, "PA1", "memory type 1")
      .field(16, 3, "PA2", "memory type 2")
      .field(24, 3, "PA3", "memory type 3")
      .field(32, 3, "PA4", "memory type 4")
      .field(40, 3, "PA5", "memory type 5")
      .field(48, 3, "PA6", "memory type 6")
      .field(56, 3, "PA7", "memory type 7")
      .build();

  static final Layout MISC_ENABLE = Layout.of("IA32_MISC_ENABLE", 64)
      .bit(1L << 0, "FAST_STRINGS", "fast strings enable")
      .bit(1L << 3, "TCC", "automatic thermal control circuit enable")
      .bit(1L << 7, "PERFMON", "performance monitoring available")
      .bit(1L << 11, "BTS_UNAVAILABLE", "branch trace storage unavailable")
      .bit(1L << 12, "PEBS_UNAVAILABLE", "processor event based sampling unavailable")
      .bit(1L << 16, "EIST", "enhanced SpeedStep enable")
      .bit(MiscEnable.MONITOR, "MONITOR", "MONITOR and MWAIT enable")
      .bit(MiscEnable.LIMIT_CPUID, "LIMIT_CPUID", "limit CPUID to leaf 2")
      .bit(1L << 23, "XTPR_DISABLE", "xTPR messages disable")
      .bit(MiscEnable.XD_DISABLE, "XD_DISABLE", "execute-disable feature disable")
      .build();

  static final Layout STAR = Layout.of("IA32_STAR", 64)
      .field(32, 16, "SYSCALL_CS", "CS selector of SYSCALL; SS is that plus 8")
      .field(48, 16, "SYSRET_CS", "base of the CS and SS selectors of SYSRET")
      .build();

  static final Layout SYSENTER_CS = Layout.of("IA32_SYSENTER_CS", 64)
      .field(0, 16, "SELECTOR", "CS selector of SYSENTER")
      .build();

  static final Layout TSC_AUX = Layout.of("IA32_TSC_AUX", 64)
      .field(0, 32, "AUX", "value of RDTSCP and RDPID")
      .build();

  static final Layout ARCH_CAPABILITIES = Layout.of("IA32_ARCH_CAPABILITIES", 64)
      .bit(1L << 0, "RDCL_NO", "not susceptible to rogue data cache load")
      .bit(1L << 1, "IBRS_ALL", "enhanced IBRS")
      .bit(1L << 2, "RSBA", "RSB alternate")
      .bit(1L << 3, "SKIP_L1DFL_VMENTRY", "no L1D flush needed on VM entry")
      .bit(1L << 4, "SSB_NO", "not susceptible to speculative store bypass")
      .bit(1L << 5, "MDS_NO", "not susceptible to MDS")
      .build();
  // spotless:on

  private MsrLayouts() {}
}
