package io.vmxlab.cpu;

import io.vmxlab.isa.Instruction;

/**
 * Operands of a decoded instruction, for instructions that are not worth an operation class of
 * their own. Registers are numbered as in the encoding, widths are in bits.
 */
public final class Operands {
  private Operands() {}

  /** Reads a general-purpose register, zero-extended. */
  public static long readRegister(Cpu cpu, Instruction insn, int register, int width) {
    if (width == 8 && insn.highByte(register)) {
      return (cpu.r[register - 4] >>> 8) & 0xFF;
    }
    return Width.zeroExtend(width, cpu.r[register]);
  }

  /** Writes a general-purpose register: 32 bits clear the upper half, 8 and 16 bits leave it. */
  public static void writeRegister(Cpu cpu, Instruction insn, int register, int width, long value) {
    long[] r = cpu.r;
    switch (width) {
      case 8:
        if (insn.highByte(register)) {
          r[register - 4] = (r[register - 4] & ~0xFF00L) | ((value & 0xFF) << 8);
        } else {
          r[register] = (r[register] & ~0xFFL) | (value & 0xFF);
        }
        break;
      case 16:
        r[register] = (r[register] & ~0xFFFFL) | (value & 0xFFFF);
        break;
      case 32:
        r[register] = value & 0xFFFF_FFFFL;
        break;
      default:
        r[register] = value;
        break;
    }
  }

  /** Offset of the memory operand within its segment, cut to the address size. */
  public static long offset(Cpu cpu, Instruction insn) {
    long offset = cpu.r[insn.base] + (cpu.r[insn.index] << insn.scale) + insn.displacement;
    if (insn.ripRelative) {
      offset += cpu.rip + insn.length();
    }
    return Width.zeroExtend(insn.addressSize, offset);
  }

  /** Reads the memory operand, zero-extended, after all checks. */
  public static long readMemory(Cpu cpu, Instruction insn, int width) {
    long address = cpu.linear(insn.segment, offset(cpu, insn), width / 8, false);
    return cpu.mmu.read(width, address, insn.segment);
  }

  /** Writes the memory operand after all checks. */
  public static void writeMemory(Cpu cpu, Instruction insn, int width, long value) {
    long address = cpu.linear(insn.segment, offset(cpu, insn), width / 8, true);
    cpu.mmu.write(width, address, insn.segment, value);
  }

  /** Reads the ModRM.rm operand, register or memory. */
  public static long readRm(Cpu cpu, Instruction insn, int width) {
    return insn.memory() ? readMemory(cpu, insn, width) : readRegister(cpu, insn, insn.rm, width);
  }

  /** Writes the ModRM.rm operand, register or memory. */
  public static void writeRm(Cpu cpu, Instruction insn, int width, long value) {
    if (insn.memory()) {
      writeMemory(cpu, insn, width, value);
    } else {
      writeRegister(cpu, insn, insn.rm, width, value);
    }
  }

  /** Reads the ModRM.rm operand of 128 bits, an XMM register or memory that need not be aligned. */
  public static void readVector(Cpu cpu, Instruction insn, long[] to) {
    if (!insn.memory()) {
      cpu.simd.load(insn.rm, to);
      return;
    }
    long address = cpu.linear(insn.segment, offset(cpu, insn), Simd.QUADS * Long.BYTES, false);
    for (int i = 0; i < Simd.QUADS; i++) {
      to[i] = cpu.mmu.read(Long.SIZE, cpu.mmu.after(address, i * Long.BYTES), insn.segment);
    }
  }
}
