package io.vmxlab.vmx.vmcs;

import io.vmxlab.arch.Field;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmcsField;
import java.util.Optional;

/**
 * One bit of a control vector, as rules ask for it. It counts as 0 while its vector is not
 * activated.
 *
 * @param vector the field that has it
 * @param name as {@code arch.VmxControls} spells it
 * @param activation the control without which the vector is not used, if there is one
 */
public record Control(VmcsField vector, String name, long mask, Optional<Control> activation) {
  // spotless:off
  public static final Control EXTERNAL_INTERRUPT_EXITING = pin("EXTERNAL_INTERRUPT_EXITING");
  public static final Control NMI_EXITING                = pin("NMI_EXITING");
  public static final Control VIRTUAL_NMIS               = pin("VIRTUAL_NMIS");
  public static final Control PREEMPTION_TIMER           = pin("ACTIVATE_VMX_PREEMPTION_TIMER");
  public static final Control POSTED_INTERRUPTS          = pin("PROCESS_POSTED_INTERRUPTS");
  public static final Control INTERRUPT_WINDOW_EXITING   = primary("INTERRUPT_WINDOW_EXITING");
  public static final Control TSC_OFFSETTING             = primary("USE_TSC_OFFSETTING");
  public static final Control HLT_EXITING                = primary("HLT_EXITING");
  public static final Control INVLPG_EXITING             = primary("INVLPG_EXITING");
  public static final Control MWAIT_EXITING              = primary("MWAIT_EXITING");
  public static final Control RDPMC_EXITING              = primary("RDPMC_EXITING");
  public static final Control RDTSC_EXITING              = primary("RDTSC_EXITING");
  public static final Control CR3_LOAD_EXITING           = primary("CR3_LOAD_EXITING");
  public static final Control CR3_STORE_EXITING          = primary("CR3_STORE_EXITING");
  public static final Control CR8_LOAD_EXITING           = primary("CR8_LOAD_EXITING");
  public static final Control CR8_STORE_EXITING          = primary("CR8_STORE_EXITING");
  public static final Control USE_TPR_SHADOW             = primary("USE_TPR_SHADOW");
  public static final Control NMI_WINDOW_EXITING         = primary("NMI_WINDOW_EXITING");
  public static final Control MOV_DR_EXITING             = primary("MOV_DR_EXITING");
  public static final Control UNCONDITIONAL_IO           = primary("UNCONDITIONAL_IO_EXITING");
  public static final Control USE_IO_BITMAPS             = primary("USE_IO_BITMAPS");
  public static final Control MONITOR_TRAP_FLAG          = primary("MONITOR_TRAP_FLAG");
  public static final Control USE_MSR_BITMAPS            = primary("USE_MSR_BITMAPS");
  public static final Control MONITOR_EXITING            = primary("MONITOR_EXITING");
  public static final Control PAUSE_EXITING              = primary("PAUSE_EXITING");
  public static final Control ACTIVATE_TERTIARY          = primary("ACTIVATE_TERTIARY_CONTROLS");
  public static final Control ACTIVATE_SECONDARY         = primary("ACTIVATE_SECONDARY_CONTROLS");
  public static final Control APIC_ACCESSES              = secondary("VIRTUALIZE_APIC_ACCESSES");
  public static final Control EPT                        = secondary("ENABLE_EPT");
  public static final Control DESCRIPTOR_TABLE_EXITING   = secondary("DESCRIPTOR_TABLE_EXITING");
  public static final Control ENABLE_RDTSCP              = secondary("ENABLE_RDTSCP");
  public static final Control X2APIC_MODE                = secondary("VIRTUALIZE_X2APIC_MODE");
  public static final Control VPID                       = secondary("ENABLE_VPID");
  public static final Control WBINVD_EXITING             = secondary("WBINVD_EXITING");
  public static final Control UNRESTRICTED_GUEST         = secondary("UNRESTRICTED_GUEST");
  public static final Control APIC_REGISTERS             = secondary("APIC_REGISTER_VIRTUALIZATION");
  public static final Control INTERRUPT_DELIVERY         = secondary("VIRTUAL_INTERRUPT_DELIVERY");
  public static final Control PAUSE_LOOP_EXITING         = secondary("PAUSE_LOOP_EXITING");
  public static final Control RDRAND_EXITING             = secondary("RDRAND_EXITING");
  public static final Control ENABLE_INVPCID             = secondary("ENABLE_INVPCID");
  public static final Control VM_FUNCTIONS               = secondary("ENABLE_VM_FUNCTIONS");
  public static final Control SHADOWING                  = secondary("VMCS_SHADOWING");
  public static final Control RDSEED_EXITING             = secondary("RDSEED_EXITING");
  public static final Control PML                        = secondary("ENABLE_PML");
  public static final Control EPT_VIOLATION_VE           = secondary("EPT_VIOLATION_VE");
  public static final Control ENABLE_XSAVES_XRSTORS      = secondary("ENABLE_XSAVES_XRSTORS");
  public static final Control MODE_BASED_EXECUTE         = secondary("MODE_BASED_EXECUTE_CONTROL");
  public static final Control SUB_PAGE                   = secondary("SUB_PAGE_WRITE_PERMISSIONS");
  public static final Control PT_GUEST_PHYSICAL          = secondary("PT_USES_GUEST_PHYSICAL_ADDRESSES");
  public static final Control TSC_SCALING                = secondary("USE_TSC_SCALING");
  public static final Control BUS_LOCK_DETECTION         = secondary("VMM_BUS_LOCK_DETECTION");
  public static final Control INSTRUCTION_TIMEOUT        = secondary("INSTRUCTION_TIMEOUT");
  public static final Control HLAT                       = tertiary("ENABLE_HLAT");
  public static final Control EPT_PAGING_WRITE           = tertiary("EPT_PAGING_WRITE_CONTROL");
  public static final Control PAGING_VERIFICATION        = tertiary("GUEST_PAGING_VERIFICATION");
  public static final Control IPI_VIRTUALIZATION         = tertiary("IPI_VIRTUALIZATION");
  public static final Control APIC_TIMER_VIRTUALIZATION  = tertiary("APIC_TIMER_VIRTUALIZATION");
  public static final Control SAVE_DEBUG                 = exit("SAVE_DEBUG_CONTROLS");
  public static final Control HOST_64_BIT                = exit("HOST_ADDRESS_SPACE_SIZE");
  public static final Control EXIT_LOAD_PERF             = exit("LOAD_IA32_PERF_GLOBAL_CTRL");
  public static final Control ACKNOWLEDGE                = exit("ACKNOWLEDGE_INTERRUPT_ON_EXIT");
  public static final Control SAVE_PAT                   = exit("SAVE_IA32_PAT");
  public static final Control EXIT_LOAD_PAT              = exit("LOAD_IA32_PAT");
  public static final Control SAVE_EFER                  = exit("SAVE_IA32_EFER");
  public static final Control EXIT_LOAD_EFER             = exit("LOAD_IA32_EFER");
  public static final Control SAVE_PREEMPTION_TIMER      = exit("SAVE_VMX_PREEMPTION_TIMER_VALUE");
  public static final Control CLEAR_BNDCFGS              = exit("CLEAR_IA32_BNDCFGS");
  public static final Control CLEAR_RTIT_CTL             = exit("CLEAR_IA32_RTIT_CTL");
  public static final Control EXIT_LOAD_CET              = exit("LOAD_CET_STATE");
  public static final Control EXIT_LOAD_PKRS             = exit("LOAD_PKRS");
  public static final Control SAVE_PERF                  = exit("SAVE_IA32_PERF_GLOBAL_CTRL");
  public static final Control ACTIVATE_EXIT2             = exit("ACTIVATE_SECONDARY_CONTROLS");
  public static final Control EXIT_SAVE_FRED             = exit2("SAVE_FRED");
  public static final Control EXIT_LOAD_FRED             = exit2("LOAD_FRED");
  public static final Control EXIT_LOAD_SPEC_CTRL        = exit2("LOAD_IA32_SPEC_CTRL");
  public static final Control BUSY_SHADOW_STACK          = exit2("PREMATURELY_BUSY_SHADOW_STACK");
  public static final Control LOAD_DEBUG                 = entry("LOAD_DEBUG_CONTROLS");
  public static final Control IA32E_GUEST                = entry("IA32E_MODE_GUEST");
  public static final Control ENTRY_TO_SMM               = entry("ENTRY_TO_SMM");
  public static final Control DEACTIVATE_DUAL_MONITOR    = entry("DEACTIVATE_DUAL_MONITOR_TREATMENT");
  public static final Control LOAD_PERF                  = entry("LOAD_IA32_PERF_GLOBAL_CTRL");
  public static final Control LOAD_PAT                   = entry("LOAD_IA32_PAT");
  public static final Control LOAD_EFER                  = entry("LOAD_IA32_EFER");
  public static final Control LOAD_BNDCFGS               = entry("LOAD_IA32_BNDCFGS");
  public static final Control LOAD_RTIT_CTL              = entry("LOAD_IA32_RTIT_CTL");
  public static final Control LOAD_UINV                  = entry("LOAD_UINV");
  public static final Control LOAD_CET                   = entry("LOAD_CET_STATE");
  public static final Control LOAD_LBR_CTL               = entry("LOAD_IA32_LBR_CTL");
  public static final Control LOAD_PKRS                  = entry("LOAD_PKRS");
  public static final Control LOAD_FRED                  = entry("LOAD_FRED");
  public static final Control LOAD_SPEC_CTRL             = entry("LOAD_IA32_SPEC_CTRL");
  public static final Control EPTP_SWITCHING             = of(VmcsField.VM_FUNCTION_CONTROLS, "EPTP_SWITCHING");
  // spotless:on

