package io.vmxlab.arch;

import static io.vmxlab.arch.Presence.any;
import static io.vmxlab.arch.Presence.bits;
import static io.vmxlab.arch.Presence.feature;

/**
 * What announces VMCS fields: capability MSRs that let the control be 1 which a field belongs to.
 * SDM Vol. 3D "Field Encoding in VMCS" names the control at each field.
 */
final class VmcsPresence {
  // spotless:off
  static final Presence ALWAYS              = Presence.ALWAYS;
  static final Presence POSTED_INTERRUPTS   = may(Msr.IA32_VMX_PINBASED_CTLS, VmxControls.PIN_BASED, "PROCESS_POSTED_INTERRUPTS");
  static final Presence PREEMPTION_TIMER    = may(Msr.IA32_VMX_PINBASED_CTLS, VmxControls.PIN_BASED, "ACTIVATE_VMX_PREEMPTION_TIMER");
  static final Presence USE_MSR_BITMAPS     = primary("USE_MSR_BITMAPS");
  static final Presence TPR_SHADOW          = primary("USE_TPR_SHADOW");
  static final Presence SECONDARY           = primary("ACTIVATE_SECONDARY_CONTROLS");
  static final Presence TERTIARY            = primary("ACTIVATE_TERTIARY_CONTROLS");
  static final Presence APIC_ACCESSES       = secondary("VIRTUALIZE_APIC_ACCESSES");
  static final Presence EPT                 = secondary("ENABLE_EPT");
  static final Presence VPIDS               = secondary("ENABLE_VPID");
  static final Presence INTERRUPT_DELIVERY  = secondary("VIRTUAL_INTERRUPT_DELIVERY");
  static final Presence PAUSE_LOOP          = secondary("PAUSE_LOOP_EXITING");
  static final Presence VM_FUNCTIONS        = secondary("ENABLE_VM_FUNCTIONS");
  static final Presence SHADOWING           = secondary("VMCS_SHADOWING");
  static final Presence ENCLS               = secondary("ENABLE_ENCLS_EXITING");
  static final Presence PML                 = secondary("ENABLE_PML");
  static final Presence EPT_VIOLATION_VE    = secondary("EPT_VIOLATION_VE");
  static final Presence XSAVES              = secondary("ENABLE_XSAVES_XRSTORS");
  static final Presence PASID               = secondary("PASID_TRANSLATION");
  static final Presence SUB_PAGE            = secondary("SUB_PAGE_WRITE_PERMISSIONS");
  static final Presence TSC_SCALING         = secondary("USE_TSC_SCALING");
  static final Presence PCONFIG             = secondary("ENABLE_PCONFIG");
  static final Presence ENCLV               = secondary("ENABLE_ENCLV_EXITING");
  static final Presence INSTRUCTION_TIMEOUT = secondary("INSTRUCTION_TIMEOUT");
  static final Presence HLAT                = tertiary("ENABLE_HLAT");
  static final Presence IPI_VIRTUALIZATION  = tertiary("IPI_VIRTUALIZATION");
  static final Presence MSR_LIST            = tertiary("ENABLE_MSR_LIST_INSTRUCTIONS");
  static final Presence SPEC_CTRL           = tertiary("VIRTUALIZE_IA32_SPEC_CTRL");
  static final Presence APIC_TIMER          = tertiary("APIC_TIMER_VIRTUALIZATION");
  static final Presence EPTP_SWITCHING      = bits(Msr.IA32_VMX_VMFUNC, mask(VmxControls.VM_FUNCTIONS, "EPTP_SWITCHING"));
  static final Presence SECONDARY_EXIT      = exit("ACTIVATE_SECONDARY_CONTROLS");
  static final Presence HOST_PERF           = exit("LOAD_IA32_PERF_GLOBAL_CTRL");
  static final Presence HOST_PAT            = exit("LOAD_IA32_PAT");
  static final Presence HOST_EFER           = exit("LOAD_IA32_EFER");
  static final Presence HOST_CET            = exit("LOAD_CET_STATE");
  static final Presence HOST_PKRS           = exit("LOAD_PKRS");
  static final Presence HOST_FRED           = exit2("LOAD_FRED");
  static final Presence HOST_SPEC_CTRL      = exit2("LOAD_IA32_SPEC_CTRL");
  static final Presence GUEST_PERF          = entry("LOAD_IA32_PERF_GLOBAL_CTRL");
  static final Presence GUEST_CET           = entry("LOAD_CET_STATE");
  static final Presence GUEST_PKRS          = entry("LOAD_PKRS");
  static final Presence GUEST_SPEC_CTRL     = entry("LOAD_IA32_SPEC_CTRL");
  static final Presence FRED                = entry("LOAD_FRED");
  static final Presence GUEST_PAT           = any(entry("LOAD_IA32_PAT"),      exit("SAVE_IA32_PAT"));
  static final Presence GUEST_EFER          = any(entry("LOAD_IA32_EFER"),     exit("SAVE_IA32_EFER"));
  static final Presence BNDCFGS             = any(entry("LOAD_IA32_BNDCFGS"),  exit("CLEAR_IA32_BNDCFGS"));
  static final Presence RTIT_CTL            = any(entry("LOAD_IA32_RTIT_CTL"), exit("CLEAR_IA32_RTIT_CTL"));
  static final Presence LBR_CTL             = any(entry("LOAD_IA32_LBR_CTL"),  exit("CLEAR_IA32_LBR_CTL"));
  static final Presence UINV                = any(entry("LOAD_UINV"),          exit("CLEAR_UINV"));
  /** Only servers since Sapphire Rapids have SEAM, and AMX; CPUID says nothing of SEAM itself. */
  static final Presence SEAM = Presence.all(feature(Feature.AMX_TILE), Presence.unknown("the processor has SEAM"));
  // spotless:on

  private VmcsPresence() {}

  private static Presence primary(String control) {
    return may(Msr.IA32_VMX_PROCBASED_CTLS, VmxControls.PROC_BASED, control);
  }

  private static Presence secondary(String control) {
    return may(Msr.IA32_VMX_PROCBASED_CTLS2, VmxControls.PROC_BASED2, control);
  }

  private static Presence exit(String control) {
    return may(Msr.IA32_VMX_EXIT_CTLS, VmxControls.EXIT, control);
  }

  private static Presence entry(String control) {
    return may(Msr.IA32_VMX_ENTRY_CTLS, VmxControls.ENTRY, control);
  }

  private static Presence tertiary(String control) {
    return bits(Msr.IA32_VMX_PROCBASED_CTLS3, mask(VmxControls.PROC_BASED3, control));
  }

  private static Presence exit2(String control) {
    return bits(Msr.IA32_VMX_EXIT_CTLS2, mask(VmxControls.EXIT2, control));
  }

  /** The capability MSR's upper half says that the control can be 1. */
  private static Presence may(Msr capability, Layout vector, String control) {
    return bits(capability, mask(vector, control) << Integer.SIZE);
  }

  private static long mask(Layout vector, String control) {
    return vector.field(control).orElseThrow().mask();
  }
}
