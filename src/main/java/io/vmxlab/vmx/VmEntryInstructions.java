package io.vmxlab.vmx;

import static io.vmxlab.arch.State.INTERRUPT_SHADOW;
import static io.vmxlab.arch.VmInstructionError.EVENTS_BLOCKED_BY_MOV_SS;
import static io.vmxlab.arch.VmxItem.CURRENT_VMCS;
import static io.vmxlab.arch.VmxItem.CURRENT_VMCS_HEADER;
import static io.vmxlab.isa.FormAttribute.ENDS_BLOCK;
import static io.vmxlab.isa.Page.page;
import static io.vmxlab.rule.RuleSet.ruleSet;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmxItem;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Unmodelled;
import io.vmxlab.cpu.VmFail;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;
import io.vmxlab.rule.RuleSet;

/**
 * VMLAUNCH and VMRESUME up to the launch state, the last of the basic VM-entry checks. SDM Vol. 3C
 * "Basic VM-Entry Checks". The VM entry itself is not modelled yet, so no VMCS can be launched.
 */
public final class VmEntryInstructions {
  private static final long MOV_SS = 2;

  // spotless:off
  static final Page PAGE = page("VMLAUNCH/VMRESUME", Sdm.VMLAUNCH)
      .needs(Feature.VMX)
      .form("NP 0F 01 C2", "VMLAUNCH", ENDS_BLOCK)
      .flags("CF ZF: by outcome; PF AF SF OF: 0")
      .does(VmEntryInstructions.class, "vmlaunch")
      .form("NP 0F 01 C3", "VMRESUME", ENDS_BLOCK)
      .flags("CF ZF: by outcome; PF AF SF OF: 0")
      .does(VmEntryInstructions.class, "vmresume");

  static final RuleSet<StateView, VmFail> NOT_SHADOW =
      ruleSet("vm-entry-shadow", Sdm.BASIC_VM_ENTRY_CHECKS, VmFail.INVALID)
          .rule("vm-entry-not-shadow-vmcs")
              .alias("ENTRY.SHADOW")
              .reads(CURRENT_VMCS_HEADER, CURRENT_VMCS)
              .when("there is a current VMCS", v -> v.get(CURRENT_VMCS) != VmxItem.NO_VMCS)
              .mend("clear bit 31 of the first four bytes of the VMCS before VMPTRLD")
              .requireClear("the current VMCS is not a shadow VMCS: bit 31 of its first four bytes is 0",
                  CURRENT_VMCS_HEADER, VmxChecks.SHADOW)
          .build();

  static final RuleSet<StateView, VmFail> MOV_SS_BLOCKING =
      ruleSet("vm-entry-mov-ss", Sdm.BASIC_VM_ENTRY_CHECKS, VmFail.valid(EVENTS_BLOCKED_BY_MOV_SS))
          .rule("vm-entry-not-blocked-by-mov-ss")
              .alias("ENTRY.MOVSS")
              .mend("put an instruction between MOV SS or POP SS and the VM entry")
              .requireClear("events are not blocked by MOV SS", INTERRUPT_SHADOW, MOV_SS)
          .build();
  // spotless:on

  private VmEntryInstructions() {}

  public static void vmlaunch(Cpu cpu, Instruction insn) {
    enter(cpu, insn);
  }

  public static void vmresume(Cpu cpu, Instruction insn) {
    enter(cpu, insn);
  }

  private static void enter(Cpu cpu, Instruction insn) {
    VmxState vmx = VmxState.of(cpu);
    vmx.begin(insn, VmxChecks.UD);
    if (vmx.fails(VmxChecks.CURRENT) || vmx.fails(NOT_SHADOW) || vmx.fails(MOV_SS_BLOCKING)) {
      return;
    }
    throw new Unmodelled("VM entry");
  }
}
