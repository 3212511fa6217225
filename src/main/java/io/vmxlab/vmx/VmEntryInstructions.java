package io.vmxlab.vmx;

import static io.vmxlab.isa.FormAttribute.ENDS_BLOCK;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.StateView;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.VmFail;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;
import io.vmxlab.rule.RuleSet;
import io.vmxlab.vmx.entry.BasicChecks;
import io.vmxlab.vmx.entry.EntryChecks;

/** VMLAUNCH and VMRESUME. SDM Vol. 3C "VM Entries". */
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
    enter(cpu, insn, BasicChecks.CLEAR);
  }

  public static void vmresume(Cpu cpu, Instruction insn) {
    enter(cpu, insn, BasicChecks.LAUNCHED);
  }

  private static void enter(Cpu cpu, Instruction insn, RuleSet<StateView, VmFail> launchState) {
    VmxSteps vmx = VmxSteps.of(cpu);
    vmx.beginEntry(insn);
    if (vmx.fails(VmxChecks.CURRENT)
        || vmx.fails(BasicChecks.NOT_SHADOW)
        || vmx.fails(BasicChecks.MOV_SS_BLOCKING)
        || vmx.fails(launchState)) {
      return;
    }
    VmEntry entry = vmx.state().entry();
    if (entry.isKnownGood() || !vmx.fails(EntryChecks.controlsAndHost()) && entry.guestIsGood()) {
      entry.enter();
    }
  }
}
