package io.vmxlab.vmx;

import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.arch.VmxItem;
import io.vmxlab.cpu.ControlRules;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Operands;
import io.vmxlab.cpu.Raise;
import io.vmxlab.cpu.VmFail;
import io.vmxlab.isa.Instruction;
import io.vmxlab.rule.Checklist;
import io.vmxlab.rule.Rule;
import io.vmxlab.rule.RuleSet;
import java.util.List;

/** The steps that the pages of the VMX instructions share. SDM Vol. 3C "VMX Instructions". */
final class VmxSteps {
  /** Operand of VMXON, VMCLEAR, VMPTRLD and VMPTRST: a 64-bit physical address. */
  static final int POINTER_WIDTH = 64;

  /** Operand of INVEPT and INVVPID. */
  private static final int DESCRIPTOR_BYTES = 16;

  private static final long LOW_HALF = 0xFFFF_FFFFL;

  private final Cpu cpu;
  private final VmxState state;

  VmxSteps(Cpu cpu, VmxState state) {
    this.cpu = cpu;
    this.state = state;
  }

  static VmxSteps of(Cpu cpu) {
    return ((VmxState) cpu.vmx).steps;
  }

  VmxState state() {
    return state;
  }

  /** The view for rules of an instruction that has no common beginning. */
  VmxView during(Instruction insn) {
    return state.view.during(insn);
  }

  /** The common beginning: #UD, then the VM exit of VMX non-root operation, then privilege. */
  void begin(Instruction insn, RuleSet<StateView, Raise> ud) {
    during(insn);
    if (ud == VmxChecks.UD && isHostKernel()) {
      held(VmxChecks.BEGINNING);
    } else {
      cpu.require(ud, state.view);
      leaveOrRequirePrivilege(insn);
    }
  }

  /** The same for VMLAUNCH and VMRESUME. */
  void beginEntry(Instruction insn) {
    cpu.require(VmxChecks.UD, state.view.entering(insn));
    leaveOrRequirePrivilege(insn);
  }

  /**
   * Looks whether the rules that a VM entry begins with hold, up to those of the current VMCS,
   * without going through them. If not, the instruction begins anew.
   */
  boolean beginsEntry(Instruction insn) {
    state.view.entering(insn);
    return isHostKernel() && hasCurrent();
  }

  /**
   * The same for VMREAD and VMWRITE and all their rules but that of fields that are read-only.
   *
   * @return the field, or null if a rule may not hold
   */
  VmcsField beginAccess(Instruction insn) {
    VmxView view = during(insn);
    return isHostKernel() && hasCurrent()
        ? state.vmcs().format().sure(view.registerOperand())
        : null;
  }

  /**
   * In VMX root operation, at CPL 0 of 64-bit mode or of protected mode outside IA-32e mode, where
   * a virtual-machine monitor lives. All of {@link VmxChecks#BEGINNING} holds there.
   */
  boolean isHostKernel() {
    return cpu.vmxOperation == Cpu.VMX_ROOT
        && cpu.cpl == 0
        && cpu.protectedMode()
        && !cpu.inVirtual8086Mode()
        && (!cpu.inIa32eMode() || cpu.in64BitMode());
  }

  private boolean hasCurrent() {
    return state.currentVmcs() != VmxItem.NO_VMCS;
  }

  /** Tells of checks that hold without going through them. */
  void held(Checklist checks) {
    cpu.observer.onHeld(cpu, checks, state.view);
  }

  /** The same for INVEPT and INVVPID, which not every processor has. */
  void beginInvalidation(Instruction insn, RuleSet<StateView, Raise> supported) {
    VmxView view = state.view.during(insn, DESCRIPTOR_BYTES);
    cpu.require(VmxChecks.UD, view);
    cpu.require(supported, view);
    leaveOrRequirePrivilege(insn);
  }

  private void leaveOrRequirePrivilege(Instruction insn) {
    cpu.intercept(insn);
    cpu.require(ControlRules.PRIVILEGED, state.view);
  }

  /** Reads the memory operand that is a physical address; may fault. */
  long readPointer(Instruction insn) {
    long pointer = Operands.readMemory(cpu, insn, POINTER_WIDTH);
    state.view.pointerRead(pointer);
    return pointer;
  }

  /** Reads the descriptor in memory; may fault. */
  void readDescriptor(Instruction insn) {
    long low = cpu.linear(insn.segment, Operands.offset(cpu, insn), DESCRIPTOR_BYTES, false);
    long high = low + Long.BYTES & (cpu.in64BitMode() ? -1L : LOW_HALF);
    state.view.descriptorRead(
        cpu.mmu.read(Long.SIZE, low, insn.segment), cpu.mmu.read(Long.SIZE, high, insn.segment));
  }

  /** What the instruction's rules see of an item. */
  long get(StateItem item) {
    return state.view.get(item);
  }

  /** Fails the instruction as the set says if one of its rules does not hold. */
  boolean fails(RuleSet<StateView, VmFail> set) {
    VmxView view = state.view;
    cpu.observer.onChecks(cpu, set, view);
    Rule<StateView> violated = set.firstViolation(view);
    if (violated == null) {
      return false;
    }
    if (set.outcome() instanceof VmFail.Valid valid && state.currentVmcs() != VmxItem.NO_VMCS) {
      cpu.observer.onVmFail(cpu, valid, violated, set, view);
      state.vmcs().set(VmcsField.VM_INSTRUCTION_ERROR, valid.error().number());
      cpu.setStatus(Rflags.ZF);
    } else {
      cpu.observer.onVmFail(cpu, VmFail.INVALID, violated, set, view);
      cpu.setStatus(Rflags.CF);
    }
    return true;
  }

  /** Fails the instruction by the first set of which a rule does not hold. */
  boolean fails(List<RuleSet<StateView, VmFail>> sets) {
    for (RuleSet<StateView, VmFail> set : sets) {
      if (fails(set)) {
        return true;
      }
    }
    return false;
  }

  /** VMsucceed. */
  void succeed() {
    cpu.setStatus(0);
  }
}
