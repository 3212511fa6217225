package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.ENDS_BLOCK;
import static io.vmxlab.isa.FormAttribute.FORCE64;
import static io.vmxlab.isa.FormAttribute.NO64;
import static io.vmxlab.isa.FormAttribute.ONLY64;
import static io.vmxlab.isa.FormAttribute.SPELLING;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Operands;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.cpu.TableRegister;
import io.vmxlab.cpu.Width;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/** GDTR, IDTR, LDTR and TR. SDM Vol. 2 by instruction. */
public final class DescriptorTables {
  // spotless:off
  static final Page LGDT = page("LGDT/LIDT", Sdm.LGDT)
      .form("0F 01 /2", "LGDT m16&32", NO64, ENDS_BLOCK)
      .form("0F 01 /2", "LGDT m16&64", ONLY64, FORCE64, ENDS_BLOCK)
      .does(DescriptorTables.class, "lgdt")
      .form("0F 01 /3", "LIDT m16&32", NO64, ENDS_BLOCK)
      .form("0F 01 /3", "LIDT m16&64", ONLY64, FORCE64, ENDS_BLOCK)
      .does(DescriptorTables.class, "lidt");

  static final Page SGDT = page("SGDT", Sdm.SGDT)
      .form("0F 01 /0", "SGDT m", FORCE64)
      .does(DescriptorTables.class, "sgdt");

  static final Page SIDT = page("SIDT", Sdm.SIDT)
      .form("0F 01 /1", "SIDT m", FORCE64)
      .does(DescriptorTables.class, "sidt");

  static final Page LLDT = page("LLDT", Sdm.LLDT)
      .form("0F 00 /2", "LLDT r/m16", ENDS_BLOCK)
      .form("0F 00 /2", "LLDT r32/m16", ENDS_BLOCK, SPELLING)
      .does(DescriptorTables.class, "lldt");

  static final Page LTR = page("LTR", Sdm.LTR)
      .form("0F 00 /3", "LTR r/m16", ENDS_BLOCK)
      .form("0F 00 /3", "LTR r32/m16", ENDS_BLOCK, SPELLING)
      .does(DescriptorTables.class, "ltr");

  static final Page SLDT = page("SLDT", Sdm.SLDT)
      .form("0F 00 /0",         "SLDT r/m16")
      .form("0F 00 /0",         "SLDT r32/m16")
      .form("0F 00 /0",         "SLDT r64/m16", ONLY64, SPELLING)
      .form("REX.W + 0F 00 /0", "SLDT r64/m16")
      .does(DescriptorTables.class, "sldt");

  static final Page STR = page("STR", Sdm.STR)
      .form("0F 00 /1",         "STR r/m16")
      .form("0F 00 /1",         "STR r32/m16")
      .form("REX.W + 0F 00 /1", "STR r64/m16")
      .does(DescriptorTables.class, "str");
  // spotless:on

  private static final long BASE_24 = 0xFF_FFFFL;
  private static final int LIMIT_BYTES = 2;

  private DescriptorTables() {}

  /** GDTR := SRC. */
  public static void lgdt(Cpu cpu, Instruction insn) {
    load(cpu, insn, cpu.gdtr);
  }

  /** IDTR := SRC. */
  public static void lidt(Cpu cpu, Instruction insn) {
    load(cpu, insn, cpu.idtr);
  }

  private static void load(Cpu cpu, Instruction insn, TableRegister table) {
    cpu.requireCpl0();
    cpu.intercept(insn);
    long limit = Operands.readMemory(cpu, insn, 16);
    long base = readAt(cpu, insn, LIMIT_BYTES, cpu.in64BitMode() ? 64 : 32);
    if (cpu.in64BitMode()) {
      if (!cpu.isCanonical(base)) {
        throw cpu.gp0(Requirement.TABLE_BASE_IS_CANONICAL);
      }
    } else if (insn.operandSize == 16) {
      base &= BASE_24;
    }
    table.set(base, (int) limit);
  }

  private static long readAt(Cpu cpu, Instruction insn, int bytes, int width) {
    long offset = Width.zeroExtend(insn.addressSize, Operands.offset(cpu, insn) + bytes);
    long address = cpu.linear(insn.segment, offset, width / 8, false);
    return cpu.mmu.read(width, address, insn.segment);
  }

  /** DEST := GDTR. */
  public static void sgdt(Cpu cpu, Instruction insn) {
    store(cpu, insn, cpu.gdtr);
  }

  /** DEST := IDTR. */
  public static void sidt(Cpu cpu, Instruction insn) {
    store(cpu, insn, cpu.idtr);
  }

  private static void store(Cpu cpu, Instruction insn, TableRegister table) {
    UserModePrevention.check(cpu);
    cpu.intercept(insn);
    int width = cpu.in64BitMode() ? 64 : 32;
    long offset = Operands.offset(cpu, insn);
    long behind = Width.zeroExtend(insn.addressSize, offset + LIMIT_BYTES);
    long first = cpu.linear(insn.segment, offset, LIMIT_BYTES, true);
    long second = cpu.linear(insn.segment, behind, width / 8, true);
    cpu.mmu.checkWrite(16, first, insn.segment);
    cpu.mmu.checkWrite(width, second, insn.segment);
    cpu.mmu.write(16, first, insn.segment, table.limit);
    cpu.mmu.write(width, second, insn.segment, table.base);
  }

  private static void requireProtected(Cpu cpu) {
    cpu.requireOrUd(!cpu.realOrVirtual8086(), Requirement.ONLY_IN_PROTECTED_MODE);
  }

  /** LDTR := SRC. */
  public static void lldt(Cpu cpu, Instruction insn) {
    requireProtected(cpu);
    cpu.requireCpl0();
    cpu.intercept(insn);
    cpu.segmentation.loadLdtr((int) Operands.readRm(cpu, insn, 16));
  }

  /** TR := SRC, and the TSS is busy. */
  public static void ltr(Cpu cpu, Instruction insn) {
    requireProtected(cpu);
    cpu.requireCpl0();
    cpu.intercept(insn);
    cpu.segmentation.loadTr((int) Operands.readRm(cpu, insn, 16));
  }

  /** DEST := LDTR. */
  public static void sldt(Cpu cpu, Instruction insn) {
    storeSelector(cpu, insn, SegmentRegister.LDTR);
  }

  /** DEST := TR. */
  public static void str(Cpu cpu, Instruction insn) {
    storeSelector(cpu, insn, SegmentRegister.TR);
  }

  private static void storeSelector(Cpu cpu, Instruction insn, SegmentRegister which) {
    requireProtected(cpu);
    UserModePrevention.check(cpu);
    cpu.intercept(insn);
    SegmentTransfer.storeSelector(cpu, insn, cpu.segment(which).selector);
  }
}
