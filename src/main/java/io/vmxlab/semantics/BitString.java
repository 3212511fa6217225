package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.LOCK;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.LazyFlags;
import io.vmxlab.cpu.Operands;
import io.vmxlab.cpu.Width;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/** Single bits. SDM Vol. 1 "Bit and Byte Instructions". */
public final class BitString {
  // spotless:off
  static final Page BT = page("BT", Sdm.BT)
      .form("0F A3 /r",         "BT r/m16, r16")
      .form("0F A3 /r",         "BT r/m32, r32")
      .form("REX.W + 0F A3 /r", "BT r/m64, r64")
      .flags("CF: the bit; ZF: unchanged; undefined: OF SF AF PF")
      .does(BitString.class, "btString")
      .form("0F BA /4 ib",         "BT r/m16, imm8")
      .form("0F BA /4 ib",         "BT r/m32, imm8")
      .form("REX.W + 0F BA /4 ib", "BT r/m64, imm8")
      .flags("CF: the bit; ZF: unchanged; undefined: OF SF AF PF")
      .does(BitString.class, "bt");

  static final Page BTS = page("BTS", Sdm.BTS)
      .form("0F AB /r",         "BTS r/m16, r16", LOCK)
      .form("0F AB /r",         "BTS r/m32, r32", LOCK)
      .form("REX.W + 0F AB /r", "BTS r/m64, r64", LOCK)
      .flags("CF: the bit; ZF: unchanged; undefined: OF SF AF PF")
      .does(BitString.class, "btsString")
      .form("0F BA /5 ib",         "BTS r/m16, imm8", LOCK)
      .form("0F BA /5 ib",         "BTS r/m32, imm8", LOCK)
      .form("REX.W + 0F BA /5 ib", "BTS r/m64, imm8", LOCK)
      .flags("CF: the bit; ZF: unchanged; undefined: OF SF AF PF")
      .does(BitString.class, "bts");

  static final Page BTR = page("BTR", Sdm.BTR)
      .form("0F B3 /r",         "BTR r/m16, r16", LOCK)
      .form("0F B3 /r",         "BTR r/m32, r32", LOCK)
      .form("REX.W + 0F B3 /r", "BTR r/m64, r64", LOCK)
      .flags("CF: the bit; ZF: unchanged; undefined: OF SF AF PF")
      .does(BitString.class, "btrString")
      .form("0F BA /6 ib",         "BTR r/m16, imm8", LOCK)
      .form("0F BA /6 ib",         "BTR r/m32, imm8", LOCK)
      .form("REX.W + 0F BA /6 ib", "BTR r/m64, imm8", LOCK)
      .flags("CF: the bit; ZF: unchanged; undefined: OF SF AF PF")
      .does(BitString.class, "btr");

  static final Page BTC = page("BTC", Sdm.BTC)
      .form("0F BB /r",         "BTC r/m16, r16", LOCK)
      .form("0F BB /r",         "BTC r/m32, r32", LOCK)
      .form("REX.W + 0F BB /r", "BTC r/m64, r64", LOCK)
      .flags("CF: the bit; ZF: unchanged; undefined: OF SF AF PF")
      .does(BitString.class, "btcString")
      .form("0F BA /7 ib",         "BTC r/m16, imm8", LOCK)
      .form("0F BA /7 ib",         "BTC r/m32, imm8", LOCK)
      .form("REX.W + 0F BA /7 ib", "BTC r/m64, imm8", LOCK)
      .flags("CF: the bit; ZF: unchanged; undefined: OF SF AF PF")
      .does(BitString.class, "btc");
  // spotless:on

  private BitString() {}

  /** CF := Bit(BitBase, BitOffset). */
  public static void bt(LazyFlags flags, int width, long base, long offset) {
    flags.setCarry(base << (63 - ((int) offset & (width - 1))));
  }

  /** CF := Bit(BitBase, BitOffset); Bit(BitBase, BitOffset) := 1. */
  public static long bts(LazyFlags flags, int width, long base, long offset) {
    bt(flags, width, base, offset);
    return base | 1L << (offset & (width - 1));
  }

  /** CF := Bit(BitBase, BitOffset); Bit(BitBase, BitOffset) := 0. */
  public static long btr(LazyFlags flags, int width, long base, long offset) {
    bt(flags, width, base, offset);
    return base & ~(1L << (offset & (width - 1)));
  }

  /** CF := Bit(BitBase, BitOffset); Bit(BitBase, BitOffset) := NOT Bit(BitBase, BitOffset). */
  public static long btc(LazyFlags flags, int width, long base, long offset) {
    bt(flags, width, base, offset);
    return base ^ 1L << (offset & (width - 1));
  }

  /** {@link #bt} with a bit offset that may lie outside a memory operand. */
  public static void btString(Cpu cpu, Instruction insn) {
    int width = insn.operandSize;
    long offset = bitOffset(cpu, insn);
    long address = locate(cpu, insn, offset, false);
    long base =
        insn.memory()
            ? cpu.mmu.read(width, address, insn.segment)
            : Operands.readRegister(cpu, insn, insn.rm, width);
    bt(cpu, width, base, offset);
  }

  /** {@link #bts} with a bit offset that may lie outside a memory operand. */
  public static void btsString(Cpu cpu, Instruction insn) {
    int width = insn.operandSize;
    long offset = bitOffset(cpu, insn);
    long address = locate(cpu, insn, offset, true);
    long base = RmOperand.load(cpu, insn, width, address);
    RmOperand.store(cpu, insn, width, address, bts(cpu, width, base, offset));
  }

  /** {@link #btr} with a bit offset that may lie outside a memory operand. */
  public static void btrString(Cpu cpu, Instruction insn) {
    int width = insn.operandSize;
    long offset = bitOffset(cpu, insn);
    long address = locate(cpu, insn, offset, true);
    long base = RmOperand.load(cpu, insn, width, address);
    RmOperand.store(cpu, insn, width, address, btr(cpu, width, base, offset));
  }

  /** {@link #btc} with a bit offset that may lie outside a memory operand. */
  public static void btcString(Cpu cpu, Instruction insn) {
    int width = insn.operandSize;
    long offset = bitOffset(cpu, insn);
    long address = locate(cpu, insn, offset, true);
    long base = RmOperand.load(cpu, insn, width, address);
    RmOperand.store(cpu, insn, width, address, btc(cpu, width, base, offset));
  }

  private static long bitOffset(Cpu cpu, Instruction insn) {
    return Width.signExtend(insn.operandSize, cpu.r[insn.reg]);
  }

  /** Linear address of the word, doubleword or quadword that holds the bit; 0 for a register. */
  private static long locate(Cpu cpu, Instruction insn, long bitOffset, boolean write) {
    if (!insn.memory()) {
      return 0;
    }
    int bytes = insn.operandSize / 8;
    long offset = Operands.offset(cpu, insn) + (bitOffset & -insn.operandSize) / 8;
    offset = Width.zeroExtend(insn.addressSize, offset);
    return cpu.linear(insn.segment, offset, bytes, write);
  }
}
