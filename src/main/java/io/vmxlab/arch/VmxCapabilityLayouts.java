package io.vmxlab.arch;

import java.util.List;

/**
 * Layouts of the VMX capability MSRs, 480H to 493H. SDM Vol. 3D "VMX Capability Reporting
 * Facility".
 *
 * <p>A capability MSR of a 32-bit control vector has two fields a control: {@code MUST_NAME} in the
 * lower half (1: the control cannot be 0) and {@code MAY_NAME} in the upper half (1: the control
 * can be 1).
 */
public final class VmxCapabilityLayouts {
  private static final int UPPER_HALF = 32;

  /** Begins the names of fields that say which controls have to be 1. */
  public static final String MUST = "MUST_";

  /** Begins the names of fields that say which controls can be 1. */
  public static final String MAY = "MAY_";

  // spotless:off
  private static final Layout BASIC = Layout.of("IA32_VMX_BASIC", 64)
      .field(0, 31,  "REVISION", "VMCS revision identifier")
      .field(32, 13, "REGION_SIZE", "bytes of a VMXON or VMCS region, at most 4096")
      .bit(VmxCapability.BASIC_PHYSICAL_32, "PHYSICAL_32", "VMX structures lie below 4 GiB")
      .bit(VmxCapability.BASIC_DUAL_MONITOR, "DUAL_MONITOR", "dual-monitor treatment of SMIs and SMM")
      .field(50, 4,  "MEMORY_TYPE", "memory type for VMCSs: 0 UC, 6 WB")
      .bit(1L << 54, "INS_OUTS_INFORMATION", "VM exits for INS and OUTS report instruction information")
      .bit(VmxCapability.BASIC_TRUE_CONTROLS, "TRUE_CONTROLS", "some default1 controls can be 0; MSRs 48DH to 490H exist")
      .bit(VmxCapability.BASIC_ANY_ERROR_CODE, "ANY_ERROR_CODE", "VM entry may inject hardware exceptions with or without an error code")
      .bit(1L << 58, "NESTED_EXCEPTION", "VM entry may inject nested exceptions")
      .build();

  private static final Layout PINBASED_CTLS       = controls("IA32_VMX_PINBASED_CTLS", VmxControls.PIN_BASED);
  private static final Layout PROCBASED_CTLS      = controls("IA32_VMX_PROCBASED_CTLS", VmxControls.PROC_BASED);
  private static final Layout EXIT_CTLS           = controls("IA32_VMX_EXIT_CTLS", VmxControls.EXIT);
  private static final Layout ENTRY_CTLS          = controls("IA32_VMX_ENTRY_CTLS", VmxControls.ENTRY);
  private static final Layout PROCBASED_CTLS2     = controls("IA32_VMX_PROCBASED_CTLS2", VmxControls.PROC_BASED2);
  private static final Layout TRUE_PINBASED_CTLS  = controls("IA32_VMX_TRUE_PINBASED_CTLS", VmxControls.PIN_BASED);
  private static final Layout TRUE_PROCBASED_CTLS = controls("IA32_VMX_TRUE_PROCBASED_CTLS", VmxControls.PROC_BASED);
  private static final Layout TRUE_EXIT_CTLS      = controls("IA32_VMX_TRUE_EXIT_CTLS", VmxControls.EXIT);
  private static final Layout TRUE_ENTRY_CTLS     = controls("IA32_VMX_TRUE_ENTRY_CTLS", VmxControls.ENTRY);
  private static final Layout VMFUNC              = allowedOnes("IA32_VMX_VMFUNC", VmxControls.VM_FUNCTIONS);
  private static final Layout PROCBASED_CTLS3     = allowedOnes("IA32_VMX_PROCBASED_CTLS3", VmxControls.PROC_BASED3);
  private static final Layout EXIT_CTLS2          = allowedOnes("IA32_VMX_EXIT_CTLS2", VmxControls.EXIT2);

  private static final Layout MISC = Layout.of("IA32_VMX_MISC", 64)
      .field(0, 5,   "TIMER_RATE", "the VMX-preemption timer counts when this bit of the time-stamp counter toggles")
      .bit(VmxCapability.MISC_STORE_LMA, "STORE_LMA", "VM exits store EFER.LMA in the IA-32e mode guest control")
      .bit(VmxCapability.MISC_HLT, "HLT", "activity state HLT")
      .bit(VmxCapability.MISC_SHUTDOWN, "SHUTDOWN", "activity state shutdown")
      .bit(VmxCapability.MISC_WAIT_FOR_SIPI, "WAIT_FOR_SIPI", "activity state wait-for-SIPI")
      .bit(VmxCapability.MISC_PT_IN_VMX, "PT_IN_VMX", "Intel PT can be used in VMX operation")
      .bit(VmxCapability.MISC_RDMSR_SMBASE, "RDMSR_SMBASE", "RDMSR can read IA32_SMBASE in SMM")
      .field(16, 9,  "CR3_TARGETS", "number of CR3-target values")
      .field(25, 3,  "MSR_LIST", "N: at most 512 * (N + 1) MSRs in a list are recommended")
      .bit(VmxCapability.MISC_SMM_CTL_BIT_2, "SMM_CTL_BIT_2", "bit 2 of IA32_SMM_MONITOR_CTL can be 1")
      .bit(VmxCapability.MISC_VMWRITE_ANY, "VMWRITE_ANY", "VMWRITE can write VM-exit information fields")
      .bit(VmxCapability.MISC_LENGTH_0, "LENGTH_0", "software events of instruction length 0 can be injected")
      .field(32, 32, "MSEG_REVISION", "MSEG revision identifier")
      .build();

