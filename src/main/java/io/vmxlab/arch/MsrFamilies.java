package io.vmxlab.arch;

import static io.vmxlab.arch.Presence.all;
import static io.vmxlab.arch.Presence.any;
import static io.vmxlab.arch.Presence.atLeast;
import static io.vmxlab.arch.Presence.feature;
import static io.vmxlab.arch.Presence.onlyIn;
import static io.vmxlab.arch.Presence.unknown;

import io.vmxlab.arch.Feature.Out;
import io.vmxlab.arch.MsrRow.Access;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Rows of MSRs that vmxlab knows by name and condition only, and of those that do nothing but keep
 * what is written. SDM Vol. 4 "Architectural MSRs". Loaded when a program or a reader asks for one.
 */
final class MsrFamilies {
  private static final List<MsrRow> ROWS = new ArrayList<>();

  private static final int PT_LEAF = 0x14;

  static {
    processor();
    performance();
    power();
    machineCheck();
    lastBranches();
    security();
    resources();
  }

  private MsrFamilies() {}

  static List<MsrRow> rows() {
    return Collections.unmodifiableList(ROWS);
  }

  private static void row(int first, int count, String name, Presence presence) {
    row(first, count, name, presence, Access.READ_WRITE);
  }

  private static void row(int first, int count, String name, Presence presence, Access access) {
    ROWS.add(new MsrRow(name, first, count, presence, access, false));
  }

  private static void kept(int index, String name, Presence presence) {
    ROWS.add(new MsrRow(name, index, 1, presence, Access.READ_WRITE, true));
  }

  private static void row(int first, String name, Feature feature) {
    row(first, 1, name, feature(feature));
  }

  // spotless:off
  private static void processor() {
    row(0x4E, 1, "IA32_PPIN_CTL", ppin());
    row(0x4F, 1, "IA32_PPIN", ppin(), Access.READ_ONLY);
    row(0xCF, 1, "IA32_CORE_CAPABILITIES", feature(Feature.CORE_CAPABILITIES), Access.READ_ONLY);
    row(0xE1, "IA32_UMWAIT_CONTROL", Feature.WAITPKG);
    row(0x10F, "IA32_TSX_FORCE_ABORT", Feature.TSX_FORCE_ABORT);
    row(0x122, 1, "IA32_TSX_CTRL", unknown("bit 7 of IA32_ARCH_CAPABILITIES is 1"));
    row(0x123, "IA32_MCU_OPT_CTRL", Feature.SRBDS_CTRL);
    row(0x1C4, "IA32_XFD", Feature.XFD);
    row(0x1C5, "IA32_XFD_ERR", Feature.XFD);
    row(0x1CC, 4, "IA32_FRED_RSP#", feature(Feature.FRED));
    row(0x1D0, 3, "IA32_FRED_STKLVLS and following", feature(Feature.FRED));
    row(0x1D4, "IA32_FRED_CONFIG", Feature.FRED);
    row(0x1F8, 1, "IA32_PLATFORM_DCA_CAP", feature(Feature.DCA), Access.READ_ONLY);
    row(0x1F9, "IA32_CPU_DCA_CAP", Feature.DCA);
    row(0x1FA, "IA32_DCA_0_CAP", Feature.DCA);
    row(0x17D0, 2, "IA32_HW_FEEDBACK_#", feature(Feature.HFI));
    row(0x17D2, 1, "IA32_THREAD_FEEDBACK_CHAR", feature(Feature.THREAD_DIRECTOR), Access.READ_ONLY);
    row(0x17D4, "IA32_HW_FEEDBACK_THREAD_CONFIG", Feature.THREAD_DIRECTOR);
    row(0x17DA, 1, "IA32_HRESET_ENABLE", feature(Feature.HRESET));
    row(0xC80, "IA32_DEBUG_INTERFACE", Feature.SDBG);
    row(0x9F1, 1, "IA32_TSE_CAPABILITY", feature(Feature.PBNDKB), Access.READ_ONLY);
    row(0xD93, "IA32_PASID", Feature.ENQCMD);
    row(0x800, 0x100, "the local APIC's MSR",
        onlyIn("the local APIC is in x2APIC mode (IA32_APIC_BASE.EXTD, bit 10, is 1)"));
  }

