package io.vmxlab.vmx.entry;

import static io.vmxlab.arch.Msr.IA32_VMX_BASIC;
import static io.vmxlab.arch.Msr.IA32_VMX_MISC;
import static io.vmxlab.arch.State.MAXPHYADDR;
import static io.vmxlab.arch.State.SMM;
import static io.vmxlab.arch.VmcsField.GUEST_ACTIVITY_STATE;
import static io.vmxlab.arch.VmcsField.GUEST_CR0;
import static io.vmxlab.arch.VmcsField.GUEST_CR4;
import static io.vmxlab.arch.VmcsField.GUEST_IA32_DEBUGCTL;
import static io.vmxlab.arch.VmcsField.GUEST_INTERRUPTIBILITY_STATE;
import static io.vmxlab.arch.VmcsField.GUEST_PENDING_DEBUG_EXCEPTIONS;
import static io.vmxlab.arch.VmcsField.GUEST_RFLAGS;
import static io.vmxlab.arch.VmcsField.PIN_BASED_CONTROLS;
import static io.vmxlab.arch.VmcsField.VMCS_LINK_POINTER;
import static io.vmxlab.arch.VmcsField.VM_ENTRY_CONTROLS;
import static io.vmxlab.arch.VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION;
import static io.vmxlab.arch.VmxItem.CURRENT_VMCS;
import static io.vmxlab.arch.VmxItem.INTERRUPTIBILITY_SUPPORTED;
import static io.vmxlab.arch.VmxItem.LINK_HEADER;
import static io.vmxlab.arch.VmxItem.PENDING_DEBUG_SUPPORTED;
import static io.vmxlab.rule.RuleSet.ruleSet;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Debugctl;
import io.vmxlab.arch.Dr6;
import io.vmxlab.arch.PageEntry;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.Vector;
import io.vmxlab.arch.VmcsBits;
import io.vmxlab.arch.VmxCapability;
import io.vmxlab.arch.VmxItem;
import io.vmxlab.rule.Remedy;
import io.vmxlab.rule.RuleSet;
import io.vmxlab.rule.RuleSet.Builder;
import io.vmxlab.vmx.vmcs.Control;
import io.vmxlab.vmx.vmcs.PhysicalAddress;
import io.vmxlab.vmx.vmcs.VmcsRegion;
import java.util.List;

/**
 * Checks on what of the guest's state is no register, and on the PDPTEs. SDM Vol. 3C "Checks on
 * Guest Non-Register State", "Checks on Guest Page-Directory-Pointer-Table Entries". Rules whose
 * failure has an exit qualification of its own have sets of their own.
 */
final class GuestStateChecks {
  private static final long STI_OR_MOV_SS = VmcsBits.BLOCKING_BY_STI | VmcsBits.BLOCKING_BY_MOV_SS;
  private static final long PDPTE_RESERVED = 0x1E6;

  static final RuleSet<StateView, EntryFailure> ACTIVITY = activity();
  static final RuleSet<StateView, EntryFailure> NMI_AFTER_STI = nmiAfterSti();
  static final RuleSet<StateView, EntryFailure> EVENTS = events();
  static final RuleSet<StateView, EntryFailure> LINK = link();
  static final RuleSet<StateView, EntryFailure> PDPTES = pdptes();

  private GuestStateChecks() {}

