package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.ENDS_BLOCK;
import static io.vmxlab.isa.FormAttribute.NO64;
import static io.vmxlab.isa.FormAttribute.O16;
import static io.vmxlab.isa.FormAttribute.O32;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Operands;
import io.vmxlab.cpu.Width;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/** Branches to another code segment. SDM Vol. 2 "JMP", "CALL", "RET". */
public final class FarControlTransfer {
  // spotless:off
  static final Page JMP = page("JMP-far", Sdm.JMP)
      .form("EA cd",         "JMP ptr16:16", NO64, ENDS_BLOCK)
      .form("EA cp",         "JMP ptr16:32", NO64, ENDS_BLOCK)
      .does(FarControlTransfer.class, "jumpPointer")
      .form("FF /5",         "JMP m16:16", ENDS_BLOCK)
      .form("FF /5",         "JMP m16:32", ENDS_BLOCK)
      .form("REX.W + FF /5", "JMP m16:64", ENDS_BLOCK)
      .does(FarControlTransfer.class, "jumpMemory");

  static final Page CALL = page("CALL-far", Sdm.CALL)
      .form("9A cd",         "CALL ptr16:16", NO64, ENDS_BLOCK)
      .form("9A cp",         "CALL ptr16:32", NO64, ENDS_BLOCK)
      .does(FarControlTransfer.class, "callPointer")
      .form("FF /3",         "CALL m16:16", ENDS_BLOCK)
      .form("FF /3",         "CALL m16:32", ENDS_BLOCK)
      .form("REX.W + FF /3", "CALL m16:64", ENDS_BLOCK)
      .does(FarControlTransfer.class, "callMemory");

  static final Page RET = page("RET-far", Sdm.RET)
      .form("CB",    "RETF",       ENDS_BLOCK)
      .form("CA iw", "RETF imm16", ENDS_BLOCK)
      .does(FarControlTransfer.class, "returnFar");

  static final Page IRET = page("IRET/IRETD/IRETQ", Sdm.IRET)
      .form("CF",         "IRET",  O16, ENDS_BLOCK)
      .form("CF",         "IRETD", O32, ENDS_BLOCK)
      .form("REX.W + CF", "IRETQ", ENDS_BLOCK)
      .flags("OF SF ZF AF CF PF: from the stack")
      .does(FarControlTransfer.class, "iret");
  // spotless:on

  private FarControlTransfer() {}

  private static long pointerOffset(Instruction insn) {
    return Width.zeroExtend(insn.operandSize, insn.immediate);
  }

  /** CS:RIP := ptr16:16 or ptr16:32. */
  public static void jumpPointer(Cpu cpu, Instruction insn) {
    cpu.far.jump((int) insn.secondImmediate, pointerOffset(insn), cpu.following(insn));
  }

  /** CS:RIP := far pointer in memory. */
  public static void jumpMemory(Cpu cpu, Instruction insn) {
    long offset = Operands.readMemory(cpu, insn, insn.operandSize);
    cpu.far.jump(SegmentTransfer.farSelector(cpu, insn), offset, cpu.following(insn));
  }

  /** Push(CS); Push(RIP); CS:RIP := ptr16:16 or ptr16:32. */
  public static void callPointer(Cpu cpu, Instruction insn) {
    int selector = (int) insn.secondImmediate;
    cpu.far.call(insn.operandSize, selector, pointerOffset(insn), cpu.following(insn));
  }

  /** Push(CS); Push(RIP); CS:RIP := far pointer in memory. */
  public static void callMemory(Cpu cpu, Instruction insn) {
    long offset = Operands.readMemory(cpu, insn, insn.operandSize);
    int selector = SegmentTransfer.farSelector(cpu, insn);
    cpu.far.call(insn.operandSize, selector, offset, cpu.following(insn));
  }

  /** RIP := Pop(); CS := Pop(); RSP := RSP + imm16. */
  public static void returnFar(Cpu cpu, Instruction insn) {
    cpu.far.returnFar(insn.operandSize, (int) insn.immediate & 0xFFFF);
  }

  /** RIP := Pop(); CS := Pop(); RFLAGS := Pop(); and RSP and SS as the mode and privilege ask. */
  public static void iret(Cpu cpu, Instruction insn) {
    cpu.far.interruptReturn(insn.operandSize, cpu.following(insn));
  }
}
