package io.vmxlab.semantics;

import static io.vmxlab.arch.Gpr.RAX;
import static io.vmxlab.arch.Gpr.RBX;
import static io.vmxlab.isa.FormAttribute.ALIAS;
import static io.vmxlab.isa.FormAttribute.ENDS_BLOCK;
import static io.vmxlab.isa.FormAttribute.HINT;
import static io.vmxlab.isa.FormAttribute.NO66;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.LazyFlags;
import io.vmxlab.cpu.Operands;
import io.vmxlab.cpu.Unmodelled;
import io.vmxlab.cpu.Width;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/**
 * Table look-up, instructions without effect and those that only fault. SDM Vol. 1 "Miscellaneous
 * Instructions".
 */
public final class Miscellaneous {
  // spotless:off
  static final Page NOP = page("NOP", Sdm.NOP)
      .form("90",               "NOP")
      .form("0F 1F /r",         "NOP r/m16", HINT)
      .form("0F 1F /r",         "NOP r/m32", HINT)
      .form("REX.W + 0F 1F /r", "NOP r/m64", HINT)
      .form("0F 18 /0",         "NOP r/m16", HINT, ALIAS)
      .form("0F 18 /0",         "NOP r/m32", HINT, ALIAS)
      .form("REX.W + 0F 18 /0", "NOP r/m64", HINT, ALIAS)
      .form("0F 18 /1",         "NOP r/m16", HINT, ALIAS)
      .form("0F 18 /1",         "NOP r/m32", HINT, ALIAS)
      .form("REX.W + 0F 18 /1", "NOP r/m64", HINT, ALIAS)
      .form("0F 18 /2",         "NOP r/m16", HINT, ALIAS)
      .form("0F 18 /2",         "NOP r/m32", HINT, ALIAS)
      .form("REX.W + 0F 18 /2", "NOP r/m64", HINT, ALIAS)
      .form("0F 18 /3",         "NOP r/m16", HINT, ALIAS)
      .form("0F 18 /3",         "NOP r/m32", HINT, ALIAS)
      .form("REX.W + 0F 18 /3", "NOP r/m64", HINT, ALIAS)
      .form("0F 18 /4",         "NOP r/m16", HINT, ALIAS)
      .form("0F 18 /4",         "NOP r/m32", HINT, ALIAS)
      .form("REX.W + 0F 18 /4", "NOP r/m64", HINT, ALIAS)
      .form("0F 18 /5",         "NOP r/m16", HINT, ALIAS)
      .form("0F 18 /5",         "NOP r/m32", HINT, ALIAS)
      .form("REX.W + 0F 18 /5", "NOP r/m64", HINT, ALIAS)
      .form("0F 18 /6",         "NOP r/m16", HINT, ALIAS)
      .form("0F 18 /6",         "NOP r/m32", HINT, ALIAS)
      .form("REX.W + 0F 18 /6", "NOP r/m64", HINT, ALIAS)
      .form("0F 18 /7",         "NOP r/m16", HINT, ALIAS)
      .form("0F 18 /7",         "NOP r/m32", HINT, ALIAS)
      .form("REX.W + 0F 18 /7", "NOP r/m64", HINT, ALIAS)
      .form("0F 19 /r",         "NOP r/m16", HINT, ALIAS)
      .form("0F 19 /r",         "NOP r/m32", HINT, ALIAS)
      .form("REX.W + 0F 19 /r", "NOP r/m64", HINT, ALIAS)
      .form("0F 1A /r",         "NOP r/m16", HINT, ALIAS)
      .form("0F 1A /r",         "NOP r/m32", HINT, ALIAS)
      .form("REX.W + 0F 1A /r", "NOP r/m64", HINT, ALIAS)
      .form("0F 1B /r",         "NOP r/m16", HINT, ALIAS)
      .form("0F 1B /r",         "NOP r/m32", HINT, ALIAS)
      .form("REX.W + 0F 1B /r", "NOP r/m64", HINT, ALIAS)
      .form("0F 1C /r",         "NOP r/m16", HINT, ALIAS)
      .form("0F 1C /r",         "NOP r/m32", HINT, ALIAS)
      .form("REX.W + 0F 1C /r", "NOP r/m64", HINT, ALIAS)
      .form("0F 1D /r",         "NOP r/m16", HINT, ALIAS)
      .form("0F 1D /r",         "NOP r/m32", HINT, ALIAS)
      .form("REX.W + 0F 1D /r", "NOP r/m64", HINT, ALIAS)
      .form("0F 1E /r",         "NOP r/m16", HINT, ALIAS)
      .form("0F 1E /r",         "NOP r/m32", HINT, ALIAS)
      .form("REX.W + 0F 1E /r", "NOP r/m64", HINT, ALIAS)
      .does(Miscellaneous.class, "nop");