  // spotless:off
  private static RuleSet<StateView, EntryFailure> activity() {
    Builder<StateView, EntryFailure> set = ruleSet("guest-activity", Sdm.GUEST_NON_REGISTER_CHECKS, EntryFailure.GUEST_STATE);
    set.rule("guest-activity-state-supported")
        .alias("GUEST.ACT.RANGE")
        .reads(GUEST_ACTIVITY_STATE, IA32_VMX_MISC)
        .mend(Remedy.value("write 0 (active)", GUEST_ACTIVITY_STATE, v -> 0))
        .require("the activity state is 0 (active), or 1 to 3 (HLT, shutdown, wait-for-SIPI) if IA32_VMX_MISC shows it (bits 6 to 8)", v -> {
          long state = v.get(GUEST_ACTIVITY_STATE);
          return state == VmcsBits.ACTIVE
              || state <= VmcsBits.WAIT_FOR_SIPI && (v.get(IA32_VMX_MISC) & VmxCapability.MISC_HLT << state - 1) != 0;
        });
    set.rule("guest-halted-at-dpl-0")
        .alias("GUEST.ACT.HLT")
        .reads(GUEST_ACTIVITY_STATE, GuestSegment.SS.rights())
        .when("the activity state is HLT", v -> v.get(GUEST_ACTIVITY_STATE) == VmcsBits.HLT)
        .mend(Remedy.value("write 0 (active)", GUEST_ACTIVITY_STATE, v -> 0))
        .require("DPL of SS is 0", v -> GuestSegment.SS.dpl(v) == 0);
    set.rule("guest-blocking-only-while-active")
        .alias("GUEST.ACT.BLOCK")
        .reads(GUEST_INTERRUPTIBILITY_STATE, GUEST_ACTIVITY_STATE)
        .when("there is blocking by STI or MOV SS", v -> (v.get(GUEST_INTERRUPTIBILITY_STATE) & STI_OR_MOV_SS) != 0)
        .mend(Remedy.value("write 0 (active)", GUEST_ACTIVITY_STATE, v -> 0))
        .require("the activity state is active", v -> v.get(GUEST_ACTIVITY_STATE) == VmcsBits.ACTIVE);
    set.rule("injection-wakes-halted-guest")
        .alias("GUEST.ACT.INJ.HLT")
        .reads(GUEST_ACTIVITY_STATE, VM_ENTRY_INTERRUPTION_INFORMATION)
        .when("an event is injected into a halted guest", v -> Injection.of(v) && v.get(GUEST_ACTIVITY_STATE) == VmcsBits.HLT)
        .mend(Remedy.value("write 0 (active)", GUEST_ACTIVITY_STATE, v -> 0))
        .require("the event is an external interrupt, an NMI, #DB, #MC or a pending MTF VM exit", GuestStateChecks::wakes);
    set.rule("injection-into-shutdown-guest")
        .alias("GUEST.ACT.INJ.SHDN")
        .reads(GUEST_ACTIVITY_STATE, VM_ENTRY_INTERRUPTION_INFORMATION)
        .when("an event is injected into a guest in shutdown", v -> Injection.of(v) && v.get(GUEST_ACTIVITY_STATE) == VmcsBits.SHUTDOWN)
        .mend(Remedy.value("write 0 (active)", GUEST_ACTIVITY_STATE, v -> 0))
        .require("the event is an NMI or #MC", v -> Injection.of(v, VmcsBits.NMI) || exception(v, Vector.MC));
    set.rule("no-injection-while-waiting-for-sipi")
        .alias("GUEST.ACT.INJ.SIPI")
        .reads(GUEST_ACTIVITY_STATE, VM_ENTRY_INTERRUPTION_INFORMATION)
        .when("the activity state is wait-for-SIPI", v -> v.get(GUEST_ACTIVITY_STATE) == VmcsBits.WAIT_FOR_SIPI)
        .mend(Remedy.value("write 0 (active)", GUEST_ACTIVITY_STATE, v -> 0))
        .require("no event is injected", v -> !Injection.of(v));
    set.rule("entry-to-smm-not-waiting-for-sipi")
        .alias("GUEST.ACT.SMM")
        .reads(GUEST_ACTIVITY_STATE, VM_ENTRY_CONTROLS)
        .when(Control.ENTRY_TO_SMM.isOne(), Control.ENTRY_TO_SMM::on)
        .mend(Remedy.value("write 0 (active)", GUEST_ACTIVITY_STATE, v -> 0))
        .require("the activity state is not wait-for-SIPI", v -> v.get(GUEST_ACTIVITY_STATE) != VmcsBits.WAIT_FOR_SIPI);
    interruptibility(set);
    return set.build();
  }