  private static Control of(VmcsField vector, String name) {
    return of(vector, name, Optional.empty());
  }

  private static Control of(VmcsField vector, String name, Optional<Control> activation) {
    long mask = vector.layout().field(name).map(Field::mask).orElseThrow();
    return new Control(vector, name, mask, activation);
  }

  private static Control pin(String name) {
    return of(VmcsField.PIN_BASED_CONTROLS, name);
  }

  private static Control primary(String name) {
    return of(VmcsField.PRIMARY_CONTROLS, name);
  }

  private static Control secondary(String name) {
    return of(VmcsField.SECONDARY_CONTROLS, name, Optional.of(ACTIVATE_SECONDARY));
  }

  private static Control tertiary(String name) {
    return of(VmcsField.TERTIARY_CONTROLS, name, Optional.of(ACTIVATE_TERTIARY));
  }

  private static Control exit(String name) {
    return of(VmcsField.VM_EXIT_CONTROLS, name);
  }

  private static Control exit2(String name) {
    return of(VmcsField.SECONDARY_VM_EXIT_CONTROLS, name, Optional.of(ACTIVATE_EXIT2));
  }

  private static Control entry(String name) {
    return of(VmcsField.VM_ENTRY_CONTROLS, name);
  }

  public boolean on(StateView v) {
    return (v.get(vector) & mask) != 0 && (activation.isEmpty() || activation.get().on(v));
  }

  /** The same, asked of what a processor holds, and often. */
  public boolean on(Vmcs vmcs) {
    return (vmcs.active(vector) & mask) != 0;
  }

  public boolean off(Vmcs vmcs) {
    return !on(vmcs);
  }

  public boolean off(StateView v) {
    return !on(v);
  }

  /** What {@link #on} looks at. */
  public StateItem[] reads() {
    return activation.isEmpty()
        ? new StateItem[] {vector}
        : new StateItem[] {activation.get().vector, vector};
  }

  /** Condition in prose. */
  public String isOne() {
    return name + " is 1";
  }

  /** Condition in prose. */
  public String isZero() {
    return name + " is 0";
  }
}
