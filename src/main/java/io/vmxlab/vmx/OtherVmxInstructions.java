package io.vmxlab.vmx;

import static io.vmxlab.arch.Msr.IA32_SMM_MONITOR_CTL;
import static io.vmxlab.arch.State.CR4;
import static io.vmxlab.arch.State.SMM;
import static io.vmxlab.arch.State.VMX_OPERATION;
import static io.vmxlab.isa.FormAttribute.ENDS_BLOCK;
import static io.vmxlab.isa.Page.page;
import static io.vmxlab.rule.RuleSet.ruleSet;

import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Gpr;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmInstructionError;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Raise;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.cpu.Unmodelled;
import io.vmxlab.cpu.VmFail;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;
import io.vmxlab.rule.Remedy;
import io.vmxlab.rule.RuleSet;

/**
 * VMCALL and GETSEC outside VMX non-root operation, VMFUNC and SEAMCALL. SDM Vol. 3C "VMX
 * Instructions". What the first two do when every check passes is not modelled yet.
 */
public final class OtherVmxInstructions {
  /** In IA32_SMM_MONITOR_CTL. */
  private static final long VALID = 1;

  // spotless:off
  static final Page VMCALL = page("VMCALL", Sdm.VMCALL)
      .needs(Feature.VMX)
      .form("NP 0F 01 C1", "VMCALL", ENDS_BLOCK)
      .flags("CF ZF: by outcome; PF AF SF OF: 0")
      .does(OtherVmxInstructions.class, "vmcall");

  static final RuleSet<StateView, VmFail> VMCALL_ROOT =
      ruleSet("vmcall-root", Sdm.VMCALL, VmFail.valid(VmInstructionError.VMCALL_IN_VMX_ROOT_OPERATION))
          .rule("vmcall-outside-smm")
              .reads(SMM)
              .mend(Remedy.omit("leave VMCALL out: in SMM it has no use"))
              .require("the logical processor is not in SMM", v -> v.get(SMM) == 0)
          .rule("vmcall-smm-monitor-valid")
              .mend(Remedy.omit("leave VMCALL out: a guest calls its VMM with it; in VMX root operation it activates an SMM-transfer monitor"))
              .requireSet("IA32_SMM_MONITOR_CTL[0] (valid) is 1, which needs support of the dual-monitor treatment",
                  IA32_SMM_MONITOR_CTL, VALID)
          .build();

  static final Page VMFUNC = page("VMFUNC", Sdm.VMFUNC)
      .needs(Feature.VMX)
      .form("NP 0F 01 D4", "VMFUNC", ENDS_BLOCK)
      .does(OtherVmxInstructions.class, "vmfunc");

  static final RuleSet<StateView, Raise> VMFUNC_UD =
      ruleSet("vmfunc-ud", Sdm.VMFUNC, Raise.UD)
          .rule("vmfunc-in-vmx-non-root-operation")
              .reads(VMX_OPERATION)
              .mend(Remedy.omit("leave VMFUNC out: it is for guests"))
              .require("the logical processor is in VMX non-root operation",
                  v -> v.get(VMX_OPERATION) == Cpu.VMX_NON_ROOT)
          .build();

  static final Page SEAMCALL = page("SEAMCALL", Sdm.OPCODE_MAP)
      .needs(Feature.VMX)
      .form("66 0F 01 CF", "SEAMCALL", ENDS_BLOCK)
      .does(OtherVmxInstructions.class, "seamcall");

  static final Page GETSEC = page("GETSEC", Sdm.GETSEC)
      .needs(Feature.SMX)
      .form("NP 0F 37", "GETSEC", ENDS_BLOCK)
      .does(OtherVmxInstructions.class, "getsec");

  static final RuleSet<StateView, Raise> GETSEC_UD =
      ruleSet("getsec-ud", Sdm.GETSEC, Raise.UD)
          .rule("getsec-cr4-smxe")
              .mend("set CR4.SMXE (bit 14) before GETSEC")
              .requireSet("CR4.SMXE is 1", CR4, Cr4.SMXE)
          .build();
  // spotless:on

  private static final int GETSEC_CAPABILITIES = 0;

  private OtherVmxInstructions() {}

  public static void vmcall(Cpu cpu, Instruction insn) {
    cpu.intercept(insn); // in whatever mode the guest is
    VmxSteps vmx = VmxSteps.of(cpu);
    vmx.begin(insn, VmxChecks.UD);
    if (vmx.fails(VMCALL_ROOT)) {
      return;
    }
    throw new Unmodelled("activation of the dual-monitor treatment by VMCALL");
  }

  /** No CPL check; outside VMX non-root operation it does not exist. */
  public static void vmfunc(Cpu cpu, Instruction insn) {
    VmxSteps vmx = VmxSteps.of(cpu);
    cpu.require(VMFUNC_UD, vmx.during(insn));
    cpu.requireEnabledForGuest(insn);
    vmx.state().entry().functions().execute(insn);
  }

  /**
   * Only servers since Sapphire Rapids have SEAM, as only they have AMX; CPUID says nothing of it.
   */
  public static void seamcall(Cpu cpu, Instruction insn) {
    cpu.requireOrUd(cpu.model.real().has(Feature.AMX_TILE), Requirement.INSTRUCTION_PRESENT);
    cpu.requireOrUd(cpu.in64BitMode(), Requirement.ONLY_IN_64BIT_MODE);
    cpu.requireOrUd(cpu.vmxOperation != Cpu.OUTSIDE_VMX, Requirement.IN_VMX_OPERATION);
    throw Unmodelled.doubtful("SEAMCALL");
  }

  /**
   * Leaf EAX. There is none but CAPABILITIES, which says so, as on a board whose chipset has not
   * got Intel TXT.
   */
  public static void getsec(Cpu cpu, Instruction insn) {
    cpu.require(GETSEC_UD, VmxSteps.of(cpu).during(insn));
    cpu.intercept(insn);
    cpu.requireOrUd((int) cpu.r[Gpr.RAX] == GETSEC_CAPABILITIES, Requirement.GETSEC_LEAF_EXISTS);
    cpu.r[Gpr.RAX] = 0;
  }
}