  private static final Layout CR0_FIXED0 = fixed("IA32_VMX_CR0_FIXED0", Cr0.LAYOUT, "1: fixed to 1");
  private static final Layout CR0_FIXED1 = fixed("IA32_VMX_CR0_FIXED1", Cr0.LAYOUT, "0: fixed to 0");
  private static final Layout CR4_FIXED0 = fixed("IA32_VMX_CR4_FIXED0", Cr4.LAYOUT, "1: fixed to 1");
  private static final Layout CR4_FIXED1 = fixed("IA32_VMX_CR4_FIXED1", Cr4.LAYOUT, "0: fixed to 0");

  private static final Layout VMCS_ENUM = Layout.of("IA32_VMX_VMCS_ENUM", 64)
      .field(1, 9, "HIGHEST_INDEX", "highest index of any VMCS field encoding")
      .build();

  private static final Layout EPT_VPID_CAP = Layout.of("IA32_VMX_EPT_VPID_CAP", 64)
      .bit(VmxCapability.EPT_EXECUTE_ONLY, "EXECUTE_ONLY", "execute-only EPT entries")
      .bit(VmxCapability.EPT_PAGE_WALK_4, "PAGE_WALK_4", "EPT page-walk length 4")
      .bit(VmxCapability.EPT_PAGE_WALK_5, "PAGE_WALK_5", "EPT page-walk length 5")
      .bit(VmxCapability.EPT_MEMORY_TYPE_UC, "MEMORY_TYPE_UC", "EPT paging structures may be uncacheable")
      .bit(VmxCapability.EPT_MEMORY_TYPE_WB, "MEMORY_TYPE_WB", "EPT paging structures may be write-back")
      .bit(VmxCapability.EPT_2M_PAGES, "PAGES_2M", "2-MByte EPT pages")
      .bit(VmxCapability.EPT_1G_PAGES, "PAGES_1G", "1-GByte EPT pages")
      .bit(VmxCapability.INVEPT, "INVEPT", "INVEPT")
      .bit(VmxCapability.EPT_ACCESSED_DIRTY, "ACCESSED_DIRTY", "accessed and dirty flags for EPT")
      .bit(VmxCapability.EPT_VIOLATION_DETAILS, "ADVANCED_EXIT_INFORMATION", "advanced VM-exit information for EPT violations")
      .bit(VmxCapability.EPT_SHADOW_STACK, "SUPERVISOR_SHADOW_STACK", "supervisor shadow-stack control")
      .bit(VmxCapability.INVEPT_SINGLE, "INVEPT_SINGLE_CONTEXT", "INVEPT type 1")
      .bit(VmxCapability.INVEPT_ALL, "INVEPT_ALL_CONTEXT", "INVEPT type 2")
      .bit(VmxCapability.INVVPID, "INVVPID", "INVVPID")
      .bit(VmxCapability.INVVPID_ADDRESS, "INVVPID_INDIVIDUAL_ADDRESS", "INVVPID type 0")
      .bit(VmxCapability.INVVPID_SINGLE, "INVVPID_SINGLE_CONTEXT", "INVVPID type 1")
      .bit(VmxCapability.INVVPID_ALL, "INVVPID_ALL_CONTEXT", "INVVPID type 2")
      .bit(VmxCapability.INVVPID_GLOBALS, "INVVPID_RETAINING_GLOBALS", "INVVPID type 3")
      .field(48, 6,  "HLAT_PREFIX_SIZE", "maximum HLAT prefix size")
      .build();
  // spotless:on

  /** By index, from 480H. */
  private static final List<Layout> BY_INDEX =
      List.of(
          BASIC,
          PINBASED_CTLS,
          PROCBASED_CTLS,
          EXIT_CTLS,
          ENTRY_CTLS,
          MISC,
          CR0_FIXED0,
          CR0_FIXED1,
          CR4_FIXED0,
          CR4_FIXED1,
          VMCS_ENUM,
          PROCBASED_CTLS2,
          EPT_VPID_CAP,
          TRUE_PINBASED_CTLS,
          TRUE_PROCBASED_CTLS,
          TRUE_EXIT_CTLS,
          TRUE_ENTRY_CTLS,
          VMFUNC,
          PROCBASED_CTLS3,
          EXIT_CTLS2);

  private VmxCapabilityLayouts() {}

  /** The layout of a VMX capability MSR. */
  static Layout layout(int index) {
    return BY_INDEX.get(index - Msr.IA32_VMX_BASIC.index);
  }

  private static Layout controls(String name, Layout vector) {
    Layout.Builder layout = Layout.of(name, 64);
    for (Field f : vector.fields()) {
      layout.field(f.low(), 1, MUST + f.name(), "cannot be 0: " + f.meaning());
      layout.field(f.low() + UPPER_HALF, 1, MAY + f.name(), "can be 1: " + f.meaning());
    }
    return layout.build();
  }

  private static Layout allowedOnes(String name, Layout vector) {
    Layout.Builder layout = Layout.of(name, 64);
    for (Field f : vector.fields()) {
      layout.field(f.low(), 1, MAY + f.name(), "can be 1: " + f.meaning());
    }
    return layout.build();
  }

  private static Layout fixed(String name, Layout register, String sense) {
    Layout.Builder layout = Layout.of(name, 64);
    for (Field f : register.fields()) {
      layout.field(f.low(), f.width(), f.name(), sense);
    }
    return layout.build();
  }
}
