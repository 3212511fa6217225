package io.vmxlab.vmx;

import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.State;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmxItem;
import io.vmxlab.cpu.ControlRules;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Interception;
import io.vmxlab.cpu.Operands;
import io.vmxlab.cpu.Raise;
import io.vmxlab.cpu.Unmodelled;
import io.vmxlab.cpu.VmFail;
import io.vmxlab.cpu.VmxUnit;
import io.vmxlab.isa.Instruction;
import io.vmxlab.rule.Rule;
import io.vmxlab.rule.RuleSet;
import java.util.OptionalLong;

/**
 * What VMX adds to a logical processor, and the steps that the VMX instructions share. It is also
 * the view on which their rules are evaluated; while an instruction has not read its operand the
 * view looks at it without side effects.
 */
public final class VmxState implements VmxUnit, StateView {
  /** Operand of VMXON, VMCLEAR, VMPTRLD and VMPTRST: a 64-bit physical address. */
  static final int POINTER_WIDTH = 64;

  private static final int HEADER_WIDTH = 32;

  /** Offset of the launch state in a VMCS region; the manual leaves the format to the processor. */
  private static final int LAUNCH_STATE = 8;

  /** Offset of the VM-instruction error in a VMCS region. */
  private static final int INSTRUCTION_ERROR = 12;

  private static final long LOW_HALF = 0xFFFF_FFFFL;

  private static final Interception NON_ROOT =
      (cpu, insn) -> {
        throw new Unmodelled("VM exit");
      };

  private final Cpu cpu;
  private long vmxonPointer = VmxItem.NO_VMCS;
  private long currentVmcs = VmxItem.NO_VMCS;
  private Instruction current;
  private boolean pointerRead;
  private long pointer;

  /**
   * VMX state outside VMX operation; gives the processor its VMX MSRs and the rules that go with
   * VMX.
   */
  public VmxState(Cpu cpu) {
    this.cpu = cpu;
    cpu.interception = NON_ROOT;
    VmxMsrs.declare(cpu);
    cpu.controls.extend(State.CR0, VmxControlRules.CR0);
    cpu.controls.extend(State.CR4, VmxControlRules.CR4);
  }

  static VmxState of(Cpu cpu) {
    return (VmxState) cpu.vmx;
  }

  /** The view for an instruction's rules, before it has read its operand. */
  VmxState during(Instruction insn) {
    current = insn;
    pointerRead = false;
    return this;
  }

  /** The common beginning: #UD, then the VM exit of VMX non-root operation, then privilege. */
  @SafeVarargs
  final void begin(Instruction insn, RuleSet<StateView, Raise>... ud) {
    during(insn);
    for (RuleSet<StateView, Raise> set : ud) {
      cpu.require(set, this);
    }
    cpu.intercept(insn);
    cpu.require(ControlRules.PRIVILEGED, this);
  }

  /** Reads the memory operand that is a physical address; may fault. */
  void readPointer(Instruction insn) {
    pointer = Operands.readMemory(cpu, insn, POINTER_WIDTH);
    pointerRead = true;
  }

  /** Fails the instruction as the set says if one of its rules does not hold. */
  boolean fails(RuleSet<StateView, VmFail> set) {
    cpu.observer.onChecks(cpu, set, this);
    Rule<StateView> violated = set.firstViolation(this);
    if (violated == null) {
      return false;
    }
    boolean toField = set.outcome() instanceof VmFail.Valid && currentVmcs != VmxItem.NO_VMCS;
    if (toField) {
      cpu.codeWatch.beforeWrite(currentVmcs + INSTRUCTION_ERROR, HEADER_WIDTH / Byte.SIZE);
    }
    VmFail fail = toField ? set.outcome() : VmFail.INVALID;
    cpu.observer.onVmFail(cpu, fail, violated, set, this);
    if (toField) {
      int number = ((VmFail.Valid) set.outcome()).error().number();
      cpu.memory.write(currentVmcs + INSTRUCTION_ERROR, HEADER_WIDTH, number);
      cpu.setStatus(Rflags.ZF);
    } else {
      cpu.setStatus(Rflags.CF);
    }
    return true;
  }

  /** VMsucceed. */
  void succeed() {
    cpu.setStatus(0);
  }

  void enterRoot() {
    vmxonPointer = pointer;
    currentVmcs = VmxItem.NO_VMCS;
    cpu.setVmxOperation(Cpu.VMX_ROOT);
  }

  void leave() {
    vmxonPointer = VmxItem.NO_VMCS;
    currentVmcs = VmxItem.NO_VMCS;
    cpu.setVmxOperation(Cpu.OUTSIDE_VMX);
  }

  /** Launch state clear, and no longer current. */
  void clear() {
    cpu.codeWatch.beforeWrite(pointer + LAUNCH_STATE, HEADER_WIDTH / Byte.SIZE);
    cpu.memory.write(pointer + LAUNCH_STATE, HEADER_WIDTH, 0);
    if (currentVmcs == pointer) {
      currentVmcs = VmxItem.NO_VMCS;
    }
  }

  void makeCurrent() {
    currentVmcs = pointer;
  }

  long currentVmcs() {
    return currentVmcs;
  }

  @Override
  public long get(StateItem item) {
    return item instanceof VmxItem vmx ? get(vmx) : cpu.get(item);
  }

  @Override
  public long get(VmxItem item) {
    switch (item) {
      case CURRENT_VMCS:
        return currentVmcs;
      case VMXON_POINTER:
        return vmxonPointer;
      case OPERAND_READABLE:
        return pointerRead || peek().isPresent() ? 1 : 0;
      case POINTER:
        return pointerRead ? pointer : peek().orElse(-1);
      case REGION_HEADER:
        return cpu.memory.read(get(VmxItem.POINTER), HEADER_WIDTH);
      case CURRENT_VMCS_HEADER:
        return currentVmcs == VmxItem.NO_VMCS
            ? 0xFFFF_FFFFL
            : cpu.memory.read(currentVmcs, HEADER_WIDTH);
      default:
        throw new IllegalArgumentException(item.itemName());
    }
  }

  @Override
  public void set(VmxItem item, long value) {
    switch (item) {
      case CURRENT_VMCS:
        currentVmcs = value;
        break;
      case VMXON_POINTER:
        vmxonPointer = value;
        break;
      default:
        throw new IllegalArgumentException(item.itemName() + " cannot be set");
    }
  }

  /** The operand without side effects; empty where nothing is mapped. */
  private OptionalLong peek() {
    if (current == null || !current.memory()) {
      return OptionalLong.empty();
    }
    long offset = Operands.offset(cpu, current);
    boolean based = !cpu.in64BitMode() || current.segment >= SegmentRegister.FS.ordinal();
    long address = based ? offset + cpu.segments[current.segment].base : offset;
    long width = cpu.in64BitMode() ? -1L : LOW_HALF;
    long value = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      OptionalLong physical = cpu.mmu.peek(address + i & width);
      if (physical.isEmpty()) {
        return physical;
      }
      value |= (long) cpu.memory.read8(physical.getAsLong()) << i * Byte.SIZE;
    }
    return OptionalLong.of(value);
  }
}
