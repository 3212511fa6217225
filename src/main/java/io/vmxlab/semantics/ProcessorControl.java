package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.ENDS_BLOCK;
import static io.vmxlab.isa.FormAttribute.FORCE64;
import static io.vmxlab.isa.FormAttribute.NO64;
import static io.vmxlab.isa.FormAttribute.ONLY64;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Gpr;
import io.vmxlab.arch.MiscEnable;
import io.vmxlab.arch.MonitorLeaf;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.cpu.Activity;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Operands;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.cpu.Width;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/** Halting, caches, translations and SMAP's override. SDM Vol. 2 by instruction. */
public final class ProcessorControl {
  /** What writing the caches back takes, in ticks of virtual time. */
  private static final long WRITE_BACK_TIME = 10_000;

  // spotless:off
  static final Page HLT = page("HLT", Sdm.HLT)
      .form("F4", "HLT", ENDS_BLOCK)
      .does(ProcessorControl.class, "hlt");

  static final Page INVD = page("INVD", Sdm.INVD)
      .form("0F 08", "INVD")
      .does(ProcessorControl.class, "privilegedNothing");

  static final Page WBINVD = page("WBINVD", Sdm.WBINVD)
      .form("0F 09", "WBINVD", ENDS_BLOCK)
      .does(ProcessorControl.class, "writeBack");

  static final Page WBNOINVD = page("WBNOINVD", Sdm.WBNOINVD)
      .needs(Feature.WBNOINVD)
      .form("F3 0F 09", "WBNOINVD", ENDS_BLOCK)
      .does(ProcessorControl.class, "writeBack");

  static final Page SERIALIZE = page("SERIALIZE", Sdm.SERIALIZE)
      .needs(Feature.SERIALIZE)
      .form("NP 0F 01 E8", "SERIALIZE")
      .does(Miscellaneous.class, "nop");

  static final Page INVLPG = page("INVLPG", Sdm.INVLPG)
      .form("0F 01 /7", "INVLPG m", ENDS_BLOCK)
      .does(ProcessorControl.class, "invlpg");

  static final Page INVPCID = page("INVPCID", Sdm.INVPCID)
      .needs(Feature.INVPCID)
      .form("66 0F 38 82 /r", "INVPCID r32, m128", NO64, ENDS_BLOCK)
      .form("66 0F 38 82 /r", "INVPCID r64, m128", ONLY64, FORCE64, ENDS_BLOCK)
      .does(ProcessorControl.class, "invpcid");

  static final Page CLAC = page("CLAC", Sdm.CLAC)
      .needs(Feature.SMAP)
      .form("NP 0F 01 CA", "CLAC")
      .does(ProcessorControl.class, "clac");

  static final Page STAC = page("STAC", Sdm.STAC)
      .needs(Feature.SMAP)
      .form("NP 0F 01 CB", "STAC")
      .does(ProcessorControl.class, "stac");

  static final Page MONITOR = page("MONITOR", Sdm.MONITOR)
      .needs(Feature.MONITOR)
      .form("0F 01 C8", "MONITOR")
      .does(ProcessorControl.class, "monitor");

  static final Page MWAIT = page("MWAIT", Sdm.MWAIT)
      .needs(Feature.MONITOR)
      .form("0F 01 C9", "MWAIT")
      .does(ProcessorControl.class, "mwait");
  // spotless:on

  private static final int PCID = 0xFFF;
  private static final int QUADWORD = 8;

  private ProcessorControl() {}

  /** The processor waits for an interrupt. */
  public static void hlt(Cpu cpu, Instruction insn) {
    cpu.requireCpl0();
    cpu.intercept(insn);
    cpu.activity = Activity.HLT;
  }

  /** There are no caches to invalidate. */
  public static void privilegedNothing(Cpu cpu, Instruction insn) {
    cpu.requireCpl0();
    cpu.intercept(insn);
  }

  /** There are no caches to write back, but the time that it takes passes. */
  public static void writeBack(Cpu cpu, Instruction insn) {
    cpu.requireCpl0();
    cpu.intercept(insn);
    cpu.time.pass(WRITE_BACK_TIME);
  }

