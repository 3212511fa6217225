package io.vmxlab.vmx;

import static io.vmxlab.arch.Msr.IA32_VMX_EPT_VPID_CAP;
import static io.vmxlab.arch.Msr.IA32_VMX_PROCBASED_CTLS2;
import static io.vmxlab.arch.State.LINEAR_WIDTH;
import static io.vmxlab.arch.VmInstructionError.INVALID_OPERAND_TO_INVEPT_INVVPID;
import static io.vmxlab.arch.VmxItem.DESCRIPTOR_ADDRESS;
import static io.vmxlab.arch.VmxItem.DESCRIPTOR_VPID;
import static io.vmxlab.arch.VmxItem.INVALIDATION_TYPE;
import static io.vmxlab.arch.VmxItem.OPERAND_READABLE;
import static io.vmxlab.isa.FormAttribute.FORCE64;
import static io.vmxlab.isa.FormAttribute.NO64;
import static io.vmxlab.isa.FormAttribute.ONLY64;
import static io.vmxlab.isa.Page.page;
import static io.vmxlab.rule.RuleSet.ruleSet;

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

/** INVVPID. SDM Vol. 3C "INVVPID-Invalidate Translations Based on VPID". */
public final class Invvpid {
  private static final int INDIVIDUAL_ADDRESS = 0;
  private static final int ALL_CONTEXT = 2;
  private static final long VPID = 0xFFFF;

  /** What makes each type exist, by type. */
  private static final long[] CAPABILITY = {
    VmxCapability.INVVPID_ADDRESS,
    VmxCapability.INVVPID_SINGLE,
    VmxCapability.INVVPID_ALL,
    VmxCapability.INVVPID_GLOBALS,
  };

  // spotless:off
  static final Page PAGE = page("INVVPID", Sdm.INVVPID)
      .needs(Feature.VMX)
      .form("66 0F 38 81 /r", "INVVPID r32, m128", NO64)
      .form("66 0F 38 81 /r", "INVVPID r64, m128", ONLY64, FORCE64)
      .flags("CF ZF: by outcome; PF AF SF OF: 0")
      .does(Invvpid.class, "invvpid");

  static final RuleSet<StateView, Raise> SUPPORTED =
      ruleSet("invvpid-ud", Sdm.INVVPID, Raise.UD)
          .rule("invvpid-vpid-supported")
              .mend(Remedy.of(Remedy.Kind.ASK, "ask IA32_VMX_PROCBASED_CTLS2 (MSR 48BH) bit 37 first: without VPIDs there is nothing to invalidate"))
              .requireSet("the processor supports VPIDs: bit 37 of IA32_VMX_PROCBASED_CTLS2 is 1",
                  IA32_VMX_PROCBASED_CTLS2, VmxCapability.MAY_ENABLE_VPID)
          .rule("invvpid-supported")
              .mend(Remedy.of(Remedy.Kind.ASK, "ask IA32_VMX_EPT_VPID_CAP (MSR 48CH) bit 32 first"))
              .requireSet("the processor supports it: IA32_VMX_EPT_VPID_CAP says so",
                  IA32_VMX_EPT_VPID_CAP, VmxCapability.INVVPID)
          .build();

  static final RuleSet<StateView, VmFail> TYPE =
      ruleSet("invvpid-type", Sdm.INVVPID, VmFail.valid(INVALID_OPERAND_TO_INVEPT_INVVPID))
          .rule("invvpid-type-supported")
              .reads(INVALIDATION_TYPE, IA32_VMX_EPT_VPID_CAP)
              .mend("give a type from 0 to 3 whose bit, 40 to 43, is 1 in IA32_VMX_EPT_VPID_CAP (MSR 48CH)")
              .require("the processor supports the INVVPID type in the register operand: 0 (individual-address), 1 (single-context), 2 (all-context) or 3 (single-context, retaining globals)",
                  Invvpid::supported)
          .build();

  static final RuleSet<StateView, VmFail> DESCRIPTOR =
      ruleSet("invvpid-descriptor", Sdm.INVVPID, VmFail.valid(INVALID_OPERAND_TO_INVEPT_INVVPID))
          .rule("invvpid-descriptor-reserved-bits-clear")
              .reads(OPERAND_READABLE)
              .when(VmxChecks.READABLE, VmxChecks::readable)
              .mend("clear bits 63:16 of the descriptor: a VPID has 16 bits")
              .requireClear("bits 63:16 of the descriptor are 0", DESCRIPTOR_VPID, ~VPID)
          .rule("invvpid-vpid-not-0")
              .reads(DESCRIPTOR_VPID, INVALIDATION_TYPE, OPERAND_READABLE)
              .when("the type is not all-context, and " + VmxChecks.READABLE,
                  v -> v.get(INVALIDATION_TYPE) != ALL_CONTEXT && VmxChecks.readable(v))
              .mend("give the VPID of a virtual processor, from 1 to FFFFH, in bits 15:0 of the descriptor; type 2 (all-context) takes any")
              .require("the VPID in the descriptor is not 0", v -> (v.get(DESCRIPTOR_VPID) & VPID) != 0)
          .rule("invvpid-address-is-canonical")
              .reads(DESCRIPTOR_ADDRESS, INVALIDATION_TYPE, OPERAND_READABLE, LINEAR_WIDTH)
              .when("the type is individual-address, and " + VmxChecks.READABLE,
                  v -> v.get(INVALIDATION_TYPE) == INDIVIDUAL_ADDRESS && VmxChecks.readable(v))
              .mend("give a canonical linear address in bits 127:64 of the descriptor")
              .require("the linear address in the descriptor is canonical",
                  v -> Cpu.isCanonical(v.get(DESCRIPTOR_ADDRESS), (int) v.get(LINEAR_WIDTH)))
          .build();
  // spotless:on

  private Invvpid() {}

  private static boolean supported(StateView v) {
    long type = v.get(INVALIDATION_TYPE);
    boolean exists = type >= 0 && type < CAPABILITY.length;
    return exists && (v.get(IA32_VMX_EPT_VPID_CAP) & CAPABILITY[(int) type]) != 0;
  }

  public static void invvpid(Cpu cpu, Instruction insn) {
    VmxSteps vmx = VmxSteps.of(cpu);
    vmx.beginInvalidation(insn, SUPPORTED);
    if (vmx.fails(TYPE)) {
      return;
    }
    vmx.readDescriptor(insn);
    if (vmx.fails(DESCRIPTOR)) {
      return;
    }
    int vpid = (int) (vmx.get(DESCRIPTOR_VPID) & VPID);
    cpu.mmu.invalidateByVpid((int) vmx.get(INVALIDATION_TYPE), vpid, vmx.get(DESCRIPTOR_ADDRESS));
    vmx.succeed();
  }
}
