package io.vmxlab.vmx;

import static io.vmxlab.arch.Msr.IA32_VMX_BASIC;
import static io.vmxlab.arch.Msr.IA32_VMX_PROCBASED_CTLS2;
import static io.vmxlab.arch.State.MAXPHYADDR;
import static io.vmxlab.arch.VmInstructionError.VMCLEAR_INVALID_PHYSICAL_ADDRESS;
import static io.vmxlab.arch.VmInstructionError.VMCLEAR_VMXON_POINTER;
import static io.vmxlab.arch.VmInstructionError.VMPTRLD_INCORRECT_REVISION;
import static io.vmxlab.arch.VmInstructionError.VMPTRLD_INVALID_PHYSICAL_ADDRESS;
import static io.vmxlab.arch.VmInstructionError.VMPTRLD_VMXON_POINTER;
import static io.vmxlab.arch.VmxItem.OPERAND_READABLE;
import static io.vmxlab.arch.VmxItem.POINTER;
import static io.vmxlab.arch.VmxItem.REGION_HEADER;
import static io.vmxlab.isa.Page.page;
import static io.vmxlab.rule.RuleSet.ruleSet;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmxCapability;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Operands;
import io.vmxlab.cpu.VmFail;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;
import io.vmxlab.rule.RuleSet;

/** VMCLEAR, VMPTRLD and VMPTRST. SDM Vol. 3C "VMX Instructions". */
public final class VmcsPointers {
  // spotless:off
  static final Page VMCLEAR = page("VMCLEAR", Sdm.VMCLEAR)
      .needs(Feature.VMX)
      .form("66 0F C7 /6", "VMCLEAR m64")
      .flags("CF ZF: by outcome; PF AF SF OF: 0")
      .does(VmcsPointers.class, "vmclear");

  static final RuleSet<StateView, VmFail> VMCLEAR_REGION =
      VmxChecks.pointer(
          ruleSet("vmclear-region", Sdm.VMCLEAR, VmFail.valid(VMCLEAR_INVALID_PHYSICAL_ADDRESS)),
          "vmclear")
      .build();

  static final RuleSet<StateView, VmFail> VMCLEAR_VMXON =
      VmxChecks.notVmxonPointer(
          RuleSet.<StateView, VmFail>ruleSet("vmclear-vmxon-pointer", Sdm.VMCLEAR, VmFail.valid(VMCLEAR_VMXON_POINTER))
              .rule("vmclear-not-vmxon-pointer"))
          .build();

  static final Page VMPTRLD = page("VMPTRLD", Sdm.VMPTRLD)
      .needs(Feature.VMX)
      .form("NP 0F C7 /6", "VMPTRLD m64")
      .flags("CF ZF: by outcome; PF AF SF OF: 0")
      .does(VmcsPointers.class, "vmptrld");

  static final RuleSet<StateView, VmFail> VMPTRLD_REGION =
      VmxChecks.pointer(
          ruleSet("vmptrld-region", Sdm.VMPTRLD, VmFail.valid(VMPTRLD_INVALID_PHYSICAL_ADDRESS)),
          "vmptrld")
      .build();

  static final RuleSet<StateView, VmFail> VMPTRLD_VMXON =
      VmxChecks.notVmxonPointer(
          RuleSet.<StateView, VmFail>ruleSet("vmptrld-vmxon-pointer", Sdm.VMPTRLD, VmFail.valid(VMPTRLD_VMXON_POINTER))
              .rule("vmptrld-not-vmxon-pointer"))
          .build();

  static final RuleSet<StateView, VmFail> VMPTRLD_REVISION =
      VmxChecks.notShadow(
          VmxChecks.revision(
              RuleSet.<StateView, VmFail>ruleSet("vmptrld-revision", Sdm.VMPTRLD, VmFail.valid(VMPTRLD_INCORRECT_REVISION))
                  .rule("vmptrld-revision-identifier"))
              .rule("vmptrld-shadow-vmcs-supported")
                  .reads(REGION_HEADER, IA32_VMX_PROCBASED_CTLS2, IA32_VMX_BASIC, OPERAND_READABLE, POINTER, MAXPHYADDR)
                  .when("the region's address is valid and VMCS shadowing cannot be 1",
                      v -> VmxChecks.validAddress(v) && !shadowing(v)))
          .build();

  static final Page VMPTRST = page("VMPTRST", Sdm.VMPTRST)
      .needs(Feature.VMX)
      .form("NP 0F C7 /7", "VMPTRST m64")
      .flags("CF PF AF ZF SF OF: 0")
      .does(VmcsPointers.class, "vmptrst");

  // spotless:on

  private VmcsPointers() {}

  private static boolean shadowing(StateView v) {
    return (v.get(IA32_VMX_PROCBASED_CTLS2) & VmxCapability.MAY_VMCS_SHADOWING) != 0;
  }

  /** The VMCS in memory gets launch state clear and is no longer current. */
  public static void vmclear(Cpu cpu, Instruction insn) {
    VmxSteps vmx = VmxSteps.of(cpu);
    vmx.begin(insn, VmxChecks.UD);
    long vmcs = vmx.readPointer(insn);
    if (vmx.fails(VMCLEAR_REGION) || vmx.fails(VMCLEAR_VMXON)) {
      return;
    }
    vmx.state().clear(vmcs);
    vmx.succeed();
  }

  /** The VMCS becomes current. */
  public static void vmptrld(Cpu cpu, Instruction insn) {
    VmxSteps vmx = VmxSteps.of(cpu);
    vmx.begin(insn, VmxChecks.UD);
    long vmcs = vmx.readPointer(insn);
    if (vmx.fails(VMPTRLD_REGION) || vmx.fails(VMPTRLD_VMXON) || vmx.fails(VMPTRLD_REVISION)) {
      return;
    }
    vmx.state().makeCurrent(vmcs);
    vmx.succeed();
  }

  /** Stores the current-VMCS pointer. */
  public static void vmptrst(Cpu cpu, Instruction insn) {
    VmxSteps vmx = VmxSteps.of(cpu);
    vmx.begin(insn, VmxChecks.UD);
    Operands.writeMemory(cpu, insn, VmxSteps.POINTER_WIDTH, vmx.state().currentVmcs());
    vmx.succeed();
  }
}
