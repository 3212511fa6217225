package io.vmxlab.semantics;

import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Operands;
import io.vmxlab.isa.Instruction;

/** A ModRM.rm operand that is read and then written, for methods that order accesses themselves. */
final class RmOperand {
  private RmOperand() {}

  /**
   * Width of the operation where the first operand tells it: a byte row has no other sign of it.
   */
  static int width(Instruction insn) {
    return insn.form.operands().get(0).width();
  }

  /** Linear address of a memory operand, after the segment's checks; 0 for a register. */
  static long locate(Cpu cpu, Instruction insn, int width) {
    return insn.memory()
        ? cpu.linear(insn.segment, Operands.offset(cpu, insn), width / 8, true)
        : 0;
  }

  /** The value; every fault of the store has been raised. */
  static long load(Cpu cpu, Instruction insn, int width, long address) {
    return insn.memory()
        ? cpu.mmu.readForWrite(width, address, insn.segment)
        : Operands.readRegister(cpu, insn, insn.rm, width);
  }

  static void store(Cpu cpu, Instruction insn, int width, long address, long value) {
    if (insn.memory()) {
      cpu.mmu.write(width, address, insn.segment, value);
    } else {
      Operands.writeRegister(cpu, insn, insn.rm, width, value);
    }
  }
}
