package io.vmxlab.arch;

import java.util.Optional;

/** VM-instruction errors with the manual's numbers. SDM Vol. 3C "VM Instruction Error Numbers". */
public enum VmInstructionError {
  // spotless:off
  VMCALL_IN_VMX_ROOT_OPERATION            (1,  "VMCALL executed in VMX root operation"),
  VMCLEAR_INVALID_PHYSICAL_ADDRESS        (2,  "VMCLEAR with invalid physical address"),
  VMCLEAR_VMXON_POINTER                   (3,  "VMCLEAR with VMXON pointer"),
  VMLAUNCH_NON_CLEAR_VMCS                 (4,  "VMLAUNCH with non-clear VMCS"),
  VMRESUME_NON_LAUNCHED_VMCS              (5,  "VMRESUME with non-launched VMCS"),
  VMRESUME_AFTER_VMXOFF                   (6,  "VMRESUME after VMXOFF"),
  INVALID_CONTROL_FIELDS                  (7,  "VM entry with invalid control field(s)"),
  INVALID_HOST_STATE                      (8,  "VM entry with invalid host-state field(s)"),
  VMPTRLD_INVALID_PHYSICAL_ADDRESS        (9,  "VMPTRLD with invalid physical address"),
  VMPTRLD_VMXON_POINTER                   (10, "VMPTRLD with VMXON pointer"),
  VMPTRLD_INCORRECT_REVISION              (11, "VMPTRLD with incorrect VMCS revision identifier"),
  UNSUPPORTED_VMCS_COMPONENT              (12, "VMREAD or VMWRITE from or to unsupported VMCS component"),
  VMWRITE_READ_ONLY_COMPONENT             (13, "VMWRITE to read-only VMCS component"),
  VMXON_IN_VMX_ROOT_OPERATION             (15, "VMXON executed in VMX root operation"),
  INVALID_EXECUTIVE_VMCS_POINTER          (16, "VM entry with invalid executive-VMCS pointer"),
  NON_LAUNCHED_EXECUTIVE_VMCS             (17, "VM entry with non-launched executive VMCS"),
  EXECUTIVE_VMCS_POINTER_NOT_VMXON_POINTER(18, "VM entry with executive-VMCS pointer not VMXON pointer"),
  VMCALL_NON_CLEAR_VMCS                   (19, "VMCALL with non-clear VMCS"),
  VMCALL_INVALID_EXIT_CONTROL_FIELDS      (20, "VMCALL with invalid VM-exit control fields"),
  VMCALL_INCORRECT_MSEG_REVISION          (22, "VMCALL with incorrect MSEG revision identifier"),
  VMXOFF_UNDER_DUAL_MONITOR_TREATMENT     (23, "VMXOFF under dual-monitor treatment of SMIs and SMM"),
  VMCALL_INVALID_SMM_MONITOR_FEATURES     (24, "VMCALL with invalid SMM-monitor features"),
  INVALID_CONTROLS_IN_EXECUTIVE_VMCS      (25, "VM entry with invalid VM-execution control fields in executive VMCS"),
  EVENTS_BLOCKED_BY_MOV_SS                (26, "VM entry with events blocked by MOV SS"),
  INVALID_OPERAND_TO_INVEPT_INVVPID       (28, "invalid operand to INVEPT or INVVPID");
  // spotless:on

  private final int number;
  private final String meaning;

  VmInstructionError(int number, String meaning) {
    this.number = number;
    this.meaning = meaning;
  }

  /** Value of the VM-instruction error field, 4400H. */
  public int number() {
    return number;
  }

  public String meaning() {
    return meaning;
  }

  public static Optional<VmInstructionError> of(int number) {
    for (VmInstructionError e : values()) {
      if (e.number == number) {
        return Optional.of(e);
      }
    }
    return Optional.empty();
  }
}
