package io.vmxlab.vmx;

import io.vmxlab.arch.ExitReason;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.isa.Instruction;
import io.vmxlab.vmx.entry.EptpRules;
import io.vmxlab.vmx.ept.GuestTranslation;
import io.vmxlab.vmx.exit.Exits;
import io.vmxlab.vmx.vmcs.Vmcs;

/** What VMFUNC does where it is enabled. SDM Vol. 3C "VM Functions". */
final class VmFunctions {
  private static final int RAX = 0;
  private static final int RCX = 1;
  private static final long LOW_HALF = 0xFFFF_FFFFL;

  /** Number of the function EPTP switching. */
  private static final long EPTP_SWITCHING = 0;

  /** EPTPs in the list. */
  private static final long ENTRIES = 512;

  private final Cpu cpu;
  private final Vmcs vmcs;
  private final Exits exits;
  private final GuestTranslation translation;

  VmFunctions(Cpu cpu, Vmcs vmcs, Exits exits, GuestTranslation translation) {
    this.cpu = cpu;
    this.vmcs = vmcs;
    this.exits = exits;
    this.translation = translation;
  }

  /** VMFUNC: the function in EAX. */
  void execute(Instruction insn) {
    long function = cpu.r[RAX] & LOW_HALF;
    cpu.requireOrUd(function < Long.SIZE, Requirement.VM_FUNCTION_NUMBER);
    boolean enabled = (vmcs.get(VmcsField.VM_FUNCTION_CONTROLS) >>> function & 1) != 0;
    if (!enabled || function != EPTP_SWITCHING || !switchEptp()) {
      exits.report(ExitReason.VMFUNC).instruction(insn);
      if (!enabled) {
        exits.report().asked(VmcsField.VM_FUNCTION_CONTROLS, 1L << function);
      }
      throw exits.thrown();
    }
  }

  /** False if the list has no valid EPTP there. */
  private boolean switchEptp() {
    long index = cpu.r[RCX] & LOW_HALF;
    if (index >= ENTRIES) {
      return false;
    }
    long at = vmcs.get(VmcsField.EPTP_LIST_ADDRESS) + index * Long.BYTES;
    long eptp = cpu.memory.read(at, Long.SIZE);
    if (!EptpRules.accepts(cpu.model, eptp)) {
      return false;
    }
    translation.switchTo(eptp, (int) index);
    return true;
  }
}