  /** Invalidates the translations of one page. A non-canonical address has none. */
  public static void invlpg(Cpu cpu, Instruction insn) {
    cpu.requireCpl0();
    cpu.intercept(insn);
    long offset = Operands.offset(cpu, insn);
    boolean based = !cpu.in64BitMode() || insn.segment >= SegmentRegister.FS.ordinal();
    long address = based ? offset + cpu.segments[insn.segment].base : offset;
    cpu.mmu.invalidate(cpu.in64BitMode() ? address : address & 0xFFFF_FFFFL);
  }

  /** Invalidates translations by PCID. */
  public static void invpcid(Cpu cpu, Instruction insn) {
    cpu.requireEnabledForGuest(insn);
    cpu.requireCpl0();
    cpu.intercept(insn);
    long type = Operands.readRegister(cpu, insn, insn.reg, cpu.in64BitMode() ? 64 : 32);
    long pcid = Operands.readMemory(cpu, insn, 64);
    long behind = Width.zeroExtend(insn.addressSize, Operands.offset(cpu, insn) + QUADWORD);
    long at = cpu.linear(insn.segment, behind, QUADWORD, false);
    long address = cpu.mmu.read(64, at, insn.segment);
    boolean single = type == 0 || type == 1;
    boolean wrong =
        Long.compareUnsigned(type, 3) > 0
            || (pcid & ~(long) PCID) != 0
            || (single && pcid != 0 && (cpu.cr4 & Cr4.PCIDE) == 0)
            || (type == 0 && !cpu.isCanonicalBase(address));
    if (wrong) {
      throw cpu.gp0(Requirement.INVPCID_DESCRIPTOR);
    }
    cpu.mmu.invalidateByPcid((int) type, (int) pcid, address);
  }

  private static void requireMonitor(Cpu cpu) {
    boolean enabled = (cpu.get(Msr.IA32_MISC_ENABLE) & MiscEnable.MONITOR) != 0;
    cpu.requireOrUd(enabled, Requirement.MONITOR_ENABLED);
    cpu.requireOrUd(cpu.cpl == 0, Requirement.MONITOR_CPL_IS_0);
  }

  /** ECX, in 64-bit mode RCX: extensions and hints. */
  private static long extensions(Cpu cpu) {
    return Width.zeroExtend(cpu.in64BitMode() ? 64 : 32, cpu.r[Gpr.RCX]);
  }

  /**
   * Faults as a load of a byte from DS:rAX does. MWAIT waits for nothing, so nothing is watched.
   */
  public static void monitor(Cpu cpu, Instruction insn) {
    requireMonitor(cpu);
    cpu.intercept(insn);
    if (extensions(cpu) != 0) {
      throw cpu.gp0(Requirement.MONITOR_EXTENSIONS);
    }
    long offset = Width.zeroExtend(insn.addressSize, cpu.r[Gpr.RAX]);
    cpu.mmu.read(8, cpu.linear(insn.segment, offset, 1, false), insn.segment);
  }

  /** Waits for nothing: a processor may end the wait at once for reasons of its own. */
  public static void mwait(Cpu cpu, Instruction insn) {
    requireMonitor(cpu);
    cpu.intercept(insn);
    boolean breaksOnInterrupts =
        (cpu.model.cpuid(MonitorLeaf.NUMBER, 0)[2] & MonitorLeaf.INTERRUPTS_AS_BREAK_EVENTS) != 0;
    if ((extensions(cpu) & ~(breaksOnInterrupts ? 1L : 0)) != 0) {
      throw cpu.gp0(Requirement.MWAIT_EXTENSIONS);
    }
  }

  /** AC := 0. */
  public static void clac(Cpu cpu, Instruction insn) {
    cpu.requireOrUd(cpu.cpl == 0, Requirement.SMAP_INSTRUCTION_CPL_IS_0);
    cpu.flagsRest &= ~Rflags.AC;
  }

  /** AC := 1. */
  public static void stac(Cpu cpu, Instruction insn) {
    cpu.requireOrUd(cpu.cpl == 0, Requirement.SMAP_INSTRUCTION_CPL_IS_0);
    cpu.flagsRest |= Rflags.AC;
  }
}
