package io.vmxlab.arch;

/**
 * The VMX control vectors bit by bit. SDM Vol. 3C "VM-Execution Control Fields", "VM-Exit Control
 * Fields", "VM-Entry Control Fields". Bits that the manual reserves have no field; the masks of the
 * default1 class say which of them (and of the others) are 1 by default.
 */
public final class VmxControls {
  // spotless:off
  public static final long PIN_BASED_DEFAULT1  = 0x0000_0016L;
  public static final long PROC_BASED_DEFAULT1 = 0x0401_E172L;
  public static final long EXIT_DEFAULT1       = 0x0003_6DFFL;
  public static final long ENTRY_DEFAULT1      = 0x0000_11FFL;

  public static final Layout PIN_BASED = Layout.of("pin-based VM-execution controls", 32)
      .bit(1L << 0, "EXTERNAL_INTERRUPT_EXITING", "external interrupts cause VM exits")
      .bit(1L << 3, "NMI_EXITING", "NMIs cause VM exits")
      .bit(1L << 5, "VIRTUAL_NMIS", "virtual-NMI blocking")
      .bit(1L << 6, "ACTIVATE_VMX_PREEMPTION_TIMER", "the VMX-preemption timer counts down")
      .bit(1L << 7, "PROCESS_POSTED_INTERRUPTS", "posted-interrupt processing")
      .build();

  public static final Layout PROC_BASED =
      Layout.of("primary processor-based VM-execution controls", 32)
      .bit(1L << 2,  "INTERRUPT_WINDOW_EXITING", "VM exit when interrupts can be delivered")
      .bit(1L << 3,  "USE_TSC_OFFSETTING", "reads of the time-stamp counter add the TSC offset")
      .bit(1L << 7,  "HLT_EXITING", "HLT causes VM exits")
      .bit(1L << 9,  "INVLPG_EXITING", "INVLPG causes VM exits")
      .bit(1L << 10, "MWAIT_EXITING", "MWAIT causes VM exits")
      .bit(1L << 11, "RDPMC_EXITING", "RDPMC causes VM exits")
      .bit(1L << 12, "RDTSC_EXITING", "RDTSC and RDTSCP cause VM exits")
      .bit(1L << 15, "CR3_LOAD_EXITING", "MOV to CR3 causes VM exits")
      .bit(1L << 16, "CR3_STORE_EXITING", "MOV from CR3 causes VM exits")
      .bit(1L << 17, "ACTIVATE_TERTIARY_CONTROLS", "the tertiary controls are used")
      .bit(1L << 19, "CR8_LOAD_EXITING", "MOV to CR8 causes VM exits")
      .bit(1L << 20, "CR8_STORE_EXITING", "MOV from CR8 causes VM exits")
      .bit(1L << 21, "USE_TPR_SHADOW", "the virtual-APIC page holds the TPR")
      .bit(1L << 22, "NMI_WINDOW_EXITING", "VM exit when virtual NMIs are not blocked")
      .bit(1L << 23, "MOV_DR_EXITING", "MOV to and from debug registers causes VM exits")
      .bit(1L << 24, "UNCONDITIONAL_IO_EXITING", "I/O instructions cause VM exits")
      .bit(1L << 25, "USE_IO_BITMAPS", "the I/O bitmaps decide on VM exits")
      .bit(1L << 27, "MONITOR_TRAP_FLAG", "VM exit after an instruction")
      .bit(1L << 28, "USE_MSR_BITMAPS", "the MSR bitmaps decide on VM exits")
      .bit(1L << 29, "MONITOR_EXITING", "MONITOR causes VM exits")
      .bit(1L << 30, "PAUSE_EXITING", "PAUSE causes VM exits")
      .bit(1L << 31, "ACTIVATE_SECONDARY_CONTROLS", "the secondary controls are used")
      .build();

