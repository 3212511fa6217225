package io.vmxlab.arch;

import static io.vmxlab.arch.Presence.all;
import static io.vmxlab.arch.Presence.any;
import static io.vmxlab.arch.Presence.atLeast;
import static io.vmxlab.arch.Presence.bits;
import static io.vmxlab.arch.Presence.feature;
import static io.vmxlab.arch.Presence.unknown;

import io.vmxlab.arch.Feature.Out;
import io.vmxlab.arch.MsrRow.Access;

/**
 * The rows of the MSRs that have a name in {@link Msr}. Each is made when it is asked for. SDM Vol.
 * 4 "Architectural MSRs".
 */
final class MsrRows {
  static final int COUNTERS_LEAF = 0xA;

  private MsrRows() {}

  static MsrRow of(Msr msr) {
    if (Msr.isVmxCapability(msr.index)) {
      Presence presence =
          VmxCapability.announcement(msr).map(Presence::announced).orElse(feature(Feature.VMX));
      return modelled(msr, presence, Access.READ_ONLY);
    }
    switch (msr) {
      case IA32_P5_MC_ADDR:
      case IA32_P5_MC_TYPE:
      case IA32_MCG_CTL:
        return unmodelled(msr, feature(Feature.MCA));
      case IA32_MONITOR_FILTER_SIZE:
        return modelled(msr, feature(Feature.MONITOR));
      case IA32_TIME_STAMP_COUNTER:
        return modelled(msr, feature(Feature.TSC));
      case IA32_PLATFORM_ID:
        return modelled(msr, Presence.ALWAYS, Access.READ_ONLY);
      case IA32_APIC_BASE:
        return modelled(msr, feature(Feature.APIC));
      case IA32_FEATURE_CONTROL:
        // The manual adds local machine check, which no processor has without VMX.
        return modelled(msr, any(feature(Feature.VMX), feature(Feature.SMX), feature(Feature.SGX)));
      case IA32_TSC_ADJUST:
        return modelled(msr, feature(Feature.TSC_ADJUST));
      case IA32_SPEC_CTRL:
        return unmodelled(
            msr, any(feature(Feature.IBRS_IBPB), feature(Feature.STIBP), feature(Feature.SSBD)));
      case IA32_PRED_CMD:
        return unmodelled(msr, feature(Feature.IBRS_IBPB), Access.WRITE_ONLY);
      case IA32_BIOS_UPDT_TRIG:
        return modelled(msr, Presence.ALWAYS, Access.WRITE_ONLY);
      case IA32_SMM_MONITOR_CTL:
        return modelled(msr, bits(Msr.IA32_VMX_BASIC, VmxCapability.BASIC_DUAL_MONITOR));
      case IA32_SMBASE:
        return modelled(
            msr, bits(Msr.IA32_VMX_MISC, VmxCapability.MISC_RDMSR_SMBASE), Access.READ_ONLY_IN_SMM);
      case IA32_SGXLEPUBKEYHASH0:
      case IA32_SGXLEPUBKEYHASH1:
      case IA32_SGXLEPUBKEYHASH2:
      case IA32_SGXLEPUBKEYHASH3:
        return unmodelled(msr, feature(Feature.SGX_LC));
      case IA32_MPERF:
      case IA32_APERF:
        return unmodelled(msr, feature(Feature.APERF_MPERF));
      case IA32_ARCH_CAPABILITIES:
        return modelled(msr, feature(Feature.ARCH_CAPABILITIES), Access.READ_ONLY);
      case IA32_FLUSH_CMD:
        return unmodelled(msr, feature(Feature.L1D_FLUSH), Access.WRITE_ONLY);
      case IA32_SYSENTER_CS:
      case IA32_SYSENTER_ESP:
      case IA32_SYSENTER_EIP:
        return modelled(msr, feature(Feature.SEP));
      case IA32_MCG_CAP:
        return modelled(msr, feature(Feature.MCA), Access.READ_ONLY);
      case IA32_MCG_STATUS:
        return modelled(msr, feature(Feature.MCA));
      case IA32_PERF_STATUS:
        return unmodelled(msr, feature(Feature.EIST), Access.READ_ONLY);
      case IA32_PERF_CTL:
        return unmodelled(msr, feature(Feature.EIST));
      case IA32_CLOCK_MODULATION:
      case IA32_THERM_INTERRUPT:
      case IA32_THERM_STATUS:
        return unmodelled(msr, feature(Feature.ACPI));
      case IA32_ENERGY_PERF_BIAS:
        return unmodelled(msr, feature(Feature.ENERGY_PERF_BIAS));
      case IA32_PACKAGE_THERM_STATUS:
      case IA32_PACKAGE_THERM_INTERRUPT:
        return unmodelled(msr, feature(Feature.PTM));
      case IA32_SMRR_PHYSBASE:
      case IA32_SMRR_PHYSMASK:
        return new MsrRow(
            msr.name(), msr.index, 1, unknown("bit 11 of IA32_MTRRCAP is 1"), Access.IN_SMM, false);
      case IA32_PERF_CAPABILITIES:
        return unmodelled(msr, feature(Feature.PDCM), Access.READ_ONLY);
      case IA32_FIXED_CTR_CTRL:
        return unmodelled(msr, version(2));
      case IA32_PERF_GLOBAL_STATUS:
        return unmodelled(msr, version(1), Access.READ_ONLY);
      case IA32_PERF_GLOBAL_CTRL:
      case IA32_PERF_GLOBAL_OVF_CTRL:
        return unmodelled(msr, version(1));
      case IA32_PEBS_ENABLE:
        return unmodelled(msr, unknown("the processor has precise event-based sampling"));
      case IA32_RTIT_CTL:
      case IA32_RTIT_STATUS:
        return unmodelled(msr, feature(Feature.PT));
      case IA32_DS_AREA:
        return unmodelled(msr, feature(Feature.DS));
      case IA32_U_CET:
      case IA32_S_CET:
        return unmodelled(msr, any(feature(Feature.CET_SS), feature(Feature.CET_IBT)));
      case IA32_PL0_SSP:
      case IA32_PL1_SSP:
      case IA32_PL2_SSP:
      case IA32_PL3_SSP:
        return unmodelled(msr, feature(Feature.CET_SS));
      case IA32_INTERRUPT_SSP_TABLE_ADDR:
        return unmodelled(msr, all(feature(Feature.CET_SS), feature(Feature.LM)));
      case IA32_TSC_DEADLINE:
        return modelled(msr, feature(Feature.TSC_DEADLINE));
      case IA32_BNDCFGS:
        return unmodelled(msr, feature(Feature.MPX));
      case IA32_XSS:
        return modelled(msr, feature(Feature.XSAVES));
      case IA32_EFER:
        return modelled(msr, any(feature(Feature.LM), feature(Feature.NX)));
      case IA32_STAR:
      case IA32_LSTAR:
      case IA32_CSTAR:
      case IA32_FMASK:
      case IA32_FS_BASE:
      case IA32_GS_BASE:
      case IA32_KERNEL_GS_BASE:
        return modelled(msr, feature(Feature.LM));
      case IA32_TSC_AUX:
        return modelled(msr, any(feature(Feature.RDTSCP), feature(Feature.RDPID)));
      case IA32_PAT:
        return modelled(msr, feature(Feature.PAT));
      case IA32_MTRRCAP:
        return modelled(msr, feature(Feature.MTRR), Access.READ_ONLY);
      case IA32_BIOS_SIGN_ID:
      case IA32_MISC_ENABLE:
      case IA32_DEBUGCTL:
        return modelled(msr, Presence.ALWAYS);
      default:
        return numbered(msr);
    }
  }

