package io.vmxlab.cpu;

import io.vmxlab.arch.VmInstructionError;

/** How a VMX instruction fails without a fault. SDM Vol. 3C "Conventions". */
public sealed interface VmFail {
  /** CF=1: the instruction failed and there is no current VMCS to hold an error number. */
  VmFail INVALID = new Invalid();

  /** VMfailInvalid. */
  record Invalid() implements VmFail {}

  /**
   * VMfail with an error number: VMfailValid (ZF=1, the number in the current VMCS) if there is a
   * current VMCS, else VMfailInvalid.
   */
  record Valid(VmInstructionError error) implements VmFail {}

  static VmFail valid(VmInstructionError error) {
    return new Valid(error);
  }
}
