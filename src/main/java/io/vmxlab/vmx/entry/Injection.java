package io.vmxlab.vmx.entry;

import static io.vmxlab.arch.VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION;

import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmcsBits;

/** The event that a VM entry injects. SDM Vol. 3C "VM-Entry Controls for Event Injection". */
final class Injection {
  private Injection() {}

  /** An event is injected. */
  static boolean of(StateView v) {
    return (v.get(VM_ENTRY_INTERRUPTION_INFORMATION) & VmcsBits.VALID) != 0;
  }

  /** An event of that type is injected. */
  static boolean of(StateView v, int type) {
    return of(v) && VmcsBits.type(v.get(VM_ENTRY_INTERRUPTION_INFORMATION)) == type;
  }

  static long vector(StateView v) {
    return v.get(VM_ENTRY_INTERRUPTION_INFORMATION) & VmcsBits.VECTOR;
  }
}
