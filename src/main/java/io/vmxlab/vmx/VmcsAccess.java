package io.vmxlab.vmx;

import static io.vmxlab.isa.FormAttribute.FORCE64;
import static io.vmxlab.isa.FormAttribute.NO64;
import static io.vmxlab.isa.FormAttribute.ONLY64;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Operands;
import io.vmxlab.cpu.Unmodelled;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/**
 * VMREAD and VMWRITE. SDM Vol. 3C "VMX Instructions". The fields themselves are not modelled yet.
 */
public final class VmcsAccess {
  // spotless:off
  static final Page VMREAD = page("VMREAD", Sdm.VMREAD)
      .needs(Feature.VMX)
      .form("NP 0F 78 /r", "VMREAD r/m32, r32", NO64)
      .form("NP 0F 78 /r", "VMREAD r/m64, r64", ONLY64, FORCE64)
      .flags("CF ZF: by outcome; PF AF SF OF: 0")
      .does(VmcsAccess.class, "vmread");

  static final Page VMWRITE = page("VMWRITE", Sdm.VMWRITE)
      .needs(Feature.VMX)
      .form("NP 0F 79 /r", "VMWRITE r32, r/m32", NO64)
      .form("NP 0F 79 /r", "VMWRITE r64, r/m64", ONLY64, FORCE64)
      .flags("CF ZF: by outcome; PF AF SF OF: 0")
      .does(VmcsAccess.class, "vmwrite");

  // spotless:on

  private VmcsAccess() {}

  public static void vmread(Cpu cpu, Instruction insn) {
    VmxSteps vmx = VmxSteps.of(cpu);
    vmx.begin(insn, VmxChecks.UD);
    if (vmx.fails(VmxChecks.CURRENT)) {
      return;
    }
    throw new Unmodelled("VMREAD with a current VMCS");
  }

  /** Without a current VMCS a source in memory is not read. */
  public static void vmwrite(Cpu cpu, Instruction insn) {
    VmxSteps vmx = VmxSteps.of(cpu);
    vmx.begin(insn, VmxChecks.UD);
    if (vmx.fails(VmxChecks.CURRENT)) {
      return;
    }
    Operands.readRm(cpu, insn, cpu.in64BitMode() ? 64 : 32);
    throw new Unmodelled("VMWRITE with a current VMCS");
  }
}