  private static void interruptibility(Builder<StateView, EntryFailure> set) {
    set.rule("guest-interruptibility-reserved")
        .alias("GUEST.INTR.RSVD")
        .reads(INTERRUPTIBILITY_SUPPORTED)
        .mend("clear bits 31:5; bit 4 too on a processor without SGX")
        .requireBits("reserved bits of the interruptibility state are 0", GUEST_INTERRUPTIBILITY_STATE,
            v -> 0, v -> ~v.get(INTERRUPTIBILITY_SUPPORTED));
    set.rule("guest-blocking-by-sti-or-mov-ss")
        .alias("GUEST.INTR.BOTH")
        .reads(GUEST_INTERRUPTIBILITY_STATE)
        .mend(Remedy.clear("clear blocking by STI or blocking by MOV SS", GUEST_INTERRUPTIBILITY_STATE, STI_OR_MOV_SS))
        .require("there is not blocking by STI and by MOV SS at once",
            v -> (v.get(GUEST_INTERRUPTIBILITY_STATE) & STI_OR_MOV_SS) != STI_OR_MOV_SS);
    set.rule("guest-blocking-by-sti-requires-if")
        .alias("GUEST.INTR.STIIF")
        .reads(GUEST_RFLAGS)
        .when("Guest RFLAGS.IF is 0", v -> (v.get(GUEST_RFLAGS) & Rflags.IF) == 0)
        .requireClear("blocking by STI is 0", GUEST_INTERRUPTIBILITY_STATE, VmcsBits.BLOCKING_BY_STI);
    set.rule("injected-interrupt-not-blocked")
        .alias("GUEST.INTR.EXT")
        .reads(VM_ENTRY_INTERRUPTION_INFORMATION)
        .when("an external interrupt is injected", v -> Injection.of(v, VmcsBits.EXTERNAL_INTERRUPT))
        .mend("wait for an interrupt window (VM exit 7) before the interrupt is injected")
        .requireClear("there is no blocking by STI or MOV SS", GUEST_INTERRUPTIBILITY_STATE, STI_OR_MOV_SS);
    set.rule("injected-nmi-not-blocked-by-mov-ss")
        .alias("GUEST.INTR.NMIMOVSS")
        .reads(VM_ENTRY_INTERRUPTION_INFORMATION)
        .when("an NMI is injected", v -> Injection.of(v, VmcsBits.NMI))
        .requireClear("blocking by MOV SS is 0", GUEST_INTERRUPTIBILITY_STATE, VmcsBits.BLOCKING_BY_MOV_SS);
  }

  private static RuleSet<StateView, EntryFailure> nmiAfterSti() {
    return RuleSet.<StateView, EntryFailure>ruleSet("guest-nmi-after-sti", Sdm.GUEST_NON_REGISTER_CHECKS, EntryFailure.NMI_AFTER_STI)
        .rule("injected-nmi-not-blocked-by-sti")
            .alias("GUEST.INTR.NMISTI")
            .reads(VM_ENTRY_INTERRUPTION_INFORMATION)
            .when("an NMI is injected", v -> Injection.of(v, VmcsBits.NMI))
            .requireClear("blocking by STI is 0", GUEST_INTERRUPTIBILITY_STATE, VmcsBits.BLOCKING_BY_STI)
        .build();
  }

  private static RuleSet<StateView, EntryFailure> events() {
    Builder<StateView, EntryFailure> set = ruleSet("guest-events", Sdm.GUEST_NON_REGISTER_CHECKS, EntryFailure.GUEST_STATE);
    set.rule("guest-smi-blocking-only-in-smm")
        .alias("GUEST.INTR.SMI0")
        .reads(SMM)
        .when("outside SMM", v -> v.get(SMM) == 0)
        .requireClear("blocking by SMI is 0", GUEST_INTERRUPTIBILITY_STATE, VmcsBits.BLOCKING_BY_SMI);
    set.rule("entry-to-smm-blocks-smi")
        .alias("GUEST.INTR.SMI1")
        .reads(VM_ENTRY_CONTROLS)
        .when(Control.ENTRY_TO_SMM.isOne(), Control.ENTRY_TO_SMM::on)
        .requireSet("blocking by SMI is 1", GUEST_INTERRUPTIBILITY_STATE, VmcsBits.BLOCKING_BY_SMI);
    set.rule("injected-nmi-not-blocked-by-virtual-nmi")
        .alias("GUEST.INTR.VNMI")
        .reads(PIN_BASED_CONTROLS, VM_ENTRY_INTERRUPTION_INFORMATION)
        .when("an NMI is injected and VIRTUAL_NMIS is 1", v -> Injection.of(v, VmcsBits.NMI) && Control.VIRTUAL_NMIS.on(v))
        .mend("wait for an NMI window (VM exit 8) before the NMI is injected")
        .requireClear("blocking by NMI is 0", GUEST_INTERRUPTIBILITY_STATE, VmcsBits.BLOCKING_BY_NMI);
    set.rule("guest-enclave-not-after-mov-ss")
        .alias("GUEST.INTR.ENCL")
        .reads(GUEST_INTERRUPTIBILITY_STATE)
        .when("ENCLAVE_INTERRUPTION is 1", v -> (v.get(GUEST_INTERRUPTIBILITY_STATE) & VmcsBits.ENCLAVE) != 0)
        .requireClear("blocking by MOV SS is 0", GUEST_INTERRUPTIBILITY_STATE, VmcsBits.BLOCKING_BY_MOV_SS);
    pendingDebug(set);
    return set.build();
  }