  public static final Layout PROC_BASED2 =
      Layout.of("secondary processor-based VM-execution controls", 32)
      .bit(1L << 0,  "VIRTUALIZE_APIC_ACCESSES", "accesses to the APIC-access page are special")
      .bit(1L << 1,  "ENABLE_EPT", "extended page tables translate guest-physical addresses")
      .bit(1L << 2,  "DESCRIPTOR_TABLE_EXITING", "LGDT, LIDT, LLDT, LTR and their stores cause VM exits")
      .bit(1L << 3,  "ENABLE_RDTSCP", "RDTSCP and RDPID do not cause #UD")
      .bit(1L << 4,  "VIRTUALIZE_X2APIC_MODE", "accesses to x2APIC MSRs are special")
      .bit(1L << 5,  "ENABLE_VPID", "cached translations are tagged with the VPID")
      .bit(1L << 6,  "WBINVD_EXITING", "WBINVD causes VM exits")
      .bit(1L << 7,  "UNRESTRICTED_GUEST", "the guest may run unpaged or in real-address mode")
      .bit(1L << 8,  "APIC_REGISTER_VIRTUALIZATION", "most APIC registers are virtualized")
      .bit(1L << 9,  "VIRTUAL_INTERRUPT_DELIVERY", "pending virtual interrupts are evaluated and delivered")
      .bit(1L << 10, "PAUSE_LOOP_EXITING", "a series of PAUSE causes a VM exit")
      .bit(1L << 11, "RDRAND_EXITING", "RDRAND causes VM exits")
      .bit(1L << 12, "ENABLE_INVPCID", "INVPCID does not cause #UD")
      .bit(1L << 13, "ENABLE_VM_FUNCTIONS", "VMFUNC can be used")
      .bit(1L << 14, "VMCS_SHADOWING", "VMREAD and VMWRITE may access a shadow VMCS")
      .bit(1L << 15, "ENABLE_ENCLS_EXITING", "the ENCLS-exiting bitmap is used")
      .bit(1L << 16, "RDSEED_EXITING", "RDSEED causes VM exits")
      .bit(1L << 17, "ENABLE_PML", "guest-physical addresses that become dirty are logged")
      .bit(1L << 18, "EPT_VIOLATION_VE", "EPT violations may cause #VE")
      .bit(1L << 19, "CONCEAL_VMX_FROM_PT", "Intel PT shows no sign of VMX non-root operation")
      .bit(1L << 20, "ENABLE_XSAVES_XRSTORS", "XSAVES and XRSTORS do not cause #UD")
      .bit(1L << 21, "PASID_TRANSLATION", "ENQCMD and ENQCMDS translate PASIDs")
      .bit(1L << 22, "MODE_BASED_EXECUTE_CONTROL", "EPT execute permission depends on the linear address' mode")
      .bit(1L << 23, "SUB_PAGE_WRITE_PERMISSIONS", "EPT write permission may be given for 128 bytes")
      .bit(1L << 24, "PT_USES_GUEST_PHYSICAL_ADDRESSES", "Intel PT output addresses are guest-physical")
      .bit(1L << 25, "USE_TSC_SCALING", "reads of the time-stamp counter are scaled")
      .bit(1L << 26, "ENABLE_USER_WAIT_AND_PAUSE", "TPAUSE, UMONITOR and UMWAIT do not cause #UD")
      .bit(1L << 27, "ENABLE_PCONFIG", "PCONFIG does not cause #UD")
      .bit(1L << 28, "ENABLE_ENCLV_EXITING", "the ENCLV-exiting bitmap is used")
      .bit(1L << 30, "VMM_BUS_LOCK_DETECTION", "bus locks cause VM exits")
      .bit(1L << 31, "INSTRUCTION_TIMEOUT", "a VM exit follows when no instruction boundary is met in time")
      .build();

  public static final Layout PROC_BASED3 =
      Layout.of("tertiary processor-based VM-execution controls", 64)
      .bit(1L << 0, "LOADIWKEY_EXITING", "LOADIWKEY causes VM exits")
      .bit(1L << 1, "ENABLE_HLAT", "hypervisor-managed linear-address translation")
      .bit(1L << 2, "EPT_PAGING_WRITE_CONTROL", "EPT may allow writes by paging only")
      .bit(1L << 3, "GUEST_PAGING_VERIFICATION", "EPT may demand translations with paging-write access")
      .bit(1L << 4, "IPI_VIRTUALIZATION", "sending of IPIs is virtualized")
      .bit(1L << 6, "ENABLE_MSR_LIST_INSTRUCTIONS", "RDMSRLIST and WRMSRLIST do not cause #UD")
      .bit(1L << 7, "VIRTUALIZE_IA32_SPEC_CTRL", "some bits of IA32_SPEC_CTRL belong to the VMM")
      .bit(1L << 8, "APIC_TIMER_VIRTUALIZATION", "the guest's APIC timer is virtualized")
      .build();

