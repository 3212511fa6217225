package io.vmxlab.semantics;

import static io.vmxlab.arch.Gpr.RAX;
import static io.vmxlab.arch.Gpr.RBX;
import static io.vmxlab.arch.Gpr.RCX;
import static io.vmxlab.arch.Gpr.RDX;
import static io.vmxlab.isa.FormAttribute.ALIAS;
import static io.vmxlab.isa.FormAttribute.LOCK;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Operands;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.cpu.Width;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/**
 * Exchanges. SDM Vol. 1 "Data Transfer Instructions". Memory is written before registers, so that
 * an instruction whose store does not happen leaves no trace.
 */
public final class Exchange {
  // spotless:off
  static final Page XCHG = page("XCHG", Sdm.XCHG)
      .form("90+rw",         "XCHG AX, r16")
      .form("90+rd",         "XCHG EAX, r32")
      .form("REX.W + 90+rd", "XCHG RAX, r64")
      .does(Exchange.class, "xchgAccumulator")
      .form("86 /r",         "XCHG r/m8, r8",   LOCK)
      .form("87 /r",         "XCHG r/m16, r16", LOCK)
      .form("87 /r",         "XCHG r/m32, r32", LOCK)
      .form("REX.W + 87 /r", "XCHG r/m64, r64", LOCK)
      .form("86 /r",         "XCHG r8, r/m8",   LOCK, ALIAS)
      .form("87 /r",         "XCHG r16, r/m16", LOCK, ALIAS)
      .form("87 /r",         "XCHG r32, r/m32", LOCK, ALIAS)
      .form("REX.W + 87 /r", "XCHG r64, r/m64", LOCK, ALIAS)
      .does(Exchange.class, "xchg");

  static final Page XADD = page("XADD", Sdm.XADD)
      .form("0F C0 /r",         "XADD r/m8, r8",   LOCK)
      .form("0F C1 /r",         "XADD r/m16, r16", LOCK)
      .form("0F C1 /r",         "XADD r/m32, r32", LOCK)
      .form("REX.W + 0F C1 /r", "XADD r/m64, r64", LOCK)
      .flags("OF SF ZF AF CF PF: by result")
      .does(Exchange.class, "xadd");

  static final Page CMPXCHG = page("CMPXCHG", Sdm.CMPXCHG)
      .form("0F B0 /r",         "CMPXCHG r/m8, r8",   LOCK)
      .form("0F B1 /r",         "CMPXCHG r/m16, r16", LOCK)
      .form("0F B1 /r",         "CMPXCHG r/m32, r32", LOCK)
      .form("REX.W + 0F B1 /r", "CMPXCHG r/m64, r64", LOCK)
      .flags("OF SF ZF AF CF PF: by comparison")
      .does(Exchange.class, "cmpxchg");

  static final Page CMPXCHG8B = page("CMPXCHG8B/CMPXCHG16B", Sdm.CMPXCHG8B)
      .needs(Feature.CX8)
      .form("0F C7 /1", "CMPXCHG8B m64", LOCK)
      .flags("ZF: operands were equal; OF SF AF CF PF: unchanged")
      .does(Exchange.class, "cmpxchg8b")
      .needs(Feature.CX16)
      .form("REX.W + 0F C7 /1", "CMPXCHG16B m128", LOCK)
      .flags("ZF: operands were equal; OF SF AF CF PF: unchanged")
      .does(Exchange.class, "cmpxchg16b");
  // spotless:on

  private static final long DOUBLEWORD = 0xFFFF_FFFFL;

  private Exchange() {}

  /** TEMP := DEST; DEST := SRC; SRC := TEMP. */
  public static void xchgAccumulator(Cpu cpu, Instruction insn) {
    if (insn.rm == RAX) {
      return; // 90H is NOP: it does not clear the upper half
    }
    int width = insn.operandSize;
    long accumulator = Operands.readRegister(cpu, insn, RAX, width);
    long other = Operands.readRegister(cpu, insn, insn.rm, width);
    Operands.writeRegister(cpu, insn, RAX, width, other);
    Operands.writeRegister(cpu, insn, insn.rm, width, accumulator);
  }

