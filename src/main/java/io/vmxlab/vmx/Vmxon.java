package io.vmxlab.vmx;

import static io.vmxlab.arch.Msr.IA32_FEATURE_CONTROL;
import static io.vmxlab.arch.Msr.IA32_VMX_BASIC;
import static io.vmxlab.arch.Msr.IA32_VMX_CR0_FIXED0;
import static io.vmxlab.arch.Msr.IA32_VMX_CR0_FIXED1;
import static io.vmxlab.arch.Msr.IA32_VMX_CR4_FIXED0;
import static io.vmxlab.arch.Msr.IA32_VMX_CR4_FIXED1;
import static io.vmxlab.arch.State.A20M_MODE;
import static io.vmxlab.arch.State.CR0;
import static io.vmxlab.arch.State.CR4;
import static io.vmxlab.arch.State.MAXPHYADDR;
import static io.vmxlab.arch.State.SMX_OPERATION;
import static io.vmxlab.arch.State.VMX_OPERATION;
import static io.vmxlab.arch.VmxItem.OPERAND_READABLE;
import static io.vmxlab.arch.VmxItem.POINTER;
import static io.vmxlab.arch.VmxItem.REGION_HEADER;
import static io.vmxlab.isa.FormAttribute.ENDS_BLOCK;
import static io.vmxlab.isa.Page.page;
import static io.vmxlab.rule.RuleSet.ruleSet;

import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.FeatureControl;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmInstructionError;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Raise;
import io.vmxlab.cpu.VmFail;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;
import io.vmxlab.rule.RuleSet;

/** VMXON - Enter VMX Operation. SDM Vol. 3C "VMXON-Enter VMX Operation". */
public final class Vmxon {
  // spotless:off
  static final Page PAGE = page("VMXON", Sdm.VMXON)
      .needs(Feature.VMX)
      .form("F3 0F C7 /6", "VMXON m64", ENDS_BLOCK)
      .flags("CF ZF: by outcome; PF AF SF OF: 0")
      .does(Vmxon.class, "vmxon");

  static final RuleSet<StateView, Raise> UD =
      VmxChecks.modes(
          ruleSet("vmxon-ud", Sdm.VMXON, Raise.UD)
              .rule("vmxon-cr4-vmxe")
                  .alias("VMXON.UD.VMXE")
                  .impliedBy("vmxon-cr4-fixed-to-1")
                  .mend("set CR4.VMXE (bit 13) before VMXON: `or eax, 2000h`")
                  .requireSet("CR4.VMXE is 1", CR4, Cr4.VMXE),
          "vmxon", "vmxon-cr0-fixed-to-1")
      .build();

  static final RuleSet<StateView, VmFail> ROOT =
      ruleSet("vmxon-root", Sdm.VMXON, VmFail.valid(VmInstructionError.VMXON_IN_VMX_ROOT_OPERATION))
          .rule("vmxon-outside-vmx-operation")
              .alias("VMXON.ROOT.FAIL")
              .reads(VMX_OPERATION)
              .mend("execute VMXON once; VMXOFF leaves VMX operation")
              .require("the logical processor is not in VMX operation yet",
                  v -> v.get(VMX_OPERATION) == Cpu.OUTSIDE_VMX)
          .build();

