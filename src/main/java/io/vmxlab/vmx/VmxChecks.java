package io.vmxlab.vmx;

import static io.vmxlab.arch.Msr.IA32_VMX_BASIC;
import static io.vmxlab.arch.State.CR0;
import static io.vmxlab.arch.State.CS_RIGHTS;
import static io.vmxlab.arch.State.MAXPHYADDR;
import static io.vmxlab.arch.State.RFLAGS;
import static io.vmxlab.arch.State.VMX_OPERATION;
import static io.vmxlab.arch.VmxItem.CURRENT_VMCS;
import static io.vmxlab.arch.VmxItem.OPERAND_READABLE;
import static io.vmxlab.arch.VmxItem.POINTER;
import static io.vmxlab.arch.VmxItem.REGION_HEADER;
import static io.vmxlab.arch.VmxItem.VMXON_POINTER;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Efer;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.SegmentRights;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.arch.VmxCapability;
import io.vmxlab.arch.VmxItem;
import io.vmxlab.cpu.ControlRules;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Raise;
import io.vmxlab.cpu.VmFail;
import io.vmxlab.rule.Checklist;
import io.vmxlab.rule.Remedy;
import io.vmxlab.rule.RuleDraft;
import io.vmxlab.rule.RuleSet;
import io.vmxlab.vmx.vmcs.PhysicalAddress;
import io.vmxlab.vmx.vmcs.VmcsRegion;

/** Rules that the pages of the VMX instructions share. The manual repeats them on every page. */
final class VmxChecks {
  static final String READABLE = "reading the operand does not fault";

  private VmxChecks() {}

  /**
   * The #UD conditions of every VMX instruction but VMXON, VMCALL in non-root operation and VMFUNC.
   */
  static final RuleSet<StateView, Raise> UD =
      modes(
              RuleSet.<StateView, Raise>ruleSet(
                      "vmx-instruction-ud", Sdm.VMX_INSTRUCTIONS, Raise.UD)
                  .rule("vmx-instruction-in-vmx-operation")
                  .alias("VMXE.UD")
                  .reads(VMX_OPERATION)
                  .mend(Remedy.of(Remedy.Kind.VMX_OPERATION, "execute VMXON first"))
                  .require(
                      "the logical processor is in VMX operation",
                      v -> v.get(VMX_OPERATION) != Cpu.OUTSIDE_VMX),
              "vmx-instruction")
          .build();

  /** What every VMX instruction but VMXON begins with. */
  static final Checklist BEGINNING = Checklist.of("VMX instruction", UD, ControlRules.PRIVILEGED);

  /** VMREAD, VMWRITE and VM entries work on the current VMCS. */
  static final RuleSet<StateView, VmFail> CURRENT =
      RuleSet.<StateView, VmFail>ruleSet("current-vmcs", Sdm.VMX_CONVENTIONS, VmFail.INVALID)
          .rule("current-vmcs-exists")
          .alias("FIELD.NOCUR", "ENTRY.NOCUR")
          .reads(CURRENT_VMCS, VMX_OPERATION)
          .when("outside VMX non-root operation", v -> !VmxChecks.inGuest(v))
          .mend(Remedy.of(Remedy.Kind.CURRENT_VMCS, "make a VMCS current with VMPTRLD first"))
          .require("there is a current VMCS", v -> v.get(CURRENT_VMCS) != VmxItem.NO_VMCS)
          .closing()
          .build();

  /** In VMX non-root operation VMREAD and VMWRITE work on the linked VMCS. */
  static final RuleSet<StateView, VmFail> LINKED =
      RuleSet.<StateView, VmFail>ruleSet("linked-vmcs", Sdm.VMX_INSTRUCTIONS, VmFail.INVALID)
          .rule("linked-vmcs-exists")
          .reads(VmcsField.VMCS_LINK_POINTER, VMX_OPERATION)
          .when("in VMX non-root operation", VmxChecks::inGuest)
          .mend(
              Remedy.none(
                  "let the virtual-machine monitor write the address of a shadow VMCS to the VMCS link pointer"))
          .require(
              "the VMCS link pointer is not FFFFFFFFFFFFFFFFH",
              v -> v.get(VmcsField.VMCS_LINK_POINTER) != VmxItem.NO_VMCS)
          .closing()
          .build();