  private static void pendingDebug(Builder<StateView, EntryFailure> set) {
    set.rule("guest-pending-debug-reserved")
        .alias("GUEST.PDBG.RSVD")
        .reads(PENDING_DEBUG_SUPPORTED)
        .mend("clear the reserved bits")
        .requireBits("reserved bits of the pending debug exceptions are 0", GUEST_PENDING_DEBUG_EXCEPTIONS,
            v -> 0, v -> ~v.get(PENDING_DEBUG_SUPPORTED));
    set.rule("guest-single-step-pending")
        .alias("GUEST.PDBG.BS1")
        .reads(GUEST_INTERRUPTIBILITY_STATE, GUEST_ACTIVITY_STATE, GUEST_RFLAGS, GUEST_IA32_DEBUGCTL)
        .when("there is blocking by STI or MOV SS or the guest is halted, RFLAGS.TF is 1 and IA32_DEBUGCTL.BTF is 0",
            v -> trapHeldBack(v) && singleSteps(v))
        .mend("set BS (bit 14) of the pending debug exceptions: the single-step trap is still to come")
        .requireSet("BS is 1", GUEST_PENDING_DEBUG_EXCEPTIONS, Dr6.BS);
    set.rule("guest-no-single-step-pending")
        .alias("GUEST.PDBG.BS0")
        .reads(GUEST_INTERRUPTIBILITY_STATE, GUEST_ACTIVITY_STATE, GUEST_RFLAGS, GUEST_IA32_DEBUGCTL)
        .when("there is blocking by STI or MOV SS or the guest is halted, and RFLAGS.TF is 0 or IA32_DEBUGCTL.BTF is 1",
            v -> trapHeldBack(v) && !singleSteps(v))
        .requireClear("BS is 0", GUEST_PENDING_DEBUG_EXCEPTIONS, Dr6.BS);
  }

  private static RuleSet<StateView, EntryFailure> link() {
    Builder<StateView, EntryFailure> set = ruleSet("guest-link-pointer", Sdm.GUEST_NON_REGISTER_CHECKS, EntryFailure.LINK_POINTER);
    set.rule("link-pointer-address-valid")
        .alias("GUEST.LINK.ALIGN", "GUEST.LINK.WIDTH")
        .reads(VMCS_LINK_POINTER)
        .reads(PhysicalAddress.reads())
        .when("the VMCS link pointer is not FFFFFFFFFFFFFFFFH", GuestStateChecks::linked)
        .mend(Remedy.value("write FFFFFFFFFFFFFFFFH: no VMCS is linked", VMCS_LINK_POINTER, v -> VmxItem.NO_VMCS))
        .require("bits 11:0 of the VMCS link pointer and its bits beyond the physical-address width are 0",
            v -> (v.get(VMCS_LINK_POINTER) & PhysicalAddress.notOfPage(v)) == 0);
    set.rule("linked-vmcs-revision-identifier")
        .alias("GUEST.LINK.REV")
        .reads(VMCS_LINK_POINTER, LINK_HEADER)
        .reads(PhysicalAddress.reads())
        .when("the VMCS link pointer is the address of a region", GuestStateChecks::validLink)
        .mend(Remedy.value("write FFFFFFFFFFFFFFFFH, or initialize the linked VMCS", VMCS_LINK_POINTER, v -> VmxItem.NO_VMCS))
        .require("bits 30:0 of the linked VMCS' first four bytes are the revision identifier",
            v -> ((v.get(LINK_HEADER) ^ v.get(IA32_VMX_BASIC)) & VmxCapability.BASIC_REVISION) == 0);
    set.rule("linked-vmcs-shadow-indicator")
        .alias("GUEST.LINK.SHADOW")
        .reads(VMCS_LINK_POINTER, LINK_HEADER)
        .reads(Control.SHADOWING.reads())
        .reads(PhysicalAddress.reads())
        .when("the VMCS link pointer is the address of a region", GuestStateChecks::validLink)
        .mend(Remedy.value("write FFFFFFFFFFFFFFFFH, or make the linked VMCS a shadow VMCS (bit 31 of its first four bytes)", VMCS_LINK_POINTER, v -> VmxItem.NO_VMCS))
        .require("bit 31 of the linked VMCS' first four bytes equals VMCS_SHADOWING",
            v -> (v.get(LINK_HEADER) & VmcsRegion.SHADOW) != 0 == Control.SHADOWING.on(v));
    set.rule("linked-vmcs-not-current")
        .alias("GUEST.LINK.CUR")
        .reads(VMCS_LINK_POINTER, CURRENT_VMCS, SMM)
        .when("a VMCS is linked, outside SMM", v -> linked(v) && v.get(SMM) == 0)
        .mend(Remedy.value("write FFFFFFFFFFFFFFFFH: no VMCS is linked", VMCS_LINK_POINTER, v -> VmxItem.NO_VMCS))
        .require("the VMCS link pointer is not the current-VMCS pointer", v -> v.get(VMCS_LINK_POINTER) != v.get(CURRENT_VMCS));
    return set.build();
  }