  public static final Layout EXIT = Layout.of("primary VM-exit controls", 32)
      .bit(1L << 2,  "SAVE_DEBUG_CONTROLS", "DR7 and IA32_DEBUGCTL are saved")
      .bit(1L << 9,  "HOST_ADDRESS_SPACE_SIZE", "the host is in 64-bit mode")
      .bit(1L << 12, "LOAD_IA32_PERF_GLOBAL_CTRL", "IA32_PERF_GLOBAL_CTRL is loaded")
      .bit(1L << 15, "ACKNOWLEDGE_INTERRUPT_ON_EXIT", "the interrupt's vector is fetched")
      .bit(1L << 18, "SAVE_IA32_PAT", "IA32_PAT is saved")
      .bit(1L << 19, "LOAD_IA32_PAT", "IA32_PAT is loaded")
      .bit(1L << 20, "SAVE_IA32_EFER", "IA32_EFER is saved")
      .bit(1L << 21, "LOAD_IA32_EFER", "IA32_EFER is loaded")
      .bit(1L << 22, "SAVE_VMX_PREEMPTION_TIMER_VALUE", "the VMX-preemption timer's value is saved")
      .bit(1L << 23, "CLEAR_IA32_BNDCFGS", "IA32_BNDCFGS is cleared")
      .bit(1L << 24, "CONCEAL_VMX_FROM_PT", "Intel PT shows no sign of VM exits")
      .bit(1L << 25, "CLEAR_IA32_RTIT_CTL", "IA32_RTIT_CTL is cleared")
      .bit(1L << 26, "CLEAR_IA32_LBR_CTL", "IA32_LBR_CTL is cleared")
      .bit(1L << 27, "CLEAR_UINV", "UINV is cleared")
      .bit(1L << 28, "LOAD_CET_STATE", "CET state is loaded")
      .bit(1L << 29, "LOAD_PKRS", "IA32_PKRS is loaded")
      .bit(1L << 30, "SAVE_IA32_PERF_GLOBAL_CTRL", "IA32_PERF_GLOBAL_CTRL is saved")
      .bit(1L << 31, "ACTIVATE_SECONDARY_CONTROLS", "the secondary VM-exit controls are used")
      .build();

  public static final Layout EXIT2 = Layout.of("secondary VM-exit controls", 64)
      .bit(1L << 0, "SAVE_FRED", "FRED state is saved")
      .bit(1L << 1, "LOAD_FRED", "FRED state is loaded")
      .bit(1L << 2, "LOAD_IA32_SPEC_CTRL", "IA32_SPEC_CTRL is loaded")
      .bit(1L << 3, "PREMATURELY_BUSY_SHADOW_STACK", "a shadow stack that became busy too early is reported")
      .build();

  public static final Layout ENTRY = Layout.of("VM-entry controls", 32)
      .bit(1L << 2,  "LOAD_DEBUG_CONTROLS", "DR7 and IA32_DEBUGCTL are loaded")
      .bit(1L << 9,  "IA32E_MODE_GUEST", "the guest is in IA-32e mode")
      .bit(1L << 10, "ENTRY_TO_SMM", "the guest is in SMM")
      .bit(1L << 11, "DEACTIVATE_DUAL_MONITOR_TREATMENT", "the default treatment of SMIs is back after the entry")
      .bit(1L << 13, "LOAD_IA32_PERF_GLOBAL_CTRL", "IA32_PERF_GLOBAL_CTRL is loaded")
      .bit(1L << 14, "LOAD_IA32_PAT", "IA32_PAT is loaded")
      .bit(1L << 15, "LOAD_IA32_EFER", "IA32_EFER is loaded")
      .bit(1L << 16, "LOAD_IA32_BNDCFGS", "IA32_BNDCFGS is loaded")
      .bit(1L << 17, "CONCEAL_VMX_FROM_PT", "Intel PT shows no sign of VM entries")
      .bit(1L << 18, "LOAD_IA32_RTIT_CTL", "IA32_RTIT_CTL is loaded")
      .bit(1L << 19, "LOAD_UINV", "UINV is loaded")
      .bit(1L << 20, "LOAD_CET_STATE", "CET state is loaded")
      .bit(1L << 21, "LOAD_IA32_LBR_CTL", "IA32_LBR_CTL is loaded")
      .bit(1L << 22, "LOAD_PKRS", "IA32_PKRS is loaded")
      .bit(1L << 23, "LOAD_FRED", "FRED state is loaded")
      .bit(1L << 24, "LOAD_IA32_SPEC_CTRL", "IA32_SPEC_CTRL is loaded")
      .build();

  public static final Layout VM_FUNCTIONS = Layout.of("VM-function controls", 64)
      .bit(1L << 0, "EPTP_SWITCHING", "VM function 0 loads an EPTP from the list")
      .build();
  // spotless:on

  private VmxControls() {}
}