  private static void performance() {
    for (int n = 0; n < 8; n++) {
      row(0xC1 + n, 1, "IA32_PMC" + n, MsrRows.general(n));
      row(0x186 + n, 1, "IA32_PERFEVTSEL" + n, MsrRows.general(n));
      row(0x4C1 + n, 1, "IA32_A_PMC" + n,
          all(MsrRows.general(n), unknown("bit 13 of IA32_PERF_CAPABILITIES is 1")));
      row(0x580 + n, 1, "IA32_RTIT_ADDR" + n / 2 + (n % 2 == 0 ? "_A" : "_B"),
          all(feature(Feature.PT), atLeast(n / 2 + 1, PT_LEAF, 1, Out.EAX, 0, 3, "number of address ranges")));
    }
    for (int n = 0; n < 7; n++) {
      row(0x309 + n, 1, "IA32_FIXED_CTR" + n, MsrRows.fixed(n));
    }
    row(0x329, 1, "IA32_PERF_METRICS", unknown("bit 15 of IA32_PERF_CAPABILITIES is 1"));
    row(0x391, 1, "IA32_PERF_GLOBAL_STATUS_SET", MsrRows.version(4));
    row(0x392, 1, "IA32_PERF_GLOBAL_INUSE", MsrRows.version(4), Access.READ_ONLY);
    row(0x560, 2, "IA32_RTIT_OUTPUT_#", all(feature(Feature.PT),
        any(feature(Feature.PT_TOPA), feature(Feature.PT_SINGLE_RANGE))));
    row(0x572, 1, "IA32_RTIT_CR3_MATCH", all(feature(Feature.PT), feature(Feature.PT_CR3)));
    row(0x1200, 32, "IA32_LBR_#_INFO", feature(Feature.ARCH_LBR));
    row(0x14CE, "IA32_LBR_CTL", Feature.ARCH_LBR);
    row(0x14CF, "IA32_LBR_DEPTH", Feature.ARCH_LBR);
    row(0x1500, 32, "IA32_LBR_#_FROM_IP", feature(Feature.ARCH_LBR));
    row(0x1600, 32, "IA32_LBR_#_TO_IP", feature(Feature.ARCH_LBR));
  }

  private static void power() {
    row(0x770, "IA32_PM_ENABLE", Feature.HWP);
    row(0x771, 1, "IA32_HWP_CAPABILITIES", feature(Feature.HWP), Access.READ_ONLY);
    row(0x772, "IA32_HWP_REQUEST_PKG", Feature.HWP_PACKAGE);
    row(0x773, "IA32_HWP_INTERRUPT", Feature.HWP_NOTIFICATION);
    row(0x774, "IA32_HWP_REQUEST", Feature.HWP);
    row(0x775, "IA32_PECI_HWP_REQUEST_INFO", Feature.HWP_PECI);
    row(0x776, "IA32_HWP_CTL", Feature.HWP_CTL);
    row(0x777, "IA32_HWP_STATUS", Feature.HWP);
    row(0xDB0, "IA32_PKG_HDC_CTL", Feature.HDC);
    row(0xDB1, "IA32_PM_CTL1", Feature.HDC);
    row(0xDB2, 1, "IA32_THREAD_STALL", feature(Feature.HDC), Access.READ_ONLY);
  }

