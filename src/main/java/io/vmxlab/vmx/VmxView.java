package io.vmxlab.vmx;

import io.vmxlab.arch.Known;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmcsEncoding;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.arch.VmxItem;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Operands;
import io.vmxlab.isa.Instruction;
import io.vmxlab.vmx.entry.EntryItems;
import io.vmxlab.vmx.vmcs.VmcsRegion;
import java.util.OptionalLong;

/**
 * What the rules of a VMX instruction see: the processor, its VMX state and the instruction's
 * operand. While the instruction has not read its operand the view looks at it without side
 * effects.
 */
public final class VmxView implements StateView {
  /** First four bytes of a VMCS where there is none. */
  static final long NO_HEADER = 0xFFFF_FFFFL;

  private static final long LOW_HALF = 0xFFFF_FFFFL;

  private final Cpu cpu;
  final VmxState state;
  private Instruction current;
  private boolean pointerRead;
  private long pointer;
  private boolean descriptorRead;
  private long descriptorLow;
  private long descriptorHigh;
  private int operandBytes;
  private boolean entering;

  VmxView(Cpu cpu, VmxState state) {
    this.cpu = cpu;
    this.state = state;
  }

  /** The view for an instruction's rules, before it has read its operand. */
  VmxView during(Instruction insn) {
    return during(insn, VmxSteps.POINTER_WIDTH / Byte.SIZE);
  }

  /** The same for an instruction whose memory operand has so many bytes, at least 8. */
  VmxView during(Instruction insn, int bytesOfOperand) {
    current = insn;
    operandBytes = bytesOfOperand;
    pointerRead = false;
    descriptorRead = false;
    entering = false;
    return this;
  }

  /**
   * The view for a VM entry: it goes by what the real processor allows, for a run that shows less
   * must not say that the processor refuses it.
   */
  VmxView entering(Instruction insn) {
    during(insn).entering = true;
    return this;
  }

  boolean isEntering() {
    return entering;
  }

  /** The instruction has read its operand. */
  void pointerRead(long value) {
    pointer = value;
    pointerRead = true;
  }

  /** INVEPT or INVVPID has read its descriptor. */
  void descriptorRead(long low, long high) {
    descriptorLow = low;
    descriptorHigh = high;
    descriptorRead = true;
  }

  @Override
  public long get(StateItem item) {
    if (item instanceof VmcsField field) {
      return state.vmcs().get(field);
    }
    if (entering && EntryItems.isOfModel(item)) {
      return EntryItems.ofModel(item, cpu.model);
    }
    return item instanceof VmxItem vmx ? state.get(vmx) : cpu.get(item);
  }

  /** What an item that belongs to the instruction's operand is. */
  long operand(VmxItem item) {
    switch (item) {
      case OPERAND_READABLE:
        return pointerRead || descriptorRead || readable() ? 1 : 0;
      case POINTER:
        return pointerRead ? pointer : peek(0).orElse(-1);
      case INVALIDATION_TYPE:
        return registerOperand();
      case DESCRIPTOR_EPTP:
      case DESCRIPTOR_VPID:
        return descriptorRead ? descriptorLow : peek(0).orElse(-1);
      case DESCRIPTOR_ADDRESS:
        return descriptorRead ? descriptorHigh : peek(Long.BYTES).orElse(-1);
      case FIELD_ENCODING:
        return registerOperand();
      case FIELD_SUPPORTED:
        return supported() ? 1 : 0;
      case REGION_HEADER:
        return VmcsRegion.header(cpu, operand(VmxItem.POINTER));
      case LINK_HEADER:
      case VIRTUAL_TPR:
        return EntryItems.inMemory(item, this, cpu.memory);
      case PDPTE0:
      case PDPTE1:
      case PDPTE2:
      case PDPTE3:
        return EntryItems.pdptesAreFields(this)
            ? get(EntryItems.pdpteField(item))
            : EntryItems.inMemory(item, this, cpu.memory);
      default:
        return EntryItems.ofModel(item, cpu.model);
    }
  }

  /** The processor has the field that VMREAD or VMWRITE names, or may have it. */
  private boolean supported() {
    VmcsField field = VmcsEncoding.field(registerOperand());
    return field != null && field.on(cpu.model) != Known.LACKS;
  }

  /**
   * The type of INVEPT and INVVPID, the encoding of VMREAD and VMWRITE: all of a register, in
   * 64-bit mode 64 bits.
   */
  long registerOperand() {
    int width = cpu.in64BitMode() ? Long.SIZE : Integer.SIZE;
    return current == null ? -1 : Operands.readRegister(cpu, current, current.reg, width);
  }

  private boolean readable() {
    return peek(0).isPresent() && peek(operandBytes - Long.BYTES).isPresent();
  }

  /** A quadword of the memory operand without side effects; empty where nothing is mapped. */
  private OptionalLong peek(int at) {
    if (current == null || !current.memory()) {
      return OptionalLong.empty();
    }
    long offset = Operands.offset(cpu, current) + at;
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