  private static MsrRow numbered(Msr msr) {
    String name = msr.name();
    if (name.startsWith("IA32_MTRR_PHYS")) {
      return msr.compareTo(Msr.IA32_MTRR_PHYSMASK7) > 0
          ? unmodelled(
              msr,
              all(feature(Feature.MTRR), unknown("IA32_MTRRCAP[7:0] counts more than 8 ranges")))
          : modelled(msr, feature(Feature.MTRR));
    }
    if (name.startsWith("IA32_MTRR")) {
      return modelled(msr, feature(Feature.MTRR));
    }
    int number = name.charAt(name.length() - 1) - '0';
    return unmodelled(msr, name.startsWith("IA32_FIXED_CTR") ? fixed(number) : general(number));
  }

  /** Version of architectural performance monitoring. */
  static Presence version(int least) {
    return atLeast(least, COUNTERS_LEAF, 0, Out.EAX, 0, 8, "version of performance monitoring");
  }

  /** A general-purpose performance counter, and its event select register. */
  static Presence general(int number) {
    return atLeast(number + 1, COUNTERS_LEAF, 0, Out.EAX, 8, 8, "number of performance counters");
  }

  /** A fixed-function performance counter, by number or by its bit. */
  static Presence fixed(int number) {
    String words = "number of fixed-function performance counters";
    return any(
        atLeast(number + 1, COUNTERS_LEAF, 0, Out.EDX, 0, 5, words),
        atLeast(1, COUNTERS_LEAF, 0, Out.ECX, number, 1, "bit of the fixed-function counter"));
  }

  private static MsrRow modelled(Msr msr, Presence presence) {
    return modelled(msr, presence, Access.READ_WRITE);
  }

  private static MsrRow modelled(Msr msr, Presence presence, Access access) {
    return new MsrRow(msr.name(), msr.index, 1, presence, access, true);
  }

  private static MsrRow unmodelled(Msr msr, Presence presence) {
    return unmodelled(msr, presence, Access.READ_WRITE);
  }

  private static MsrRow unmodelled(Msr msr, Presence presence, Access access) {
    return new MsrRow(msr.name(), msr.index, 1, presence, access, false);
  }
}
