package io.vmxlab.arch;

import static io.vmxlab.arch.Presence.any;
import static io.vmxlab.arch.Presence.bits;
import static io.vmxlab.arch.Presence.feature;
import static io.vmxlab.arch.Presence.unknown;

import java.util.ArrayList;
import java.util.List;

/**
 * The bits of registers that only some processors have, or that vmxlab holds without what they do.
 * Made when somebody asks for a register's. SDM Vol. 3A "Control Registers", Vol. 4 "Architectural
 * MSRs".
 */
final class RegisterBits {
  /** Bits of a register, what announces them, and whether a run may set them. */
  record Row(long mask, Presence presence, boolean modelled) {}

  /** Freezing of counters, of which a run has none. */
  private static final long DEBUGCTL_FREEZES = 0x5800;

  private static final long DEBUGCTL_OTHERS = 0x7C0;
  private static final long DEBUGCTL_UNCORE_PMI = 1L << 13;

  /** Fast strings, thermal control, SpeedStep and xTPR; and what reads as set. */
  private static final long MISC_ENABLE_BITS = 0x1_1889L | 1L << 23;

  /** Lowest bit of IA32_MISC_ENABLE that no processor is known to have, nor any above. */
  private static final long MISC_ENABLE_END = 1L << 40;

  private static final long MCG_STATUS_BITS = McgStatus.RIPV | McgStatus.EIPV | McgStatus.MCIP;
  private static final long LOW_PAGES = 0xFFFF_F000L;

  private final List<Row> rows = new ArrayList<>();

  private RegisterBits() {}

  private RegisterBits with(long mask, Presence presence) {
    rows.add(new Row(mask, presence, true));
    return this;
  }

  private RegisterBits with(long mask, Feature feature) {
    return with(mask, feature(feature));
  }

  private RegisterBits without(long mask, Presence presence) {
    rows.add(new Row(mask, presence, false));
    return this;
  }

  /** The rows of a register; empty if none of its bits depends on the processor. */
  static List<Row> of(StateItem register) {
    if (register == State.CR4) {
      return cr4();
    }
    return register instanceof Msr msr ? msr(msr) : List.of();
  }

  private static List<Row> cr4() {
    return new RegisterBits()
        .with(Cr4.VME | Cr4.PVI, Feature.VME)
        .with(Cr4.TSD, Feature.TSC)
        .with(Cr4.DE, Feature.DE)
        .with(Cr4.PSE, Feature.PSE)
        .with(Cr4.PAE, Feature.PAE)
        .with(Cr4.MCE, Feature.MCE)
        .with(Cr4.PGE, Feature.PGE)
        .with(Cr4.PCE, Presence.ALWAYS)
        .with(Cr4.OSFXSR, Feature.FXSR)
        .with(Cr4.OSXMMEXCPT, Feature.SSE)
        .with(Cr4.UMIP, Feature.UMIP)
        .with(Cr4.LA57, Feature.LA57)
        .with(Cr4.VMXE, Feature.VMX)
        .with(Cr4.SMXE, Feature.SMX)
        .with(Cr4.FSGSBASE, Feature.FSGSBASE)
        .with(Cr4.PCIDE, Feature.PCID)
        .with(Cr4.OSXSAVE, Feature.XSAVE)
        .with(Cr4.KL, Feature.KL)
        .with(Cr4.SMEP, Feature.SMEP)
        .with(Cr4.SMAP, Feature.SMAP)
        .with(Cr4.PKE, Feature.PKU)
        .with(Cr4.CET, any(feature(Feature.CET_SS), feature(Feature.CET_IBT)))
        .with(Cr4.PKS, Feature.PKS)
        .with(Cr4.UINTR, Feature.UINTR)
        .with(Cr4.LASS, Feature.LASS)
        .with(Cr4.LAM_SUP, Feature.LAM)
        .with(Cr4.FRED, Feature.FRED)
        .rows;
  }

  private static List<Row> msr(Msr msr) {
    RegisterBits b = new RegisterBits();
    switch (msr) {
      case IA32_FEATURE_CONTROL:
        return b.with(FeatureControl.LOCK, Presence.ALWAYS)
            .with(
                FeatureControl.VMX_INSIDE_SMX,
                Presence.all(feature(Feature.VMX), feature(Feature.SMX)))
            .with(FeatureControl.VMX_OUTSIDE_SMX, Feature.VMX)
            .with(FeatureControl.SENTER_LOCAL | FeatureControl.SENTER_GLOBAL, Feature.SMX)
            .with(FeatureControl.SGX_LAUNCH_CONTROL, Feature.SGX_LC)
            .with(FeatureControl.SGX_GLOBAL, Feature.SGX)
            .with(FeatureControl.LMCE_ON, bits(Msr.IA32_MCG_CAP, McgCap.LMCE_P))
            .rows;
      case IA32_APIC_BASE:
        return b.with(ApicBase.BSP | ApicBase.EN | PageEntry.ADDRESS, Presence.ALWAYS)
            .with(ApicBase.EXTD, Feature.X2APIC)
            .rows;
      case IA32_MCG_STATUS:
        return b.with(MCG_STATUS_BITS, Presence.ALWAYS)
            .without(McgStatus.LMCE_S, bits(Msr.IA32_MCG_CAP, McgCap.LMCE_P))
            .rows;
      case IA32_SMM_MONITOR_CTL:
        return b.with(SmmMonitorCtl.VALID | LOW_PAGES, Presence.ALWAYS)
            .with(
                SmmMonitorCtl.VMXOFF_LEAVES_SMI,
                bits(Msr.IA32_VMX_MISC, VmxCapability.MISC_SMM_CTL_BIT_2))
            .rows;
      case IA32_DEBUGCTL:
        // what LBR records stands in MSRs that keep what is written, as if no branch were taken
        return b.with(DEBUGCTL_FREEZES | Debugctl.BTF | Debugctl.LBR, Presence.ALWAYS)
            .without(DEBUGCTL_OTHERS, Presence.ALWAYS)
            .without(Debugctl.BUS_LOCK_DETECT, feature(Feature.BUS_LOCK_DETECT))
            .without(DEBUGCTL_UNCORE_PMI, unknown("the processor has uncore counters"))
            .without(Debugctl.RTM, feature(Feature.RTM))
            .rows;
      case IA32_MISC_ENABLE:
        return b.with(MISC_ENABLE_BITS | MiscEnable.LIMIT_CPUID, Presence.ALWAYS)
            .with(MiscEnable.MONITOR, Feature.MONITOR)
            .with(MiscEnable.XD_DISABLE, Feature.NX)
            .without(miscEnableOfSomeModels(), unknown("processors differ in these bits"))
            .rows;
      case IA32_EFER:
        return b.with(Efer.SCE, any(feature(Feature.LM), feature(Feature.SYSCALL)))
            .with(Efer.LME | Efer.LMA, Feature.LM)
            .with(Efer.NXE, Feature.NX)
            .rows;
      default:
        return List.of();
    }
  }

  private static long miscEnableOfSomeModels() {
    long architectural =
        MISC_ENABLE_BITS | MiscEnable.LIMIT_CPUID | MiscEnable.MONITOR | MiscEnable.XD_DISABLE;
    return MISC_ENABLE_END - 1 & ~architectural;
  }
}
