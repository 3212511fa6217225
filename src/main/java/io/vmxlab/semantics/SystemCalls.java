package io.vmxlab.semantics;

import static io.vmxlab.arch.Gpr.R11;
import static io.vmxlab.arch.Gpr.RCX;
import static io.vmxlab.arch.Gpr.RDX;
import static io.vmxlab.arch.Gpr.RSP;
import static io.vmxlab.isa.FormAttribute.ENDS_BLOCK;
import static io.vmxlab.isa.FormAttribute.ONLY64;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Efer;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.SegmentRights;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/** Fast system calls. SDM Vol. 2B by instruction. */
public final class SystemCalls {
  // spotless:off
  static final Page SYSCALL = page("SYSCALL", Sdm.SYSCALL)
      .needs(Feature.SYSCALL)
      .form("0F 05", "SYSCALL", ONLY64, ENDS_BLOCK)
      .does(SystemCalls.class, "syscall");

  static final Page SYSRET = page("SYSRET", Sdm.SYSRET)
      .needs(Feature.SYSCALL)
      .form("0F 07",         "SYSRET",  ONLY64, ENDS_BLOCK)
      .form("REX.W + 0F 07", "SYSRETQ", ONLY64, ENDS_BLOCK)
      .does(SystemCalls.class, "sysret");

  static final Page SYSENTER = page("SYSENTER", Sdm.SYSENTER)
      .needs(Feature.SEP)
      .form("0F 34", "SYSENTER", ENDS_BLOCK)
      .does(SystemCalls.class, "sysenter");

  static final Page SYSEXIT = page("SYSEXIT", Sdm.SYSEXIT)
      .needs(Feature.SEP)
      .form("0F 35",         "SYSEXIT",  ENDS_BLOCK)
      .form("REX.W + 0F 35", "SYSEXITQ", ENDS_BLOCK)
      .does(SystemCalls.class, "sysexit");
  // spotless:on

  private static final long LOW_HALF = 0xFFFF_FFFFL;

  private static final int FLAT_LIMIT = -1;
  private static final int DPL3 = 3 << 5;

  /** Present, code, readable, accessed, limit in pages. */
  private static final int CODE = 0x9B | SegmentRights.G;

  /** Present, data, writable, accessed, 32-bit, limit in pages. */
  private static final int DATA = 0x93 | SegmentRights.DB | SegmentRights.G;

  /** Flags that SYSRET takes from R11: all that exist but RF and VM. */
  private static final long SYSRET_FLAGS = Rflags.ALL & ~(Rflags.RF | Rflags.VM);

  /** Bits of IA32_SYSENTER_CS that must not all be 0. */
  private static final int NOT_NULL = 0xFFFC;

  private SystemCalls() {}

  private static void enable(Cpu cpu) {
    cpu.requireOrUd(cpu.in64BitMode(), Requirement.ONLY_IN_64BIT_MODE);
    cpu.requireOrUd((cpu.efer & Efer.SCE) != 0, Requirement.SYSCALL_ENABLED);
  }

  /** CS and SS are loaded with fixed descriptors; the selectors are not looked up. */
  private static void segments(Cpu cpu, int code, int stack, int level, boolean wide) {
    int dpl = level == 3 ? DPL3 : 0;
    int size = wide ? SegmentRights.L : SegmentRights.DB;
    cpu.segment(SegmentRegister.CS).set(code | level, 0, FLAT_LIMIT, CODE | size | dpl);
    cpu.segment(SegmentRegister.SS).set(stack | level, 0, FLAT_LIMIT, DATA | dpl);
    cpu.setCpl(level);
  }

  /**
   * RCX := RIP; R11 := RFLAGS; RIP := IA32_LSTAR; RFLAGS := RFLAGS AND NOT IA32_FMASK. RF is 0 in
   * R11 and afterwards.
   */
  public static void syscall(Cpu cpu, Instruction insn) {
    enable(cpu);
    cpu.r[RCX] = cpu.following(insn);
    long flags = cpu.rflags() & ~Rflags.RF;
    cpu.r[R11] = flags;
    int selector = (int) (cpu.get(Msr.IA32_STAR) >>> 32) & 0xFFFF;
    // the manual clears RPL of CS only
    segments(cpu, selector & 0xFFFC, selector + 8 & 0xFFFF, 0, true);
    cpu.setRflags(flags & ~cpu.get(Msr.IA32_FMASK));
    cpu.stepping.trapFlagLoaded();
    cpu.nextRip = cpu.get(Msr.IA32_LSTAR);
  }

  /** RIP := RCX; RFLAGS := R11. */
  public static void sysret(Cpu cpu, Instruction insn) {
    enable(cpu);
    cpu.requireCpl0();
    boolean wide = insn.operandSize == 64;
    long target = wide ? cpu.r[RCX] : cpu.r[RCX] & LOW_HALF;
    if (!cpu.isCanonical(target)) {
      throw cpu.gp0(Requirement.BRANCH_TARGET_IS_CANONICAL);
    }
    int selector = (int) (cpu.get(Msr.IA32_STAR) >>> 48);
    segments(cpu, selector + (wide ? 16 : 0) & 0xFFFF, selector + 8 & 0xFFFF, 3, wide);
    cpu.setRflags(cpu.r[R11] & SYSRET_FLAGS);
    cpu.stepping.trapFlagLoaded();
    cpu.nextRip = target;
  }

  private static int sysenterSelector(Cpu cpu) {
    int selector = (int) cpu.get(Msr.IA32_SYSENTER_CS) & NOT_NULL;
    if (!cpu.protectedMode()) {
      throw cpu.gp0(Requirement.ONLY_IN_PROTECTED_MODE);
    }
    if (selector == 0) {
      throw cpu.gp0(Requirement.SELECTOR_IS_NOT_NULL);
    }
    return selector;
  }

  /** RIP := IA32_SYSENTER_EIP; RSP := IA32_SYSENTER_ESP; IF := 0. */
  public static void sysenter(Cpu cpu, Instruction insn) {
    int selector = sysenterSelector(cpu);
    boolean wide = cpu.inIa32eMode();
    long mask = wide ? -1L : LOW_HALF;
    segments(cpu, selector, selector + 8, 0, wide);
    cpu.setRflags(cpu.rflags() & ~(Rflags.IF | Rflags.VM | Rflags.RF));
    cpu.r[RSP] = cpu.get(Msr.IA32_SYSENTER_ESP) & mask;
    cpu.nextRip = cpu.get(Msr.IA32_SYSENTER_EIP) & mask;
  }

  /** RIP := RDX; RSP := RCX; CPL := 3. */
  public static void sysexit(Cpu cpu, Instruction insn) {
    int selector = sysenterSelector(cpu);
    cpu.requireCpl0();
    boolean wide = insn.operandSize == 64;
    if (wide && (!cpu.isCanonical(cpu.r[RCX]) || !cpu.isCanonical(cpu.r[RDX]))) {
      throw cpu.gp0(Requirement.BRANCH_TARGET_IS_CANONICAL);
    }
    long mask = wide ? -1L : LOW_HALF;
    int code = selector + (wide ? 32 : 16);
    segments(cpu, code & 0xFFFF, code + 8 & 0xFFFF, 3, wide);
    cpu.r[RSP] = cpu.r[RCX] & mask;
    cpu.nextRip = cpu.r[RDX] & mask;
  }
}
