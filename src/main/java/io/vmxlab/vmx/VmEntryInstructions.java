package io.vmxlab.vmx;

import static io.vmxlab.isa.FormAttribute.ENDS_BLOCK;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.StateView;
import io.vmxlab.cpu.ControlRules;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.VmFail;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;
import io.vmxlab.rule.Checklist;
import io.vmxlab.rule.RuleSet;
import io.vmxlab.vmx.entry.BasicChecks;
import io.vmxlab.vmx.entry.EntryChecks;
import io.vmxlab.vmx.vmcs.LaunchState;

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

  /**
   * VMLAUNCH or VMRESUME.
   *
   * @param wanted launch state
   * @param rule that demands it
   */
  private record Way(LaunchState wanted, RuleSet<StateView, VmFail> rule, Checklist all) {
    static Way of(LaunchState wanted, RuleSet<StateView, VmFail> rule) {
      return new Way(
          wanted,
          rule,
          Checklist.of(
              "basic checks",
              VmxChecks.UD,
              ControlRules.PRIVILEGED,
              VmxChecks.CURRENT,
              BasicChecks.NOT_SHADOW,
              BasicChecks.MOV_SS_BLOCKING,
              rule));
    }
  }

  private static final Way LAUNCH = Way.of(LaunchState.CLEAR, BasicChecks.CLEAR);
  private static final Way RESUME = Way.of(LaunchState.LAUNCHED, BasicChecks.LAUNCHED);

  private VmEntryInstructions() {}

  public static void vmlaunch(Cpu cpu, Instruction insn) {
    enter(cpu, insn, LAUNCH);
  }

  public static void vmresume(Cpu cpu, Instruction insn) {
    enter(cpu, insn, RESUME);
  }

  private static void enter(Cpu cpu, Instruction insn, Way way) {
    VmxSteps vmx = VmxSteps.of(cpu);
    if (vmx.beginsEntry(insn)
        && vmx.state().vmcs().launchState() == way.wanted
        && !vmx.state().isShadow()
        && cpu.stepping.shadow() == 0) {
      vmx.held(way.all);
    } else if (basicCheckFails(vmx, insn, way)) {
      return;
    }
    VmEntry entry = vmx.state().entry();
    if (entry.isKnownGood() || !vmx.fails(EntryChecks.controlsAndHost()) && entry.guestIsGood()) {
      entry.enter();
    }
  }

  private static boolean basicCheckFails(VmxSteps vmx, Instruction insn, Way way) {
    vmx.beginEntry(insn);
    return vmx.fails(VmxChecks.CURRENT)
        || vmx.fails(BasicChecks.NOT_SHADOW)
        || vmx.fails(BasicChecks.MOV_SS_BLOCKING)
        || vmx.fails(way.rule);
  }
}
