package io.vmxlab.semantics;

import static io.vmxlab.arch.Gpr.RSP;
import static io.vmxlab.isa.FormAttribute.DEFAULT64;
import static io.vmxlab.isa.FormAttribute.ENDS_BLOCK;
import static io.vmxlab.isa.FormAttribute.NO64;
import static io.vmxlab.isa.FormAttribute.ONLY64;
import static io.vmxlab.isa.FormAttribute.SPELLING;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Operands;
import io.vmxlab.cpu.Stack;
import io.vmxlab.cpu.Stepping;
import io.vmxlab.cpu.Width;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/** Segment registers as operands. SDM Vol. 2 "MOV", "PUSH", "POP", "LDS/LES/LFS/LGS/LSS". */
public final class SegmentTransfer {
  // spotless:off
  static final Page MOV = page("MOV-Sreg", Sdm.MOV)
      .form("8C /r",         "MOV r/m16, Sreg")
      .form("8C /r",         "MOV r32/m16, Sreg")
      .form("8C /r",         "MOV r64/m16, Sreg", ONLY64, SPELLING)
      .form("REX.W + 8C /r", "MOV r64/m16, Sreg")
      .does(SegmentTransfer.class, "store")
      .form("8E /r",         "MOV Sreg, r/m16", ENDS_BLOCK)
      .form("8E /r",         "MOV Sreg, r32/m16", ENDS_BLOCK, SPELLING)
      .form("8E /r",         "MOV Sreg, r64/m16", ENDS_BLOCK, ONLY64, SPELLING)
      .does(SegmentTransfer.class, "load");

  static final Page PUSH = page("PUSH-Sreg", Sdm.PUSH)
      .form("06",    "PUSH ES", NO64)
      .does(SegmentTransfer.class, "pushEs")
      .form("0E",    "PUSH CS", NO64)
      .does(SegmentTransfer.class, "pushCs")
      .form("16",    "PUSH SS", NO64)
      .does(SegmentTransfer.class, "pushSs")
      .form("1E",    "PUSH DS", NO64)
      .does(SegmentTransfer.class, "pushDs")
      .form("0F A0", "PUSH FS", DEFAULT64)
      .does(SegmentTransfer.class, "pushFs")
      .form("0F A8", "PUSH GS", DEFAULT64)
      .does(SegmentTransfer.class, "pushGs");

  static final Page POP = page("POP-Sreg", Sdm.POP)
      .form("07",    "POP ES", NO64, ENDS_BLOCK)
      .does(SegmentTransfer.class, "popEs")
      .form("17",    "POP SS", NO64, ENDS_BLOCK)
      .does(SegmentTransfer.class, "popSs")
      .form("1F",    "POP DS", NO64, ENDS_BLOCK)
      .does(SegmentTransfer.class, "popDs")
      .form("0F A1", "POP FS", DEFAULT64, ENDS_BLOCK)
      .does(SegmentTransfer.class, "popFs")
      .form("0F A9", "POP GS", DEFAULT64, ENDS_BLOCK)
      .does(SegmentTransfer.class, "popGs");

  static final Page LDS = page("LDS/LES/LFS/LGS/LSS", Sdm.LDS)
      .form("C5 /r",            "LDS r16, m16:16", NO64, ENDS_BLOCK)
      .form("C5 /r",            "LDS r32, m16:32", NO64, ENDS_BLOCK)
      .does(SegmentTransfer.class, "lds")
      .form("C4 /r",            "LES r16, m16:16", NO64, ENDS_BLOCK)
      .form("C4 /r",            "LES r32, m16:32", NO64, ENDS_BLOCK)
      .does(SegmentTransfer.class, "les")
      .form("0F B2 /r",         "LSS r16, m16:16", ENDS_BLOCK)
      .form("0F B2 /r",         "LSS r32, m16:32", ENDS_BLOCK)
      .form("REX.W + 0F B2 /r", "LSS r64, m16:64", ENDS_BLOCK)
      .does(SegmentTransfer.class, "lss")
      .form("0F B4 /r",         "LFS r16, m16:16", ENDS_BLOCK)
      .form("0F B4 /r",         "LFS r32, m16:32", ENDS_BLOCK)
      .form("REX.W + 0F B4 /r", "LFS r64, m16:64", ENDS_BLOCK)
      .does(SegmentTransfer.class, "lfs")
      .form("0F B5 /r",         "LGS r16, m16:16", ENDS_BLOCK)
      .form("0F B5 /r",         "LGS r32, m16:32", ENDS_BLOCK)
      .form("REX.W + 0F B5 /r", "LGS r64, m16:64", ENDS_BLOCK)
      .does(SegmentTransfer.class, "lgs");
  // spotless:on

