package io.vmxlab.arch;

/** Why a VM exit ended in a VMX abort, with the manual's numbers. SDM Vol. 3C "VMX Aborts". */
public enum VmxAbort {
  // spotless:off
  SAVING_GUEST_MSRS   (1, "failure in saving guest MSRs"),
  HOST_PDPTES         (2, "host checking of the page-directory-pointer-table entries failed"),
  CORRUPTED_VMCS      (3, "the current VMCS has been corrupted"),
  LOADING_HOST_MSRS   (4, "failure in loading host MSRs"),
  MACHINE_CHECK       (5, "machine-check event during the VM exit"),
  LEAVING_IA32E_MODE  (6, "VM exit from IA-32e mode to a host whose address-space size is 0");
  // spotless:on

  /** Value of the VMX-abort indicator, the second doubleword of the VMCS region. */
  public final int number;

  public final String meaning;

  VmxAbort(int number, String meaning) {
    this.number = number;
    this.meaning = meaning;
  }
}
