package io.vmxlab.semantics;

import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Operands;
import io.vmxlab.cpu.Width;
import io.vmxlab.cpu.X87;
import io.vmxlab.fpu.Format;
import io.vmxlab.fpu.FpEnvironment;
import io.vmxlab.fpu.Unpacked;
import io.vmxlab.isa.Instruction;

/**
 * Where x87 instructions find their operands. The first byte, D8H to DFH, tells: bits 2:1 the type
 * of an operand in memory, bit 2 that ST(i) is the destination, bit 1 with it that the stack is
 * popped.
 */
final class X87Operands {
  private static final int DESTINATION_IS_STI = 4;

  private static final int INTEGER_32 = 1;
  private static final int DOUBLE = 2;
  private static final int INTEGER_16 = 3;

  private static final int TOP_AT = 8;

  private X87Operands() {}

  /** An operation on the operands in an environment. */
  interface Operation {
    void on(FpEnvironment env);
  }

  static int opcode(Instruction insn) {
    return insn.form.pattern().opcode();
  }

  /** The i of ST(i). */
  static int register(Instruction insn) {
    return insn.rm & 7;
  }

  /** The result goes to ST(i), not to ST(0). */
  static boolean toRegister(Instruction insn) {
    return !insn.memory() && (opcode(insn) & DESTINATION_IS_STI) != 0;
  }

  /** Reads the operand in memory of arithmetic and comparison: m32fp, m32int, m64fp or m16int. */
  static void load(Cpu cpu, Instruction insn, Unpacked to) {
    switch (opcode(insn) >> 1 & 3) {
      case INTEGER_32:
        to.setInteger((int) Operands.readMemory(cpu, insn, 32));
        break;
      case DOUBLE:
        to.set(Format.DOUBLE, Operands.readMemory(cpu, insn, 64));
        break;
      case INTEGER_16:
        to.setInteger((short) Operands.readMemory(cpu, insn, 16));
        break;
      default:
        to.set(Format.SINGLE, Operands.readMemory(cpu, insn, 32));
        break;
    }
  }

  /** Reads an operand of 80 bits into the result of the environment. */
  static void load80(Cpu cpu, Instruction insn, FpEnvironment env) {
    long address = cpu.linear(insn.segment, Operands.offset(cpu, insn), 10, false);
    env.significand = cpu.mmu.read(64, address, insn.segment);
    env.signExponent = (int) cpu.mmu.read(16, behind(cpu, address, TOP_AT), insn.segment);
  }

  /** Writes the result of the environment as an operand of 80 bits. */
  static void store80(Cpu cpu, Instruction insn, FpEnvironment env) {
    long address = cpu.linear(insn.segment, Operands.offset(cpu, insn), 10, true);
    long second = behind(cpu, address, TOP_AT);
    cpu.mmu.checkWrite(64, address, insn.segment);
    cpu.mmu.checkWrite(16, second, insn.segment);
    cpu.mmu.write(64, address, insn.segment, env.significand);
    cpu.mmu.write(16, second, insn.segment, env.signExponent);
  }

  /** The linear address so many bytes on. */
  static long behind(Cpu cpu, long address, int bytes) {
    return Width.zeroExtend(cpu.in64BitMode() ? 64 : 32, address + bytes);
  }

  /** An operation on ST(0), whose result takes its place. */
  static void unary(Cpu cpu, Instruction insn, Operation operation) {
    X87 x87 = cpu.x87;
    FpEnvironment env = x87.begin();
    if (x87.isEmpty(0)) {
      x87.underflow();
    } else {
      x87.load(0, env.a);
      operation.on(env);
    }
    if (!env.stopped()) {
      x87.store(0);
    }
    x87.finish(insn);
  }

  /** An operation on ST(0), called a, and ST(1), called b, whose result replaces both. */
  static void binaryPop(Cpu cpu, Instruction insn, Operation operation) {
    X87 x87 = cpu.x87;
    FpEnvironment env = x87.begin();
    if (loadBoth(x87, env)) {
      operation.on(env);
    }
    if (!env.stopped()) {
      x87.store(1);
      x87.pop();
    }
    x87.finish(insn);
  }

  /** a := ST(0), b := ST(1). False if one of them is empty, which then is raised. */
  static boolean loadBoth(X87 x87, FpEnvironment env) {
    if (x87.isEmpty(0) || x87.isEmpty(1)) {
      x87.underflow();
      return false;
    }
    x87.load(0, env.a);
    x87.load(1, env.b);
    return true;
  }

  /**
   * ST(0) holds a number and the register that a push will load is empty. If not, that is raised,
   * and the masked response is to make both the indefinite.
   */
  static boolean roomToPush(X87 x87) {
    if (x87.isEmpty(0)) {
      x87.underflow();
      return false;
    }
    if (!x87.isEmpty(-1)) {
      x87.overflow();
      return false;
    }
    return true;
  }
}
