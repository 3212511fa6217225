package io.vmxlab.semantics;

import static io.vmxlab.arch.Gpr.RAX;
import static io.vmxlab.arch.Gpr.RDI;
import static io.vmxlab.arch.Gpr.RDX;
import static io.vmxlab.arch.Gpr.RSI;
import static io.vmxlab.isa.FormAttribute.ENDS_BLOCK;
import static io.vmxlab.isa.FormAttribute.O16;
import static io.vmxlab.isa.FormAttribute.O32;
import static io.vmxlab.isa.FormAttribute.REP;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Event;
import io.vmxlab.cpu.LastIo;
import io.vmxlab.cpu.Operands;
import io.vmxlab.cpu.Width;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/** The I/O address space. SDM Vol. 1 "I/O Instructions". */
public final class PortIo {
  // spotless:off
  static final Page IN = page("IN", Sdm.IN)
      .form("E4 ib", "IN AL, imm8")
      .does(PortIo.class, "inByteImmediate")
      .form("E5 ib", "IN AX, imm8")
      .form("E5 ib", "IN EAX, imm8")
      .does(PortIo.class, "inImmediate")
      .form("EC",    "IN AL, DX")
      .does(PortIo.class, "inByte")
      .form("ED",    "IN AX, DX")
      .form("ED",    "IN EAX, DX")
      .does(PortIo.class, "in");

  static final Page OUT = page("OUT", Sdm.OUT)
      .form("E6 ib", "OUT imm8, AL", ENDS_BLOCK)
      .does(PortIo.class, "outByteImmediate")
      .form("E7 ib", "OUT imm8, AX", ENDS_BLOCK)
      .form("E7 ib", "OUT imm8, EAX", ENDS_BLOCK)
      .does(PortIo.class, "outImmediate")
      .form("EE",    "OUT DX, AL", ENDS_BLOCK)
      .does(PortIo.class, "outByte")
      .form("EF",    "OUT DX, AX", ENDS_BLOCK)
      .form("EF",    "OUT DX, EAX", ENDS_BLOCK)
      .does(PortIo.class, "out");

  static final Page INS = page("INS/INSB/INSW/INSD", Sdm.INS)
      .form("6C", "INSB", REP)
      .does(PortIo.class, "insb")
      .form("6D", "INSW", REP, O16)
      .form("6D", "INSD", REP, O32)
      .does(PortIo.class, "ins");

  static final Page OUTS = page("OUTS/OUTSB/OUTSW/OUTSD", Sdm.OUTS)
      .form("6E", "OUTSB", REP, ENDS_BLOCK)
      .does(PortIo.class, "outsb")
      .form("6F", "OUTSW", REP, O16, ENDS_BLOCK)
      .form("6F", "OUTSD", REP, O32, ENDS_BLOCK)
      .does(PortIo.class, "outs");
  // spotless:on

  private static final int ES = SegmentRegister.ES.ordinal();

  private PortIo() {}

  /** Operand size 64 does not exist for ports. */
  private static int width(Instruction insn) {
    return Math.min(insn.operandSize, 32);
  }

  private static int dx(Cpu cpu) {
    return (int) cpu.r[RDX] & 0xFFFF;
  }

  private static int immediate(Instruction insn) {
    return (int) insn.immediate & 0xFF;
  }

  private static void in(Cpu cpu, Instruction insn, int port, int width) {
    IoPermission.check(cpu, port, width);
    cpu.intercept(insn);
    Operands.writeRegister(cpu, insn, RAX, width, cpu.io.in(port, width));
  }

  private static void out(Cpu cpu, Instruction insn, int type, int port, int width) {
    IoPermission.check(cpu, port, width);
    cpu.intercept(insn);
    cpu.io.out(port, width, (int) Width.zeroExtend(width, cpu.r[RAX]));
    written(cpu, insn, type, port, width, 0);
  }

  /** What a port does may be an SMI, whose handler can ask for the instruction. */
  private static void written(
      Cpu cpu, Instruction insn, int type, int port, int width, long memory) {
    if (cpu.events.pending(Event.SMI)) {
      cpu.management().io().is(insn, type, port, width, memory);
    }
  }

  /** AL := port imm8. */
  public static void inByteImmediate(Cpu cpu, Instruction insn) {
    in(cpu, insn, immediate(insn), 8);
  }

  /** AX or EAX := port imm8. */
  public static void inImmediate(Cpu cpu, Instruction insn) {
    in(cpu, insn, immediate(insn), width(insn));
  }

  /** AL := port DX. */
  public static void inByte(Cpu cpu, Instruction insn) {
    in(cpu, insn, dx(cpu), 8);
  }

  /** AX or EAX := port DX. */
  public static void in(Cpu cpu, Instruction insn) {
    in(cpu, insn, dx(cpu), width(insn));
  }

  /** Port imm8 := AL. */
  public static void outByteImmediate(Cpu cpu, Instruction insn) {
    out(cpu, insn, LastIo.IMMEDIATE, immediate(insn), 8);
  }

  /** Port imm8 := AX or EAX. */
  public static void outImmediate(Cpu cpu, Instruction insn) {
    out(cpu, insn, LastIo.IMMEDIATE, immediate(insn), width(insn));
  }

  /** Port DX := AL. */
  public static void outByte(Cpu cpu, Instruction insn) {
    out(cpu, insn, 0, dx(cpu), 8);
  }

  /** Port DX := AX or EAX. */
  public static void out(Cpu cpu, Instruction insn) {
    out(cpu, insn, 0, dx(cpu), width(insn));
  }

  /** [ES:rDI] := port DX, bytes. */
  public static void insb(Cpu cpu, Instruction insn) {
    ins(cpu, insn, 8);
  }

  /** [ES:rDI] := port DX, words or doublewords. */
  public static void ins(Cpu cpu, Instruction insn) {
    ins(cpu, insn, width(insn));
  }

  /** Port DX := [DS:rSI], bytes. */
  public static void outsb(Cpu cpu, Instruction insn) {
    outs(cpu, insn, 8);
  }

  /** Port DX := [DS:rSI], words or doublewords. */
  public static void outs(Cpu cpu, Instruction insn) {
    outs(cpu, insn, width(insn));
  }

  private static void ins(Cpu cpu, Instruction insn, int width) {
    IoPermission.check(cpu, dx(cpu), width);
    cpu.intercept(insn);
    for (int done = 0; Strings.proceeds(cpu, insn, done); done++) {
      long offset = Width.zeroExtend(insn.addressSize, cpu.r[RDI]);
      long address = cpu.linear(ES, offset, width / 8, true);
      cpu.mmu.checkWrite(width, address, ES);
      cpu.mmu.write(width, address, ES, cpu.io.in(dx(cpu), width));
      Strings.advance(cpu, insn, RDI, width);
      Strings.count(cpu, insn);
    }
  }

  private static void outs(Cpu cpu, Instruction insn, int width) {
    IoPermission.check(cpu, dx(cpu), width);
    cpu.intercept(insn);
    int type = LastIo.STRING | (insn.repeat != 0 ? LastIo.REPEATED : 0);
    for (int done = 0; Strings.proceeds(cpu, insn, done); done++) {
      long offset = Width.zeroExtend(insn.addressSize, cpu.r[RSI]);
      long address = cpu.linear(insn.segment, offset, width / 8, false);
      cpu.io.out(dx(cpu), width, (int) cpu.mmu.read(width, address, insn.segment));
      written(cpu, insn, type, dx(cpu), width, address);
      Strings.advance(cpu, insn, RSI, width);
      Strings.count(cpu, insn);
    }
  }
}