  static final Page PAUSE = page("PAUSE", Sdm.PAUSE)
      .form("F3 90", "PAUSE")
      .does(Miscellaneous.class, "pause");

  static final Page ENDBR64 = page("ENDBR64", Sdm.ENDBR64)
      .form("F3 0F 1E FA", "ENDBR64", HINT)
      .form("F3 0F 1E FB", "ENDBR32", HINT)
      .does(Miscellaneous.class, "nop");

  static final Page RDSSP = page("RDSSPD/RDSSPQ", Sdm.RDSSP)
      .needs(Feature.CET_SS)
      .form("F3 0F 1E /1",         "RDSSPD r32")
      .form("F3 REX.W + 0F 1E /1", "RDSSPQ r64")
      .does(Miscellaneous.class, "rdssp");

  static final Page PTWRITE = page("PTWRITE", Sdm.PTWRITE)
      .needs(Feature.PTWRITE)
      .form("F3 0F AE /4",         "PTWRITE r/m32", NO66)
      .form("F3 REX.W + 0F AE /4", "PTWRITE r/m64", NO66)
      .does(Miscellaneous.class, "ptwrite");

  static final Page PREFETCH = page("PREFETCHh", Sdm.PREFETCH)
      .needs(Feature.SSE)
      .form("0F 18 /0", "PREFETCHNTA m8", HINT)
      .form("0F 18 /1", "PREFETCHT0 m8",  HINT)
      .form("0F 18 /2", "PREFETCHT1 m8",  HINT)
      .form("0F 18 /3", "PREFETCHT2 m8",  HINT)
      .does(Miscellaneous.class, "nop");

  /** A hint on every Intel processor since the Pentium Pro; CPUID only says whether it prefetches. */
  static final Page PREFETCHW = page("PREFETCHW", Sdm.PREFETCHW)
      .form("0F 0D /0", "PREFETCH m8",  HINT, ALIAS)
      .form("0F 0D /1", "PREFETCHW m8", HINT)
      .form("0F 0D /2", "PREFETCHW m8", HINT, ALIAS)
      .form("0F 0D /3", "PREFETCHW m8", HINT, ALIAS)
      .form("0F 0D /4", "PREFETCHW m8", HINT, ALIAS)
      .form("0F 0D /5", "PREFETCHW m8", HINT, ALIAS)
      .form("0F 0D /6", "PREFETCHW m8", HINT, ALIAS)
      .form("0F 0D /7", "PREFETCHW m8", HINT, ALIAS)
      .form("0F 0D /r",         "NOP r/m16", HINT, ALIAS)
      .form("0F 0D /r",         "NOP r/m32", HINT, ALIAS)
      .form("REX.W + 0F 0D /r", "NOP r/m64", HINT, ALIAS)
      .does(Miscellaneous.class, "nop");

  static final Page LFENCE = page("LFENCE", Sdm.LFENCE)
      .needs(Feature.SSE2)
      .form("NP 0F AE /5", "LFENCE")
      .does(Miscellaneous.class, "nop");

