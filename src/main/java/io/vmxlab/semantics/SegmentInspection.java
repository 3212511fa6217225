package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.NO64;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.DescriptorProbe;
import io.vmxlab.cpu.Operands;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;
import java.util.OptionalLong;

/** Questions about selectors that fault nobody: ZF is the answer. SDM Vol. 2 by instruction. */
public final class SegmentInspection {
  // spotless:off
  static final Page LAR = page("LAR", Sdm.LAR)
      .form("0F 02 /r",         "LAR r16, r16/m16")
      .form("0F 02 /r",         "LAR r32, r32/m16")
      .form("REX.W + 0F 02 /r", "LAR r64, r64/m16")
      .flags("ZF: 1 if the selector is of use")
      .does(SegmentInspection.class, "lar");

  static final Page LSL = page("LSL", Sdm.LSL)
      .form("0F 03 /r",         "LSL r16, r16/m16")
      .form("0F 03 /r",         "LSL r32, r32/m16")
      .form("REX.W + 0F 03 /r", "LSL r64, r64/m16")
      .flags("ZF: 1 if the selector is of use")
      .does(SegmentInspection.class, "lsl");

  static final Page VERR = page("VERR/VERW", Sdm.VERR)
      .form("0F 00 /4", "VERR r/m16")
      .flags("ZF: 1 if readable")
      .does(SegmentInspection.class, "verr")
      .form("0F 00 /5", "VERW r/m16")
      .flags("ZF: 1 if writable")
      .does(SegmentInspection.class, "verw");

  static final Page ARPL = page("ARPL", Sdm.ARPL)
      .form("63 /r", "ARPL r/m16, r16", NO64)
      .flags("ZF: 1 if RPL was adjusted")
      .does(SegmentInspection.class, "arpl");
  // spotless:on

  private static final int RPL = 3;

  private SegmentInspection() {}

  private static void requireProtected(Cpu cpu) {
    cpu.requireOrUd(!cpu.realOrVirtual8086(), Requirement.ONLY_IN_PROTECTED_MODE);
  }

  private static void setZf(Cpu cpu, boolean value) {
    cpu.setStatus(value ? cpu.status() | Rflags.ZF : cpu.status() & ~Rflags.ZF);
  }

  private static void answer(Cpu cpu, Instruction insn, OptionalLong found) {
    setZf(cpu, found.isPresent());
    if (found.isPresent()) {
      Operands.writeRegister(cpu, insn, insn.reg, insn.operandSize, found.getAsLong());
    }
  }

  /** DEST := access rights of the descriptor. */
  public static void lar(Cpu cpu, Instruction insn) {
    requireProtected(cpu);
    answer(cpu, insn, DescriptorProbe.rights(cpu, (int) Operands.readRm(cpu, insn, 16)));
  }

  /** DEST := limit of the segment in bytes. */
  public static void lsl(Cpu cpu, Instruction insn) {
    requireProtected(cpu);
    answer(cpu, insn, DescriptorProbe.limit(cpu, (int) Operands.readRm(cpu, insn, 16)));
  }

  /** ZF := the segment can be read. */
  public static void verr(Cpu cpu, Instruction insn) {
    requireProtected(cpu);
    setZf(cpu, DescriptorProbe.readable(cpu, (int) Operands.readRm(cpu, insn, 16)));
  }

  /** ZF := the segment can be written. */
  public static void verw(Cpu cpu, Instruction insn) {
    requireProtected(cpu);
    setZf(cpu, DescriptorProbe.writable(cpu, (int) Operands.readRm(cpu, insn, 16)));
  }

  /** RPL of DEST := RPL of SRC if that is greater. */
  public static void arpl(Cpu cpu, Instruction insn) {
    requireProtected(cpu);
    long dest = Operands.readRm(cpu, insn, 16);
    long least = cpu.r[insn.reg] & RPL;
    boolean adjusts = (dest & RPL) < least;
    if (adjusts) {
      Operands.writeRm(cpu, insn, 16, (dest & ~RPL) | least);
    }
    setZf(cpu, adjusts);
  }
}
