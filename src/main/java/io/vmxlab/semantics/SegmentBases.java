package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.ONLY64;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Operands;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.cpu.Segment;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/** Bases of FS and GS. SDM Vol. 2 by instruction. */
public final class SegmentBases {
  // spotless:off
  static final Page RDFSBASE = page("RDFSBASE/RDGSBASE", Sdm.RDFSBASE)
      .needs(Feature.FSGSBASE)
      .form("F3 0F AE /0",         "RDFSBASE r32", ONLY64)
      .form("F3 REX.W + 0F AE /0", "RDFSBASE r64", ONLY64)
      .does(SegmentBases.class, "rdfsbase")
      .form("F3 0F AE /1",         "RDGSBASE r32", ONLY64)
      .form("F3 REX.W + 0F AE /1", "RDGSBASE r64", ONLY64)
      .does(SegmentBases.class, "rdgsbase");

  static final Page WRFSBASE = page("WRFSBASE/WRGSBASE", Sdm.WRFSBASE)
      .needs(Feature.FSGSBASE)
      .form("F3 0F AE /2",         "WRFSBASE r32", ONLY64)
      .form("F3 REX.W + 0F AE /2", "WRFSBASE r64", ONLY64)
      .does(SegmentBases.class, "wrfsbase")
      .form("F3 0F AE /3",         "WRGSBASE r32", ONLY64)
      .form("F3 REX.W + 0F AE /3", "WRGSBASE r64", ONLY64)
      .does(SegmentBases.class, "wrgsbase");

  static final Page SWAPGS = page("SWAPGS", Sdm.SWAPGS)
      .form("0F 01 F8", "SWAPGS", ONLY64)
      .does(SegmentBases.class, "swapgs");
  // spotless:on

  private SegmentBases() {}

  private static void enable(Cpu cpu) {
    cpu.requireOrUd((cpu.cr4 & Cr4.FSGSBASE) != 0, Requirement.FSGSBASE_ENABLED);
  }

  private static void read(Cpu cpu, Instruction insn, SegmentRegister which) {
    enable(cpu);
    Operands.writeRegister(cpu, insn, insn.rm, insn.operandSize, cpu.segment(which).base);
  }

  private static void write(Cpu cpu, Instruction insn, SegmentRegister which) {
    enable(cpu);
    long base = Operands.readRegister(cpu, insn, insn.rm, insn.operandSize);
    if (!cpu.isCanonicalBase(base)) {
      throw cpu.gp0(Requirement.TABLE_BASE_IS_CANONICAL);
    }
    cpu.segment(which).base = base;
  }

  /** DEST := FS base. */
  public static void rdfsbase(Cpu cpu, Instruction insn) {
    read(cpu, insn, SegmentRegister.FS);
  }

  /** DEST := GS base. */
  public static void rdgsbase(Cpu cpu, Instruction insn) {
    read(cpu, insn, SegmentRegister.GS);
  }

  /** FS base := SRC. */
  public static void wrfsbase(Cpu cpu, Instruction insn) {
    write(cpu, insn, SegmentRegister.FS);
  }

  /** GS base := SRC. */
  public static void wrgsbase(Cpu cpu, Instruction insn) {
    write(cpu, insn, SegmentRegister.GS);
  }

  /** Exchanges GS base and IA32_KERNEL_GS_BASE. */
  public static void swapgs(Cpu cpu, Instruction insn) {
    cpu.requireCpl0();
    Segment gs = cpu.segment(SegmentRegister.GS);
    long base = gs.base;
    gs.base = cpu.msrs.get(Msr.IA32_KERNEL_GS_BASE);
    cpu.msrs.set(Msr.IA32_KERNEL_GS_BASE, base);
  }
}
