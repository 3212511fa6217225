package io.vmxlab.vmx.entry;

import io.vmxlab.arch.Field;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmcsField;

/**
 * One bit of a control vector, as rules ask for it. A secondary control counts as 0 while the
 * primary ones do not activate the secondary ones.
 *
 * @param vector the field that has it
 * @param name as {@code arch.VmxControls} spells it
 */
record Control(VmcsField vector, String name, long mask) {
  // spotless:off
  static final Control EXTERNAL_INTERRUPT_EXITING = pin("EXTERNAL_INTERRUPT_EXITING");
  static final Control NMI_EXITING                = pin("NMI_EXITING");
  static final Control VIRTUAL_NMIS               = pin("VIRTUAL_NMIS");
  static final Control PREEMPTION_TIMER           = pin("ACTIVATE_VMX_PREEMPTION_TIMER");
  static final Control POSTED_INTERRUPTS          = pin("PROCESS_POSTED_INTERRUPTS");
  static final Control USE_TPR_SHADOW             = primary("USE_TPR_SHADOW");
  static final Control NMI_WINDOW_EXITING         = primary("NMI_WINDOW_EXITING");
  static final Control USE_IO_BITMAPS             = primary("USE_IO_BITMAPS");
  static final Control MONITOR_TRAP_FLAG          = primary("MONITOR_TRAP_FLAG");
  static final Control USE_MSR_BITMAPS            = primary("USE_MSR_BITMAPS");
  static final Control ACTIVATE_SECONDARY         = primary("ACTIVATE_SECONDARY_CONTROLS");
  static final Control APIC_ACCESSES              = secondary("VIRTUALIZE_APIC_ACCESSES");
  static final Control EPT                        = secondary("ENABLE_EPT");
  static final Control X2APIC_MODE                = secondary("VIRTUALIZE_X2APIC_MODE");
  static final Control VPID                       = secondary("ENABLE_VPID");
  static final Control UNRESTRICTED_GUEST         = secondary("UNRESTRICTED_GUEST");
  static final Control APIC_REGISTERS             = secondary("APIC_REGISTER_VIRTUALIZATION");
  static final Control INTERRUPT_DELIVERY         = secondary("VIRTUAL_INTERRUPT_DELIVERY");
  static final Control VM_FUNCTIONS               = secondary("ENABLE_VM_FUNCTIONS");
  static final Control SHADOWING                  = secondary("VMCS_SHADOWING");
  static final Control PML                        = secondary("ENABLE_PML");
  static final Control EPT_VIOLATION_VE           = secondary("EPT_VIOLATION_VE");
  static final Control MODE_BASED_EXECUTE         = secondary("MODE_BASED_EXECUTE_CONTROL");
  static final Control SUB_PAGE                   = secondary("SUB_PAGE_WRITE_PERMISSIONS");
  static final Control PT_GUEST_PHYSICAL          = secondary("PT_USES_GUEST_PHYSICAL_ADDRESSES");
  static final Control TSC_SCALING                = secondary("USE_TSC_SCALING");
  static final Control HOST_64_BIT                = of(VmcsField.VM_EXIT_CONTROLS, "HOST_ADDRESS_SPACE_SIZE");
  static final Control ACKNOWLEDGE                = of(VmcsField.VM_EXIT_CONTROLS, "ACKNOWLEDGE_INTERRUPT_ON_EXIT");
  static final Control EXIT_LOAD_PERF             = of(VmcsField.VM_EXIT_CONTROLS, "LOAD_IA32_PERF_GLOBAL_CTRL");
  static final Control EXIT_LOAD_PAT              = of(VmcsField.VM_EXIT_CONTROLS, "LOAD_IA32_PAT");
  static final Control EXIT_LOAD_EFER             = of(VmcsField.VM_EXIT_CONTROLS, "LOAD_IA32_EFER");
  static final Control SAVE_PREEMPTION_TIMER      = of(VmcsField.VM_EXIT_CONTROLS, "SAVE_VMX_PREEMPTION_TIMER_VALUE");
  static final Control CLEAR_RTIT_CTL             = of(VmcsField.VM_EXIT_CONTROLS, "CLEAR_IA32_RTIT_CTL");
  static final Control LOAD_DEBUG                 = of(VmcsField.VM_ENTRY_CONTROLS, "LOAD_DEBUG_CONTROLS");
  static final Control IA32E_GUEST                = of(VmcsField.VM_ENTRY_CONTROLS, "IA32E_MODE_GUEST");
  static final Control ENTRY_TO_SMM               = of(VmcsField.VM_ENTRY_CONTROLS, "ENTRY_TO_SMM");
  static final Control DEACTIVATE_DUAL_MONITOR    = of(VmcsField.VM_ENTRY_CONTROLS, "DEACTIVATE_DUAL_MONITOR_TREATMENT");
  static final Control LOAD_PERF                  = of(VmcsField.VM_ENTRY_CONTROLS, "LOAD_IA32_PERF_GLOBAL_CTRL");
  static final Control LOAD_PAT                   = of(VmcsField.VM_ENTRY_CONTROLS, "LOAD_IA32_PAT");
  static final Control LOAD_EFER                  = of(VmcsField.VM_ENTRY_CONTROLS, "LOAD_IA32_EFER");
  static final Control LOAD_BNDCFGS               = of(VmcsField.VM_ENTRY_CONTROLS, "LOAD_IA32_BNDCFGS");
  static final Control LOAD_RTIT_CTL              = of(VmcsField.VM_ENTRY_CONTROLS, "LOAD_IA32_RTIT_CTL");
  static final Control EPTP_SWITCHING             = of(VmcsField.VM_FUNCTION_CONTROLS, "EPTP_SWITCHING");
  // spotless:on

  private static Control of(VmcsField vector, String name) {
    return new Control(vector, name, vector.layout().field(name).map(Field::mask).orElseThrow());
  }

  private static Control pin(String name) {
    return of(VmcsField.PIN_BASED_CONTROLS, name);
  }

  private static Control primary(String name) {
    return of(VmcsField.PRIMARY_CONTROLS, name);
  }

  private static Control secondary(String name) {
    return of(VmcsField.SECONDARY_CONTROLS, name);
  }

  boolean on(StateView v) {
    boolean active = vector != VmcsField.SECONDARY_CONTROLS || ACTIVATE_SECONDARY.on(v);
    return active && (v.get(vector) & mask) != 0;
  }

  boolean off(StateView v) {
    return !on(v);
  }

  /** What {@link #on} looks at. */
  StateItem[] reads() {
    return vector == VmcsField.SECONDARY_CONTROLS
        ? new StateItem[] {VmcsField.PRIMARY_CONTROLS, vector}
        : new StateItem[] {vector};
  }

  /** Condition in prose. */
  String isOne() {
    return name + " is 1";
  }

  /** Condition in prose. */
  String isZero() {
    return name + " is 0";
  }
}
