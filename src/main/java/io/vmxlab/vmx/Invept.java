package io.vmxlab.vmx;

import static io.vmxlab.arch.Msr.IA32_VMX_EPT_VPID_CAP;
import static io.vmxlab.arch.Msr.IA32_VMX_PROCBASED_CTLS2;
import static io.vmxlab.arch.VmInstructionError.INVALID_OPERAND_TO_INVEPT_INVVPID;
import static io.vmxlab.arch.VmxItem.DESCRIPTOR_EPTP;
import static io.vmxlab.arch.VmxItem.INVALIDATION_TYPE;
import static io.vmxlab.arch.VmxItem.OPERAND_READABLE;
import static io.vmxlab.isa.FormAttribute.FORCE64;
import static io.vmxlab.isa.FormAttribute.NO64;
import static io.vmxlab.isa.FormAttribute.ONLY64;
import static io.vmxlab.isa.Page.page;
import static io.vmxlab.rule.RuleSet.ruleSet;

import io.vmxlab.arch.EptEntry;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmxCapability;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Raise;
import io.vmxlab.cpu.VmFail;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;
import io.vmxlab.rule.Remedy;
import io.vmxlab.rule.RuleSet;
import io.vmxlab.vmx.entry.EptpRules;

/** INVEPT. SDM Vol. 3C "INVEPT-Invalidate Translations Derived from EPT". */
public final class Invept {
  private static final int SINGLE_CONTEXT = 1;
  private static final int ALL_CONTEXT = 2;

  // spotless:off
  static final Page PAGE = page("INVEPT", Sdm.INVEPT)
      .needs(Feature.VMX)
      .form("66 0F 38 80 /r", "INVEPT r32, m128", NO64)
      .form("66 0F 38 80 /r", "INVEPT r64, m128", ONLY64, FORCE64)
      .flags("CF ZF: by outcome; PF AF SF OF: 0")
      .does(Invept.class, "invept");

  static final RuleSet<StateView, Raise> SUPPORTED =
      ruleSet("invept-ud", Sdm.INVEPT, Raise.UD)
          .rule("invept-ept-supported")
              .mend(Remedy.of(Remedy.Kind.ASK, "ask IA32_VMX_PROCBASED_CTLS2 (MSR 48BH) bit 33 first: without EPT there is nothing to invalidate"))
              .requireSet("the processor supports EPT: bit 33 of IA32_VMX_PROCBASED_CTLS2 is 1",
                  IA32_VMX_PROCBASED_CTLS2, VmxCapability.MAY_ENABLE_EPT)
          .rule("invept-supported")
              .mend(Remedy.of(Remedy.Kind.ASK, "ask IA32_VMX_EPT_VPID_CAP (MSR 48CH) bit 20 first"))
              .requireSet("the processor supports it: IA32_VMX_EPT_VPID_CAP says so",
                  IA32_VMX_EPT_VPID_CAP, VmxCapability.INVEPT)
          .build();

  static final RuleSet<StateView, VmFail> TYPE =
      ruleSet("invept-type", Sdm.INVEPT, VmFail.valid(INVALID_OPERAND_TO_INVEPT_INVVPID))
          .rule("invept-type-supported")
              .reads(INVALIDATION_TYPE, IA32_VMX_EPT_VPID_CAP)
              .mend("give a type that IA32_VMX_EPT_VPID_CAP (MSR 48CH) shows: 1 (single-context) if bit 25 is 1, 2 (all-context) if bit 26 is 1")
              .require("the processor supports the INVEPT type in the register operand: 1 (single-context) or 2 (all-context)",
                  Invept::supported)
          .build();

  /** For the single-context type a VM entry with this EPTP would have to succeed. */
  static final RuleSet<StateView, VmFail> DESCRIPTOR =
      new EptpRules("invept", DESCRIPTOR_EPTP)
          .reads(INVALIDATION_TYPE, OPERAND_READABLE)
          .when("the type is single-context, and " + VmxChecks.READABLE,
              v -> v.get(INVALIDATION_TYPE) == SINGLE_CONTEXT && VmxChecks.readable(v))
          .addTo(ruleSet("invept-descriptor", Sdm.INVEPT, VmFail.valid(INVALID_OPERAND_TO_INVEPT_INVVPID)))
          .build();
  // spotless:on

  private Invept() {}

  private static boolean supported(StateView v) {
    long type = v.get(INVALIDATION_TYPE);
    long needed =
        type == SINGLE_CONTEXT
            ? VmxCapability.INVEPT_SINGLE
            : type == ALL_CONTEXT ? VmxCapability.INVEPT_ALL : 0;
    return (v.get(IA32_VMX_EPT_VPID_CAP) & needed) != 0;
  }

  /**
   * Bits 127:64 of the descriptor are not looked at, though they are reserved: see {@code
   * docs/decisions/vmx-enabling.md}.
   */
  public static void invept(Cpu cpu, Instruction insn) {
    VmxSteps vmx = VmxSteps.of(cpu);
    vmx.beginInvalidation(insn, SUPPORTED);
    if (vmx.fails(TYPE)) {
      return;
    }
    vmx.readDescriptor(insn);
    if (vmx.fails(DESCRIPTOR)) {
      return;
    }
    if (vmx.get(INVALIDATION_TYPE) == SINGLE_CONTEXT) {
      cpu.mmu.invalidateByStructures(vmx.get(DESCRIPTOR_EPTP) & EptEntry.ADDRESS);
    } else {
      cpu.mmu.invalidateDerived();
    }
    vmx.succeed();
  }
}