  private static void machineCheck() {
    for (int bank = 0; bank < 32; bank++) {
      Presence presence = bank == 0 ? feature(Feature.MCA)
          : all(feature(Feature.MCA), unknown("IA32_MCG_CAP[7:0] is more than " + bank));
      row(0x280 + bank, 1, "IA32_MC" + bank + "_CTL2",
          all(feature(Feature.MCA), unknown("bit 10 of IA32_MCG_CAP is 1, and IA32_MCG_CAP[7:0] more than " + bank)));
      row(0x400 + 4 * bank, 1, "IA32_MC" + bank + "_CTL", presence);
      row(0x401 + 4 * bank, 1, "IA32_MC" + bank + "_STATUS", presence);
      row(0x402 + 4 * bank, 1, "IA32_MC" + bank + "_ADDR", all(feature(Feature.MCA), unknown("bit 58 of IA32_MC" + bank + "_STATUS can be 1")));
      row(0x403 + 4 * bank, 1, "IA32_MC" + bank + "_MISC", all(feature(Feature.MCA), unknown("bit 59 of IA32_MC" + bank + "_STATUS can be 1")));
    }
    row(0x4D0, 1, "IA32_MCG_EXT_CTL", Presence.bits(Msr.IA32_MCG_CAP, McgCap.LMCE_P));
  }

  private static void lastBranches() {
    kept(0x1C8, "MSR_LBR_SELECT",      LastBranches.select());
    kept(0x1C9, "MSR_LASTBRANCH_TOS",  LastBranches.any());
    kept(0x1DD, "MSR_LER_FROM_LIP",    LastBranches.any());
    kept(0x1DE, "MSR_LER_TO_LIP",      LastBranches.any());
    for (int n = 0; n < 32; n++) {
      if (n < 8) {
        kept(0x40 + n, "MSR_LASTBRANCH_" + n + "_FROM_IP", LastBranches.entry(n, false));
        kept(0x60 + n, "MSR_LASTBRANCH_" + n + "_TO_IP",   LastBranches.entry(n, false));
      }
      kept(0x680 + n, "MSR_LASTBRANCH_" + n + "_FROM_IP",  LastBranches.entry(n, true));
      kept(0x6C0 + n, "MSR_LASTBRANCH_" + n + "_TO_IP",    LastBranches.entry(n, true));
      kept(0xDC0 + n, "MSR_LBR_INFO_" + n,                 LastBranches.details());
    }
  }

  private static void security() {
    row(0x500, 1, "IA32_SGX_SVN_STATUS", feature(Feature.SGX), Access.READ_ONLY);
    row(0x6E1, "IA32_PKRS", Feature.PKS);
    row(0x981, 1, "IA32_TME_CAPABILITY", feature(Feature.TME), Access.READ_ONLY);
    row(0x982, "IA32_TME_ACTIVATE", Feature.TME);
    row(0x983, 2, "IA32_TME_EXCLUDE_#", feature(Feature.TME));
    row(0x985, "IA32_UINTR_RR", Feature.UINTR);
    row(0x986, "IA32_UINTR_HANDLER", Feature.UINTR);
    row(0x987, "IA32_UINTR_STACKADJUST", Feature.UINTR);
    row(0x988, "IA32_UINTR_MISC", Feature.UINTR);
    row(0x989, "IA32_UINTR_PD", Feature.UINTR);
    row(0x98A, "IA32_UINTR_TT", Feature.UINTR);
    row(0x990, 2, "the Key Locker's MSR", all(feature(Feature.KL), unknown("bit 4 of CPUID.19H:EBX is 1")));
  }

  private static void resources() {
    row(0xC81, "IA32_L3_QOS_CFG", Feature.L3_CDP);
    row(0xC8D, "IA32_QM_EVTSEL", Feature.RDT_M);
    row(0xC8E, 1, "IA32_QM_CTR", feature(Feature.RDT_M), Access.READ_ONLY);
    row(0xC8F, 1, "IA32_PQR_ASSOC", any(feature(Feature.RDT_M), feature(Feature.RDT_A)));
  }
  // spotless:on

  private static Presence ppin() {
    return any(feature(Feature.PPIN), unknown("the processor is a server's"));
  }
}
