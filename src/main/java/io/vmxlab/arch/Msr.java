package io.vmxlab.arch;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Model-specific registers by their architectural names. SDM Vol. 3C "Architectural MSRs". Being
 * listed here is no claim that a processor has the register.
 */
public enum Msr implements StateItem {
  // spotless:off
  IA32_P5_MC_ADDR              (       0x0),
  IA32_P5_MC_TYPE              (       0x1),
  IA32_MONITOR_FILTER_SIZE     (       0x6),
  IA32_TIME_STAMP_COUNTER      (      0x10),
  IA32_PLATFORM_ID             (      0x17, () -> MsrLayouts.PLATFORM_ID),
  IA32_APIC_BASE               (      0x1B, () -> ApicBase.LAYOUT),
  IA32_FEATURE_CONTROL         (      0x3A, () -> FeatureControl.LAYOUT),
  IA32_TSC_ADJUST              (      0x3B),
  IA32_SPEC_CTRL               (      0x48),
  IA32_PRED_CMD                (      0x49),
  IA32_BIOS_UPDT_TRIG          (      0x79),
  IA32_BIOS_SIGN_ID            (      0x8B, () -> MsrLayouts.BIOS_SIGN_ID),
  IA32_SGXLEPUBKEYHASH0        (      0x8C),
  IA32_SGXLEPUBKEYHASH1        (      0x8D),
  IA32_SGXLEPUBKEYHASH2        (      0x8E),
  IA32_SGXLEPUBKEYHASH3        (      0x8F),
  IA32_SMM_MONITOR_CTL         (      0x9B, () -> SmmMonitorCtl.LAYOUT),
  IA32_SMBASE                  (      0x9E),
  IA32_PMC0                    (      0xC1),
  IA32_PMC1                    (      0xC2),
  IA32_PMC2                    (      0xC3),
  IA32_PMC3                    (      0xC4),
  IA32_MPERF                   (      0xE7),
  IA32_APERF                   (      0xE8),
  IA32_MTRRCAP                 (      0xFE, () -> MsrLayouts.MTRRCAP),
  IA32_ARCH_CAPABILITIES       (     0x10A, () -> MsrLayouts.ARCH_CAPABILITIES),
  IA32_FLUSH_CMD               (     0x10B),
  IA32_SYSENTER_CS             (     0x174, () -> MsrLayouts.SYSENTER_CS),
  IA32_SYSENTER_ESP            (     0x175),
  IA32_SYSENTER_EIP            (     0x176),
  IA32_MCG_CAP                 (     0x179, () -> McgCap.LAYOUT),
  IA32_MCG_STATUS              (     0x17A, () -> McgStatus.LAYOUT),
  IA32_MCG_CTL                 (     0x17B),
  IA32_PERFEVTSEL0             (     0x186),
  IA32_PERFEVTSEL1             (     0x187),
  IA32_PERFEVTSEL2             (     0x188),
  IA32_PERFEVTSEL3             (     0x189),
  IA32_PERF_STATUS             (     0x198),
  IA32_PERF_CTL                (     0x199),
  IA32_CLOCK_MODULATION        (     0x19A),
  IA32_THERM_INTERRUPT         (     0x19B),
  IA32_THERM_STATUS            (     0x19C),
  IA32_MISC_ENABLE             (     0x1A0, () -> MsrLayouts.MISC_ENABLE),
  IA32_ENERGY_PERF_BIAS        (     0x1B0),
  IA32_PACKAGE_THERM_STATUS    (     0x1B1),
  IA32_PACKAGE_THERM_INTERRUPT (     0x1B2),
  IA32_DEBUGCTL                (     0x1D9, () -> Debugctl.LAYOUT),
  IA32_SMRR_PHYSBASE           (     0x1F2),
  IA32_SMRR_PHYSMASK           (     0x1F3),
  IA32_MTRR_PHYSBASE0          (     0x200),
  IA32_MTRR_PHYSMASK0          (     0x201),
  IA32_MTRR_PHYSBASE1          (     0x202),
  IA32_MTRR_PHYSMASK1          (     0x203),
  IA32_MTRR_PHYSBASE2          (     0x204),
  IA32_MTRR_PHYSMASK2          (     0x205),
  IA32_MTRR_PHYSBASE3          (     0x206),
  IA32_MTRR_PHYSMASK3          (     0x207),
  IA32_MTRR_PHYSBASE4          (     0x208),
  IA32_MTRR_PHYSMASK4          (     0x209),
  IA32_MTRR_PHYSBASE5          (     0x20A),
  IA32_MTRR_PHYSMASK5          (     0x20B),
  IA32_MTRR_PHYSBASE6          (     0x20C),
  IA32_MTRR_PHYSMASK6          (     0x20D),
  IA32_MTRR_PHYSBASE7          (     0x20E),
  IA32_MTRR_PHYSMASK7          (     0x20F),
  IA32_MTRR_PHYSBASE8          (     0x210),
  IA32_MTRR_PHYSMASK8          (     0x211),
  IA32_MTRR_PHYSBASE9          (     0x212),
  IA32_MTRR_PHYSMASK9          (     0x213),
  IA32_MTRR_FIX64K_00000       (     0x250),
  IA32_MTRR_FIX16K_80000       (     0x258),
  IA32_MTRR_FIX16K_A0000       (     0x259),
  IA32_MTRR_FIX4K_C0000        (     0x268),
  IA32_MTRR_FIX4K_C8000        (     0x269),
  IA32_MTRR_FIX4K_D0000        (     0x26A),
  IA32_MTRR_FIX4K_D8000        (     0x26B),
  IA32_MTRR_FIX4K_E0000        (     0x26C),
  IA32_MTRR_FIX4K_E8000        (     0x26D),
  IA32_MTRR_FIX4K_F0000        (     0x26E),
  IA32_MTRR_FIX4K_F8000        (     0x26F),
  IA32_PAT                     (     0x277, () -> MsrLayouts.PAT),
  IA32_MTRR_DEF_TYPE           (     0x2FF, () -> MsrLayouts.MTRR_DEF_TYPE),
  IA32_FIXED_CTR0              (     0x309),
  IA32_FIXED_CTR1              (     0x30A),
  IA32_FIXED_CTR2              (     0x30B),
  IA32_PERF_CAPABILITIES       (     0x345),
  IA32_FIXED_CTR_CTRL          (     0x38D),
  IA32_PERF_GLOBAL_STATUS      (     0x38E),
  IA32_PERF_GLOBAL_CTRL        (     0x38F),
  IA32_PERF_GLOBAL_OVF_CTRL    (     0x390),
  IA32_PEBS_ENABLE             (     0x3F1),
  IA32_VMX_BASIC               (     0x480),
  IA32_VMX_PINBASED_CTLS       (     0x481),
  IA32_VMX_PROCBASED_CTLS      (     0x482),
  IA32_VMX_EXIT_CTLS           (     0x483),
  IA32_VMX_ENTRY_CTLS          (     0x484),
  IA32_VMX_MISC                (     0x485),
  IA32_VMX_CR0_FIXED0          (     0x486),
  IA32_VMX_CR0_FIXED1          (     0x487),
  IA32_VMX_CR4_FIXED0          (     0x488),
  IA32_VMX_CR4_FIXED1          (     0x489),
  IA32_VMX_VMCS_ENUM           (     0x48A),
  IA32_VMX_PROCBASED_CTLS2     (     0x48B),
  IA32_VMX_EPT_VPID_CAP        (     0x48C),
  IA32_VMX_TRUE_PINBASED_CTLS  (     0x48D),
  IA32_VMX_TRUE_PROCBASED_CTLS (     0x48E),
  IA32_VMX_TRUE_EXIT_CTLS      (     0x48F),
  IA32_VMX_TRUE_ENTRY_CTLS     (     0x490),
  IA32_VMX_VMFUNC              (     0x491),
  IA32_VMX_PROCBASED_CTLS3     (     0x492),
  IA32_VMX_EXIT_CTLS2          (     0x493),
  IA32_RTIT_CTL                (     0x570),
  IA32_RTIT_STATUS             (     0x571),
  IA32_DS_AREA                 (     0x600),
  IA32_U_CET                   (     0x6A0),
  IA32_S_CET                   (     0x6A2),
  IA32_PL0_SSP                 (     0x6A4),
  IA32_PL1_SSP                 (     0x6A5),
  IA32_PL2_SSP                 (     0x6A6),
  IA32_PL3_SSP                 (     0x6A7),
  IA32_INTERRUPT_SSP_TABLE_ADDR(     0x6A8),
  IA32_TSC_DEADLINE            (     0x6E0),
  IA32_BNDCFGS                 (     0xD90),
  IA32_XSS                     (     0xDA0),
  IA32_EFER                    (0xC0000080, () -> Efer.LAYOUT),
  IA32_STAR                    (0xC0000081, () -> MsrLayouts.STAR),
  IA32_LSTAR                   (0xC0000082),
  IA32_CSTAR                   (0xC0000083),
  IA32_FMASK                   (0xC0000084),
  IA32_FS_BASE                 (0xC0000100),
  IA32_GS_BASE                 (0xC0000101),
  IA32_KERNEL_GS_BASE          (0xC0000102),
  IA32_TSC_AUX                 (0xC0000103, () -> MsrLayouts.TSC_AUX);
  // spotless:on

