package io.vmxlab.vmx;

import static io.vmxlab.isa.FormAttribute.ENDS_BLOCK;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/** VMXOFF - Leave VMX Operation. SDM Vol. 3C "VMXOFF-Leave VMX Operation". */
public final class Vmxoff {
  // spotless:off
  static final Page PAGE = page("VMXOFF", Sdm.VMXOFF)
      .needs(Feature.VMX)
      .form("NP 0F 01 C4", "VMXOFF", ENDS_BLOCK)
      .flags("CF ZF: by outcome; PF AF SF OF: 0")
      .does(Vmxoff.class, "vmxoff");
  // spotless:on

  private Vmxoff() {}

  /**
   * Leaves VMX operation: INIT is no longer blocked and takes effect if it is pending; A20M is no
   * longer blocked outside SMX operation. The dual-monitor treatment (VMfail 23) is not modelled.
   * CR4.VMXE stays as it is.
   */
  public static void vmxoff(Cpu cpu, Instruction insn) {
    VmxSteps vmx = VmxSteps.of(cpu);
    vmx.begin(insn, VmxChecks.UD);
    vmx.state().leave();
    vmx.succeed();
  }
}