  static final Page MFENCE = page("MFENCE", Sdm.MFENCE)
      .needs(Feature.SSE2)
      .form("NP 0F AE /6", "MFENCE")
      .does(Miscellaneous.class, "nop");

  static final Page SFENCE = page("SFENCE", Sdm.SFENCE)
      .needs(Feature.SSE)
      .form("NP 0F AE /7", "SFENCE")
      .does(Miscellaneous.class, "nop");

  static final Page CLFLUSH = page("CLFLUSH", Sdm.CLFLUSH)
      .needs(Feature.CLFSH)
      .form("NP 0F AE /7", "CLFLUSH m8")
      .does(Miscellaneous.class, "clflush");

  static final Page CLFLUSHOPT = page("CLFLUSHOPT", Sdm.CLFLUSHOPT)
      .needs(Feature.CLFLUSHOPT)
      .form("66 0F AE /7", "CLFLUSHOPT m8")
      .does(Miscellaneous.class, "clflush");

  static final Page CLWB = page("CLWB", Sdm.CLWB)
      .needs(Feature.CLWB)
      .form("66 0F AE /6", "CLWB m8")
      .does(Miscellaneous.class, "clflush");

  static final Page XLAT = page("XLAT/XLATB", Sdm.XLAT)
      .form("D7", "XLAT")
      .form("D7", "XLATB", ALIAS)
      .does(Miscellaneous.class, "xlat");

  static final Page UD = page("UD", Sdm.UD)
      .form("0F 0B",            "UD2",            ENDS_BLOCK)
      .form("0F B9 /r",         "UD1 r16, r/m16", ENDS_BLOCK)
      .form("0F B9 /r",         "UD1 r32, r/m32", ENDS_BLOCK)
      .form("REX.W + 0F B9 /r", "UD1 r64, r/m64", ENDS_BLOCK)
      .form("0F FF /r",         "UD0 r16, r/m16", ENDS_BLOCK)
      .form("0F FF /r",         "UD0 r32, r/m32", ENDS_BLOCK)
      .form("REX.W + 0F FF /r", "UD0 r64, r/m64", ENDS_BLOCK)
      .does(Miscellaneous.class, "ud");
  // spotless:on

  private Miscellaneous() {}

  /** Does nothing. */
  public static void nop(LazyFlags flags) {}

  /** Does nothing, unless a virtual-machine monitor wants to know of loops that wait. */
  public static void pause(Cpu cpu, Instruction insn) {
    cpu.intercept(insn);
  }

  /** DEST := SSP if shadow stacks are enabled; else nothing. */
  public static void rdssp(Cpu cpu, Instruction insn) {
    if ((cpu.cr4 & Cr4.CET) != 0) {
      throw new Unmodelled("CR4.CET");
    }
  }

  /** Reads its operand; no trace is enabled, so that it goes nowhere. */
  public static void ptwrite(Cpu cpu, Instruction insn) {
    if (insn.memory()) {
      Operands.readMemory(cpu, insn, insn.operandSize);
    }
  }

  /**
   * Writes back a line of caches that do not exist; faults as a load of one byte does, but an
   * execute-only segment allows it.
   */
  public static void clflush(Cpu cpu, Instruction insn) {
    long address = cpu.linearToFlush(insn.segment, Operands.offset(cpu, insn));
    cpu.mmu.read(8, address, insn.segment);
  }

  /** AL := [DS:rBX + ZeroExtend(AL)]. */
  public static void xlat(Cpu cpu, Instruction insn) {
    long offset = Width.zeroExtend(insn.addressSize, cpu.r[RBX] + (cpu.r[RAX] & 0xFF));
    long value = cpu.mmu.read(8, cpu.linear(insn.segment, offset, 1, false), insn.segment);
    cpu.r[RAX] = (cpu.r[RAX] & ~0xFFL) | value;
  }

  /** #UD. */
  public static void ud(Cpu cpu, Instruction insn) {
    throw cpu.ud(Sdm.UD);
  }
}