  private static final Map<Integer, Msr> BY_INDEX = new HashMap<>();

  static {
    for (Msr m : values()) {
      BY_INDEX.put(m.index, m);
    }
  }

  /** The value of ECX that selects it. */
  public final int index;

  private final Supplier<Layout> source;

  /** Made when first asked for: a run asks for few. */
  private Layout layout;

  Msr(int index) {
    this.index = index;
    source = () -> Layout.plain(name(), 64);
  }

  Msr(int index, Supplier<Layout> source) {
    this.index = index;
    this.source = source;
  }

  @Override
  public String itemName() {
    return name();
  }

  @Override
  public Layout layout() {
    if (isVmxCapability()) {
      return VmxCapabilityLayouts.layout(index);
    }
    if (layout == null) {
      layout = source.get();
    }
    return layout;
  }

  private boolean isVmxCapability() {
    return isVmxCapability(index);
  }

  /** The index is one of those of the VMX capability MSRs. */
  public static boolean isVmxCapability(int index) {
    return index >= IA32_VMX_BASIC.index && index <= IA32_VMX_EXIT_CTLS2.index;
  }

  /** The MSR with that index, if it has a name. */
  public static Optional<Msr> of(int index) {
    return Optional.ofNullable(BY_INDEX.get(index));
  }
}
