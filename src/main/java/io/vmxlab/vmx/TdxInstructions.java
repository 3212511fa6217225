package io.vmxlab.vmx;

import static io.vmxlab.isa.FormAttribute.ENDS_BLOCK;
import static io.vmxlab.isa.FormAttribute.ONLY64;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.CpuModel;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.cpu.Unmodelled;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/**
 * Instructions of Intel TDX, which have 66H before ENCLS's opcode and those beside it. No CPUID bit
 * announces them but bit 15 of IA32_MTRRCAP, which no dump of a processor has; what the model tells
 * is that TDX needs memory encryption with several keys.
 */
public final class TdxInstructions {
  // spotless:off
  static final Page PAGE = page("SEAMCALL/SEAMOPS/SEAMRET/TDCALL", Sdm.OPCODE_MAP)
      .needs(Feature.VMX)
      .form("66 0F 01 CC", "TDCALL", ENDS_BLOCK)
      .does(TdxInstructions.class, "tdcall")
      .form("66 0F 01 CD", "SEAMRET", ONLY64, ENDS_BLOCK)
      .form("66 0F 01 CE", "SEAMOPS", ONLY64, ENDS_BLOCK)
      .does(TdxInstructions.class, "ofTheModule")
      .form("66 0F 01 CF", "SEAMCALL", ONLY64, ENDS_BLOCK)
      .does(TdxInstructions.class, "seamcall");
  // spotless:on

  private TdxInstructions() {}

  /** From a guest to the TDX module, or to the virtual-machine monitor: a VM exit. */
  public static void tdcall(Cpu cpu, Instruction insn) {
    execute(cpu, insn, cpu.vmxOperation == Cpu.VMX_NON_ROOT);
  }

  /** For the TDX module alone, which no run has. */
  public static void ofTheModule(Cpu cpu, Instruction insn) {
    execute(cpu, insn, false);
  }

  /** From a virtual-machine monitor to the TDX module. */
  public static void seamcall(Cpu cpu, Instruction insn) {
    execute(cpu, insn, cpu.vmxOperation != Cpu.OUTSIDE_VMX && !cpu.smm);
  }

  private static void execute(Cpu cpu, Instruction insn, boolean operation) {
    boolean enabled = operation && cpu.in64BitMode() && mayHaveTdx(cpu.model.real());
    cpu.requireOrUd(enabled, Requirement.TDX_OPERATION);
    throw Unmodelled.doubtful(insn.form.mnemonic());
  }

  private static boolean mayHaveTdx(CpuModel real) {
    return real.has(Feature.TME) && real.has(Feature.PCONFIG);
  }
}