  private static final int ES = SegmentRegister.ES.ordinal();
  private static final int CS = SegmentRegister.CS.ordinal();
  private static final int SS = SegmentRegister.SS.ordinal();
  private static final int DS = SegmentRegister.DS.ordinal();
  private static final int FS = SegmentRegister.FS.ordinal();
  private static final int GS = SegmentRegister.GS.ordinal();

  private SegmentTransfer() {}

  /** A selector goes to memory as 16 bits, to a register in the operand size. */
  static void storeSelector(Cpu cpu, Instruction insn, int selector) {
    if (insn.memory()) {
      Operands.writeMemory(cpu, insn, 16, selector);
    } else {
      Operands.writeRegister(cpu, insn, insn.rm, insn.operandSize, selector);
    }
  }

  /** DEST := segment register. ModRM.reg is not extended by REX.R. */
  public static void store(Cpu cpu, Instruction insn) {
    int segment = insn.reg & 7;
    storeSelector(cpu, insn, cpu.segments[segment].selector);
  }

  /** Segment register := SRC. */
  public static void load(Cpu cpu, Instruction insn) {
    int segment = insn.reg & 7;
    cpu.segmentation.load(segment, (int) Operands.readRm(cpu, insn, 16));
    if (segment == SS) {
      cpu.stepping.block(Stepping.MOV_SS);
    }
  }

  /** Push(ES). */
  public static void pushEs(Cpu cpu, Instruction insn) {
    push(cpu, insn, ES);
  }

  /** Push(CS). */
  public static void pushCs(Cpu cpu, Instruction insn) {
    push(cpu, insn, CS);
  }

  /** Push(SS). */
  public static void pushSs(Cpu cpu, Instruction insn) {
    push(cpu, insn, SS);
  }

  /** Push(DS). */
  public static void pushDs(Cpu cpu, Instruction insn) {
    push(cpu, insn, DS);
  }

  /** Push(FS). */
  public static void pushFs(Cpu cpu, Instruction insn) {
    push(cpu, insn, FS);
  }

  /** Push(GS). */
  public static void pushGs(Cpu cpu, Instruction insn) {
    push(cpu, insn, GS);
  }

  /**
   * The selector zero-extended to the operand size. Recent processors write only 16 bits where the
   * operand size is 32; the manual allows both.
   */
  private static void push(Cpu cpu, Instruction insn, int segment) {
    Stack.push(cpu, insn.operandSize, cpu.segments[segment].selector);
  }

  /** ES := Pop(). */
  public static void popEs(Cpu cpu, Instruction insn) {
    pop(cpu, insn, ES);
  }

  /** SS := Pop(). */
  public static void popSs(Cpu cpu, Instruction insn) {
    pop(cpu, insn, SS);
    cpu.stepping.block(Stepping.MOV_SS);
  }

  /** DS := Pop(). */
  public static void popDs(Cpu cpu, Instruction insn) {
    pop(cpu, insn, DS);
  }

  /** FS := Pop(). */
  public static void popFs(Cpu cpu, Instruction insn) {
    pop(cpu, insn, FS);
  }

  /** GS := Pop(). */
  public static void popGs(Cpu cpu, Instruction insn) {
    pop(cpu, insn, GS);
  }

  private static void pop(Cpu cpu, Instruction insn, int segment) {
    int selector = (int) Stack.read(cpu, insn.operandSize, 0) & 0xFFFF;
    long pointer = Stack.moved(cpu, insn.operandSize, insn.operandSize / 8);
    cpu.segmentation.load(segment, selector);
    cpu.r[RSP] = pointer;
  }

  /** DS:r := far pointer. */
  public static void lds(Cpu cpu, Instruction insn) {
    loadFar(cpu, insn, DS);
  }

  /** ES:r := far pointer. */
  public static void les(Cpu cpu, Instruction insn) {
    loadFar(cpu, insn, ES);
  }

  /** SS:r := far pointer. */
  public static void lss(Cpu cpu, Instruction insn) {
    loadFar(cpu, insn, SS);
  }

  /** FS:r := far pointer. */
  public static void lfs(Cpu cpu, Instruction insn) {
    loadFar(cpu, insn, FS);
  }

  /** GS:r := far pointer. */
  public static void lgs(Cpu cpu, Instruction insn) {
    loadFar(cpu, insn, GS);
  }

  private static void loadFar(Cpu cpu, Instruction insn, int segment) {
    int width = insn.operandSize;
    long offset = Operands.readMemory(cpu, insn, width);
    cpu.segmentation.load(segment, farSelector(cpu, insn));
    Operands.writeRegister(cpu, insn, insn.reg, width, offset);
  }

  /** The selector behind the offset of a far pointer in memory. */
  static int farSelector(Cpu cpu, Instruction insn) {
    long behind = Operands.offset(cpu, insn) + insn.operandSize / 8;
    long offset = Width.zeroExtend(insn.addressSize, behind);
    long address = cpu.linear(insn.segment, offset, 2, false);
    return (int) cpu.mmu.read(16, address, insn.segment);
  }
}