  private static RuleSet<StateView, EntryFailure> pdptes() {
    Builder<StateView, EntryFailure> set = ruleSet("guest-pdptes", Sdm.GUEST_PDPTE_CHECKS, EntryFailure.PDPTE);
    int number = 0;
    for (StateItem entry : List.of(VmxItem.PDPTE0, VmxItem.PDPTE1, VmxItem.PDPTE2, VmxItem.PDPTE3)) {
      set.rule("guest-pdpte" + number + "-reserved")
          .alias("GUEST.PDPTE." + number)
          .reads(GUEST_CR0, GUEST_CR4, VM_ENTRY_CONTROLS, MAXPHYADDR)
          .reads(entry)
          .when("the guest uses PAE paging and the entry is present", v -> pae(v) && (v.get(entry) & PageEntry.P) != 0)
          .mend("clear bits 2:1, 8:5 and those beyond the physical-address width of the entry: with EPT in the field, else in memory")
          .requireBits("bits 2:1, 8:5 and those beyond the physical-address width of the entry are 0", entry,
              v -> 0, v -> PDPTE_RESERVED | -1L << v.get(MAXPHYADDR));
      number++;
    }
    return set.build();
  }
  // spotless:on

  private static boolean wakes(StateView v) {
    return Injection.of(v, VmcsBits.EXTERNAL_INTERRUPT)
        || Injection.of(v, VmcsBits.NMI)
        || exception(v, Vector.DB)
        || exception(v, Vector.MC)
        || Injection.of(v, VmcsBits.OTHER_EVENT) && Injection.vector(v) == 0;
  }

  private static boolean exception(StateView v, Vector vector) {
    return Injection.of(v, VmcsBits.HARDWARE_EXCEPTION) && Injection.vector(v) == vector.number;
  }

  private static boolean trapHeldBack(StateView v) {
    return (v.get(GUEST_INTERRUPTIBILITY_STATE) & STI_OR_MOV_SS) != 0
        || v.get(GUEST_ACTIVITY_STATE) == VmcsBits.HLT;
  }

  private static boolean singleSteps(StateView v) {
    return (v.get(GUEST_RFLAGS) & Rflags.TF) != 0
        && (v.get(GUEST_IA32_DEBUGCTL) & Debugctl.BTF) == 0;
  }

  private static boolean linked(StateView v) {
    return v.get(VMCS_LINK_POINTER) != VmxItem.NO_VMCS;
  }

  private static boolean validLink(StateView v) {
    return linked(v) && (v.get(VMCS_LINK_POINTER) & PhysicalAddress.notOfPage(v)) == 0;
  }

  private static boolean pae(StateView v) {
    return (v.get(GUEST_CR0) & Cr0.PG) != 0
        && (v.get(GUEST_CR4) & Cr4.PAE) != 0
        && Control.IA32E_GUEST.off(v);
  }
}
