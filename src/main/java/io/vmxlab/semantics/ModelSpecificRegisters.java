package io.vmxlab.semantics;

import static io.vmxlab.arch.Gpr.RAX;
import static io.vmxlab.arch.Gpr.RCX;
import static io.vmxlab.arch.Gpr.RDX;
import static io.vmxlab.isa.FormAttribute.ENDS_BLOCK;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/** RDMSR, WRMSR and what reads or writes a register that ECX names. SDM Vol. 2 by instruction. */
public final class ModelSpecificRegisters {
  // spotless:off
  static final Page RDMSR = page("RDMSR", Sdm.RDMSR)
      .needs(Feature.MSR)
      .form("0F 32", "RDMSR")
      .does(ModelSpecificRegisters.class, "rdmsr");

  static final Page WRMSR = page("WRMSR", Sdm.WRMSR)
      .needs(Feature.MSR)
      .form("0F 30", "WRMSR", ENDS_BLOCK)
      .does(ModelSpecificRegisters.class, "wrmsr");

  static final Page RDTSC = page("RDTSC", Sdm.RDTSC)
      .needs(Feature.TSC)
      .form("0F 31", "RDTSC")
      .does(ModelSpecificRegisters.class, "rdtsc");

  static final Page RDTSCP = page("RDTSCP", Sdm.RDTSCP)
      .needs(Feature.RDTSCP)
      .form("0F 01 F9", "RDTSCP")
      .does(ModelSpecificRegisters.class, "rdtscp");

  static final Page RDPMC = page("RDPMC", Sdm.RDPMC)
      .form("0F 33", "RDPMC")
      .does(ModelSpecificRegisters.class, "rdpmc");

  static final Page XGETBV = page("XGETBV", Sdm.XGETBV)
      .needs(Feature.XSAVE)
      .form("NP 0F 01 D0", "XGETBV")
      .does(ModelSpecificRegisters.class, "xgetbv");

  static final Page XSETBV = page("XSETBV", Sdm.XSETBV)
      .needs(Feature.XSAVE)
      .form("NP 0F 01 D1", "XSETBV", ENDS_BLOCK)
      .does(ModelSpecificRegisters.class, "xsetbv");
  // spotless:on

  private static final long LOW_HALF = 0xFFFF_FFFFL;

  private ModelSpecificRegisters() {}

  private static void setEdxEax(Cpu cpu, long value) {
    cpu.r[RAX] = value & LOW_HALF;
    cpu.r[RDX] = value >>> 32;
  }

  private static long edxEax(Cpu cpu) {
    return (cpu.r[RAX] & LOW_HALF) | cpu.r[RDX] << 32;
  }

  /** EDX:EAX := MSR[ECX]. */
  public static void rdmsr(Cpu cpu, Instruction insn) {
    cpu.interceptPrivileged(insn);
    setEdxEax(cpu, cpu.msrs.read((int) cpu.r[RCX]));
  }

  /** MSR[ECX] := EDX:EAX. */
  public static void wrmsr(Cpu cpu, Instruction insn) {
    cpu.interceptPrivileged(insn);
    cpu.msrs.write((int) cpu.r[RCX], edxEax(cpu));
  }

  private static void requireTimeStamp(Cpu cpu) {
    if (cpu.cpl != 0 && (cpu.cr4 & Cr4.TSD) != 0) {
      throw cpu.gp0(Requirement.TSD_CPL_IS_0);
    }
  }

  /** EDX:EAX := time-stamp counter. */
  public static void rdtsc(Cpu cpu, Instruction insn) {
    requireTimeStamp(cpu);
    cpu.intercept(insn);
    setEdxEax(cpu, cpu.timeStamp());
  }

  /** EDX:EAX := time-stamp counter; ECX := IA32_TSC_AUX[31:0]. */
  public static void rdtscp(Cpu cpu, Instruction insn) {
    cpu.requireEnabledForGuest(insn);
    requireTimeStamp(cpu);
    cpu.intercept(insn);
    setEdxEax(cpu, cpu.timeStamp());
    cpu.r[RCX] = cpu.get(Msr.IA32_TSC_AUX) & LOW_HALF;
  }

  /** There are no counters: the processor reports version 0 of performance monitoring. */
  public static void rdpmc(Cpu cpu, Instruction insn) {
    if (cpu.cpl != 0 && (cpu.cr4 & Cr4.PCE) == 0) {
      throw cpu.gp0(Requirement.PCE_OR_CPL_IS_0);
    }
    cpu.intercept(insn);
    throw cpu.gp0(Requirement.COUNTER_EXISTS);
  }

  private static void requireXsave(Cpu cpu) {
    cpu.requireOrUd((cpu.cr4 & Cr4.OSXSAVE) != 0, Requirement.OSXSAVE_ENABLED);
  }

  private static void requireXcr(Cpu cpu, int last) {
    if ((cpu.r[RCX] & LOW_HALF) > last) {
      throw cpu.gp0(Requirement.EXTENDED_CONTROL_REGISTER_EXISTS);
    }
  }

  /** EDX:EAX := XCR[ECX]; with ECX = 1 what of XCR0 is in use. */
  public static void xgetbv(Cpu cpu, Instruction insn) {
    requireXsave(cpu);
    requireXcr(cpu, cpu.model.has(Feature.XGETBV1) ? 1 : 0);
    setEdxEax(cpu, (cpu.r[RCX] & 1) != 0 ? Xsave.inUse(cpu) : cpu.xcr0);
  }

  /** XCR[ECX] := EDX:EAX. */
  public static void xsetbv(Cpu cpu, Instruction insn) {
    requireXsave(cpu);
    cpu.requireCpl0();
    cpu.intercept(insn);
    requireXcr(cpu, 0);
    cpu.controls.writeXcr0(edxEax(cpu));
  }
}
