package io.vmxlab.vmx.exit;

import static io.vmxlab.arch.ExitInstructionInformation.ADDRESS_SIZE_SHIFT;
import static io.vmxlab.arch.ExitInstructionInformation.BASE_SHIFT;
import static io.vmxlab.arch.ExitInstructionInformation.IDENTITY_SHIFT;
import static io.vmxlab.arch.ExitInstructionInformation.INDEX_SHIFT;
import static io.vmxlab.arch.ExitInstructionInformation.NO_BASE;
import static io.vmxlab.arch.ExitInstructionInformation.NO_INDEX;
import static io.vmxlab.arch.ExitInstructionInformation.OPERAND_SIZE_SHIFT;
import static io.vmxlab.arch.ExitInstructionInformation.REGISTER_1_SHIFT;
import static io.vmxlab.arch.ExitInstructionInformation.REGISTER_2_SHIFT;
import static io.vmxlab.arch.ExitInstructionInformation.REGISTER_FORM;
import static io.vmxlab.arch.ExitInstructionInformation.SEGMENT_SHIFT;

import io.vmxlab.arch.ExitInstructionInformation;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.isa.Instruction;

/** Makes the VM-exit instruction information of an instruction. */
final class InstructionInformation {
  private static final int LOAD = 2;

  private InstructionInformation() {}

  static long of(Cpu cpu, Instruction insn, ExitInstructionInformation format) {
    long value = 0;
    boolean memory = insn.memory();
    if (format == ExitInstructionInformation.STRING_IO) {
      return insn.mod < 0 && insn.form.mnemonic().length() > "OUT".length() ? stringIo(insn) : 0;
    }
    if (format.memory && memory) {
      value |= operand(insn);
    }
    if (format.register1 && !memory) {
      value |= (long) insn.rm << REGISTER_1_SHIFT;
      value |= format.memory ? REGISTER_FORM : 0;
    }
    if (format == ExitInstructionInformation.RANDOM) {
      value |= size(insn.operandSize) << OPERAND_SIZE_SHIFT;
    }
    if (format == ExitInstructionInformation.DESCRIPTOR_TABLE && !cpu.in64BitMode()) {
      value |= size(insn.operandSize) << OPERAND_SIZE_SHIFT;
    }
    if (format.identity) {
      value |= identity(insn) << IDENTITY_SHIFT;
    }
    if (format.register2) {
      value |= (long) insn.reg << REGISTER_2_SHIFT;
    }
    return value;
  }

  private static long stringIo(Instruction insn) {
    return size(insn.addressSize) << ADDRESS_SIZE_SHIFT | (long) insn.segment << SEGMENT_SHIFT;
  }

  private static long operand(Instruction insn) {
    long value = size(insn.addressSize) << ADDRESS_SIZE_SHIFT;
    value |= (long) insn.segment << SEGMENT_SHIFT;
    if (insn.index == Instruction.NO_REGISTER) {
      value |= NO_INDEX;
    } else {
      value |= insn.scale | (long) insn.index << INDEX_SHIFT;
    }
    return insn.base == Instruction.NO_REGISTER
        ? value | NO_BASE
        : value | (long) insn.base << BASE_SHIFT;
  }

  /** 0 for 16 bits, 1 for 32, 2 for 64. */
  private static long size(int bits) {
    return bits >> 5;
  }

  /** Stores come before loads, the first table or register before the second. */
  private static long identity(Instruction insn) {
    String name = insn.form.mnemonic();
    boolean second = name.endsWith("IDT") || name.equals("STR") || name.equals("LTR");
    return (name.startsWith("L") ? LOAD : 0) + (second ? 1 : 0);
  }
}