  /**
   * The mode part of the #UD conditions.
   *
   * @param violatedInRealMode further rules of the page that cannot hold in real-address mode
   */
  static RuleSet.Builder<StateView, Raise> modes(
      RuleSet.Builder<StateView, Raise> set, String mnemonic, String... violatedInRealMode) {
    return set.rule(mnemonic + "-protected-mode")
        .impliedBy(violatedInRealMode)
        .mend(
            Remedy.of(
                Remedy.Kind.PROTECTED_MODE,
                "leave real-address mode first: a GDT, CR0.PE, a far jump; and page tables before CR0.PG,"
                    + " which VMX operation needs too"))
        .requireSet("CR0.PE is 1: not in real-address mode", CR0, Cr0.PE)
        .rule(mnemonic + "-not-virtual-8086")
        .impliedBy("privileged-cpl-is-0")
        .mend(Remedy.none("leave virtual-8086 mode first: its monitor at CPL 0 can execute it"))
        .requireClear("RFLAGS.VM is 0: not in virtual-8086 mode", RFLAGS, Rflags.VM)
        .rule(mnemonic + "-not-compatibility-mode")
        .reads(Msr.IA32_EFER, CS_RIGHTS)
        .when("IA32_EFER.LMA is 1", VmxChecks::longMode)
        .mend(Remedy.of(Remedy.Kind.SEGMENT_64, "jump to a 64-bit code segment (CS.L = 1) first"))
        .require(
            "CS.L is 1: not in compatibility mode", v -> (v.get(CS_RIGHTS) & SegmentRights.L) != 0);
  }

  private static boolean inGuest(StateView v) {
    return v.get(VMX_OPERATION) == Cpu.VMX_NON_ROOT;
  }

  private static boolean longMode(StateView v) {
    return (v.get(Msr.IA32_EFER) & Efer.LMA) != 0;
  }

  /** The operand is the physical address of a region: aligned and not too wide. */
  static <O> RuleSet.Builder<StateView, O> pointer(
      RuleSet.Builder<StateView, O> set, String mnemonic) {
    RuleDraft<StateView, O> aligned = set.rule(mnemonic + "-region-aligned");
    return aligned
        .reads(POINTER, OPERAND_READABLE)
        .when(READABLE, VmxChecks::readable)
        .mend(
            Remedy.of(
                Remedy.Kind.REGION, "pass the physical address of a region on a 4-KByte boundary"))
        .requireClear(
            "the region's physical address is 4-KByte aligned: bits 11:0 are 0",
            POINTER,
            PhysicalAddress.PAGE_OFFSET)
        .rule(mnemonic + "-region-within-physical-width")
        .reads(POINTER, OPERAND_READABLE, MAXPHYADDR, IA32_VMX_BASIC)
        .when(READABLE, VmxChecks::readable)
        .mend(
            Remedy.of(
                Remedy.Kind.REGION, "pass the physical address of the region, not a virtual one"))
        .requireBits(
            "the region's physical address has no bit beyond the physical-address width (32 if"
                + " IA32_VMX_BASIC[48] is 1)",
            POINTER,
            v -> 0,
            PhysicalAddress::beyond);
  }

  /** The operand names another region than VMXON's. */
  static <O> RuleSet.Builder<StateView, O> notVmxonPointer(RuleDraft<StateView, O> rule) {
    return rule.reads(POINTER, OPERAND_READABLE, VMXON_POINTER)
        .when(READABLE, VmxChecks::readable)
        .mend(Remedy.of(Remedy.Kind.REGION, "give the VMCS a region of its own"))
        .require(
            "the operand is not the VMXON pointer", v -> v.get(POINTER) != v.get(VMXON_POINTER));
  }

  /** The region begins with the revision identifier of this processor. */
  static <O> RuleSet.Builder<StateView, O> revision(RuleDraft<StateView, O> rule) {
    return rule.reads(REGION_HEADER, IA32_VMX_BASIC, OPERAND_READABLE, POINTER, MAXPHYADDR)
        .when("the region's address is valid", VmxChecks::validAddress)
        .mend(
            Remedy.of(
                Remedy.Kind.REGION,
                "write bits 30:0 of IA32_VMX_BASIC (MSR 480H) to the first four bytes of the region"))
        .require(
            "bits 30:0 of the region's first four bytes are the VMCS revision identifier",
            v ->
                ((v.get(REGION_HEADER) ^ v.get(IA32_VMX_BASIC)) & VmxCapability.BASIC_REVISION)
                    == 0);
  }

  /** The region is not marked as that of a shadow VMCS. */
  static <O> RuleSet.Builder<StateView, O> notShadow(RuleDraft<StateView, O> rule) {
    return rule.mend(
            Remedy.of(Remedy.Kind.REGION, "clear bit 31 of the first four bytes of the region"))
        .requireClear(
            "bit 31 of the region's first four bytes is 0", REGION_HEADER, VmcsRegion.SHADOW);
  }

  static boolean readable(StateView v) {
    return v.get(OPERAND_READABLE) != 0;
  }

  static boolean validAddress(StateView v) {
    return readable(v) && (v.get(POINTER) & PhysicalAddress.notOfPage(v)) == 0;
  }
}