  static final RuleSet<StateView, Raise> GP =
      ruleSet("vmxon-gp", Sdm.VMXON, Raise.GP0)
          .rule("vmxon-a20m-off")
              .alias("VMXON.GP.A20M")
              .reads(A20M_MODE)
              .mend("enable address line 20 first (port 92H bit 1, or the keyboard controller)")
              .require("the logical processor is not in A20M mode", v -> v.get(A20M_MODE) == 0)
          .rule("vmxon-cr0-fixed-to-1")
              .alias("VMXON.GP.CR0")
              .cite(Sdm.VMX_RESTRICTIONS)
              .reads(CR0, IA32_VMX_CR0_FIXED0)
              .mend("OR the value of IA32_VMX_CR0_FIXED0 (MSR 486H) into CR0 before VMXON")
              .requireBits("every bit of CR0 that is 1 in IA32_VMX_CR0_FIXED0 is 1",
                  CR0, v -> v.get(IA32_VMX_CR0_FIXED0), v -> 0)
          .rule("vmxon-cr0-fixed-to-0")
              .cite(Sdm.VMX_RESTRICTIONS)
              .reads(CR0, IA32_VMX_CR0_FIXED1)
              .mend("AND the value of IA32_VMX_CR0_FIXED1 (MSR 487H) into CR0 before VMXON")
              .requireBits("every bit of CR0 that is 0 in IA32_VMX_CR0_FIXED1 is 0",
                  CR0, v -> 0, v -> ~v.get(IA32_VMX_CR0_FIXED1))
          .rule("vmxon-cr4-fixed-to-1")
              .alias("VMXON.GP.CR4")
              .cite(Sdm.VMX_RESTRICTIONS)
              .impliedBy("vmxon-cr4-vmxe")
              .reads(CR4, IA32_VMX_CR4_FIXED0)
              .mend("OR the value of IA32_VMX_CR4_FIXED0 (MSR 488H) into CR4 before VMXON")
              .requireBits("every bit of CR4 that is 1 in IA32_VMX_CR4_FIXED0 is 1",
                  CR4, v -> v.get(IA32_VMX_CR4_FIXED0), v -> 0)
          .rule("vmxon-cr4-fixed-to-0")
              .cite(Sdm.VMX_RESTRICTIONS)
              .reads(CR4, IA32_VMX_CR4_FIXED1)
              .mend("AND the value of IA32_VMX_CR4_FIXED1 (MSR 489H) into CR4 before VMXON")
              .requireBits("every bit of CR4 that is 0 in IA32_VMX_CR4_FIXED1 is 0",
                  CR4, v -> 0, v -> ~v.get(IA32_VMX_CR4_FIXED1))
          .rule("vmxon-feature-control-locked")
              .alias("VMXON.GP.LOCK", "FC.VMXON")
              .cite(Sdm.ENABLING_VMX)
              .mend("set the lock bit together with the enable bit: write 5 to IA32_FEATURE_CONTROL (MSR 3AH)")
              .requireSet("IA32_FEATURE_CONTROL.LOCK (bit 0) is 1", IA32_FEATURE_CONTROL, FeatureControl.LOCK)
          .rule("vmxon-inside-smx-enabled")
              .alias("VMXON.GP.SMX")
              .cite(Sdm.ENABLING_VMX)
              .reads(IA32_FEATURE_CONTROL, SMX_OPERATION)
              .when("in SMX operation", v -> v.get(SMX_OPERATION) != 0)
              .mend("set bit 1 of IA32_FEATURE_CONTROL (MSR 3AH) before it is locked; firmware decides if it locks it")
              .requireSet("IA32_FEATURE_CONTROL.VMX_INSIDE_SMX (bit 1) is 1",
                  IA32_FEATURE_CONTROL, FeatureControl.VMX_INSIDE_SMX)
          .rule("vmxon-outside-smx-enabled")
              .alias("VMXON.GP.NOSMX")
              .cite(Sdm.ENABLING_VMX)
              .reads(IA32_FEATURE_CONTROL, SMX_OPERATION)
              .when("outside SMX operation", v -> v.get(SMX_OPERATION) == 0)
              .mend("set bit 2 of IA32_FEATURE_CONTROL (MSR 3AH) before it is locked; firmware decides if it locks it")
              .requireSet("IA32_FEATURE_CONTROL.VMX_OUTSIDE_SMX (bit 2) is 1",
                  IA32_FEATURE_CONTROL, FeatureControl.VMX_OUTSIDE_SMX)
          .build();

  static final RuleSet<StateView, VmFail> REGION =
      VmxChecks.notShadow(
          VmxChecks.revision(
              VmxChecks.pointer(ruleSet("vmxon-region", Sdm.VMXON, VmFail.INVALID), "vmxon")
                  .rule("vmxon-revision-identifier")
                      .alias("VMXON.FI.REV")
                      .cite(Sdm.VMXON_REGION))
              .rule("vmxon-revision-bit-31-clear")
                  .cite(Sdm.VMXON_REGION)
                  .reads(REGION_HEADER, IA32_VMX_BASIC, OPERAND_READABLE, POINTER, MAXPHYADDR)
                  .when("the region's address is valid", VmxChecks::validAddress))
          .build();
  // spotless:on

  private Vmxon() {}

  /**
   * Enters VMX root operation: no current VMCS; INIT and A20M are blocked. CR0, CR4, IA32_EFER and
   * the other MSRs stay as they are.
   */
  public static void vmxon(Cpu cpu, Instruction insn) {
    VmxSteps vmx = VmxSteps.of(cpu);
    vmx.begin(insn, UD);
    if (vmx.fails(ROOT)) {
      return;
    }
    cpu.require(GP, vmx.state().view);
    long region = vmx.readPointer(insn);
    if (vmx.fails(REGION)) {
      return;
    }
    vmx.state().enterRoot(region);
    vmx.succeed();
  }
}