  /** TEMP := DEST; DEST := SRC; SRC := TEMP. */
  public static void xchg(Cpu cpu, Instruction insn) {
    int width = RmOperand.width(insn);
    long address = RmOperand.locate(cpu, insn, width);
    long dest = RmOperand.load(cpu, insn, width, address);
    long src = Operands.readRegister(cpu, insn, insn.reg, width);
    RmOperand.store(cpu, insn, width, address, src);
    Operands.writeRegister(cpu, insn, insn.reg, width, dest);
  }

  /** TEMP := SRC + DEST; SRC := DEST; DEST := TEMP. */
  public static void xadd(Cpu cpu, Instruction insn) {
    int width = RmOperand.width(insn);
    long address = RmOperand.locate(cpu, insn, width);
    long dest = RmOperand.load(cpu, insn, width, address);
    long src = Operands.readRegister(cpu, insn, insn.reg, width);
    if (insn.memory()) {
      RmOperand.store(cpu, insn, width, address, dest + src);
      Operands.writeRegister(cpu, insn, insn.reg, width, dest);
    } else {
      Operands.writeRegister(cpu, insn, insn.reg, width, dest);
      RmOperand.store(cpu, insn, width, address, dest + src);
    }
    Arithmetic.add(cpu, width, dest, src);
  }

  /**
   * If the accumulator equals DEST, DEST := SRC, else accumulator := DEST. DEST in memory is
   * written in either case; a register that keeps its value is not even zero-extended.
   */
  public static void cmpxchg(Cpu cpu, Instruction insn) {
    int width = RmOperand.width(insn);
    long address = RmOperand.locate(cpu, insn, width);
    long dest = RmOperand.load(cpu, insn, width, address);
    long accumulator = Width.zeroExtend(width, cpu.r[RAX]);
    boolean equal = accumulator == dest;
    long src = Operands.readRegister(cpu, insn, insn.reg, width);
    if (equal || insn.memory()) {
      RmOperand.store(cpu, insn, width, address, equal ? src : dest);
    }
    if (!equal) {
      Operands.writeRegister(cpu, insn, RAX, width, dest);
    }
    Arithmetic.cmp(cpu, width, accumulator, dest);
  }

  /** If EDX:EAX equals DEST, DEST := ECX:EBX, else EDX:EAX := DEST. */
  public static void cmpxchg8b(Cpu cpu, Instruction insn) {
    long[] r = cpu.r;
    long address = RmOperand.locate(cpu, insn, 64);
    long dest = RmOperand.load(cpu, insn, 64, address);
    boolean equal = dest == (r[RDX] << 32 | r[RAX] & DOUBLEWORD);
    long src = r[RCX] << 32 | r[RBX] & DOUBLEWORD;
    RmOperand.store(cpu, insn, 64, address, equal ? src : dest);
    if (!equal) {
      r[RDX] = dest >>> 32;
      r[RAX] = dest & DOUBLEWORD;
    }
    setZero(cpu, equal);
  }

  /** If RDX:RAX equals DEST, DEST := RCX:RBX, else RDX:RAX := DEST. */
  public static void cmpxchg16b(Cpu cpu, Instruction insn) {
    long[] r = cpu.r;
    long address = RmOperand.locate(cpu, insn, 128);
    if ((address & 15) != 0) {
      throw cpu.gp0(Requirement.CMPXCHG16B_IS_ALIGNED);
    }
    long low = RmOperand.load(cpu, insn, 64, address);
    long high = RmOperand.load(cpu, insn, 64, address + 8);
    boolean equal = low == r[RAX] && high == r[RDX];
    RmOperand.store(cpu, insn, 64, address, equal ? r[RBX] : low);
    RmOperand.store(cpu, insn, 64, address + 8, equal ? r[RCX] : high);
    if (!equal) {
      r[RAX] = low;
      r[RDX] = high;
    }
    setZero(cpu, equal);
  }

  private static void setZero(Cpu cpu, boolean value) {
    long others = cpu.status() & ~Rflags.ZF;
    cpu.setStatus(value ? others | Rflags.ZF : others);
  }
}
