package io.vmxlab.vmx;

import static io.vmxlab.isa.FormAttribute.ENDS_BLOCK;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Unmodelled;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;
import io.vmxlab.vmx.entry.BasicChecks;

/**
 * VMLAUNCH and VMRESUME up to the launch state, the last of the basic VM-entry checks. SDM Vol. 3C
 * "Basic VM-Entry Checks". The VM entry itself is not modelled yet, so no VMCS can be launched.
 */
public final class VmEntryInstructions {
  // spotless:off
  static final Page PAGE = page("VMLAUNCH/VMRESUME", Sdm.VMLAUNCH)
      .needs(Feature.VMX)
      .form("NP 0F 01 C2", "VMLAUNCH", ENDS_BLOCK)
      .flags("CF ZF: by outcome; PF AF SF OF: 0")
      .does(VmEntryInstructions.class, "vmlaunch")
      .form("NP 0F 01 C3", "VMRESUME", ENDS_BLOCK)
      .flags("CF ZF: by outcome; PF AF SF OF: 0")
      .does(VmEntryInstructions.class, "vmresume");
  // spotless:on

  private VmEntryInstructions() {}

  public static void vmlaunch(Cpu cpu, Instruction insn) {
    enter(cpu, insn);
  }

  public static void vmresume(Cpu cpu, Instruction insn) {
    enter(cpu, insn);
  }

  private static void enter(Cpu cpu, Instruction insn) {
    VmxSteps vmx = VmxSteps.of(cpu);
    vmx.begin(insn, VmxChecks.UD);
    if (vmx.fails(VmxChecks.CURRENT)
        || vmx.fails(BasicChecks.NOT_SHADOW)
        || vmx.fails(BasicChecks.MOV_SS_BLOCKING)) {
      return;
    }
    throw new Unmodelled("VM entry");
  }
}
