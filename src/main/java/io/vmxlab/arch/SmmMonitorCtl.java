package io.vmxlab.arch;

/**
 * IA32_SMM_MONITOR_CTL, MSR 9BH; written in system-management mode only. SDM Vol. 3C "Enabling the
 * Dual-Monitor Treatment".
 */
final class SmmMonitorCtl {
  static final long VALID = 1;
  static final long VMXOFF_LEAVES_SMI = 1L << 2;

  static final Layout LAYOUT =
      Layout.of("IA32_SMM_MONITOR_CTL", 64)
          .bit(VALID, "VALID", "dual-monitor treatment may be activated")
          .bit(VMXOFF_LEAVES_SMI, "VMXOFF_UNBLOCKS_SMI_NOT", "VMXOFF leaves SMIs blocked")
          .field(12, 20, "MSEG_BASE", "page number of MSEG")
          .build();

  private SmmMonitorCtl() {}
}
