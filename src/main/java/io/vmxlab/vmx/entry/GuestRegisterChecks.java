package io.vmxlab.vmx.entry;

import static io.vmxlab.arch.Msr.IA32_VMX_CR0_FIXED0;
import static io.vmxlab.arch.Msr.IA32_VMX_CR0_FIXED1;
import static io.vmxlab.arch.State.LINEAR_WIDTH;
import static io.vmxlab.arch.VmcsField.GUEST_CR0;
import static io.vmxlab.arch.VmcsField.GUEST_CR3;
import static io.vmxlab.arch.VmcsField.GUEST_CR4;
import static io.vmxlab.arch.VmcsField.GUEST_CS_ACCESS_RIGHTS;
import static io.vmxlab.arch.VmcsField.GUEST_DR7;
import static io.vmxlab.arch.VmcsField.GUEST_GDTR_BASE;
import static io.vmxlab.arch.VmcsField.GUEST_GDTR_LIMIT;
import static io.vmxlab.arch.VmcsField.GUEST_IA32_BNDCFGS;
import static io.vmxlab.arch.VmcsField.GUEST_IA32_DEBUGCTL;
import static io.vmxlab.arch.VmcsField.GUEST_IA32_EFER;
import static io.vmxlab.arch.VmcsField.GUEST_IA32_PAT;
import static io.vmxlab.arch.VmcsField.GUEST_IA32_PERF_GLOBAL_CTRL;
import static io.vmxlab.arch.VmcsField.GUEST_IDTR_BASE;
import static io.vmxlab.arch.VmcsField.GUEST_IDTR_LIMIT;
import static io.vmxlab.arch.VmcsField.GUEST_RFLAGS;
import static io.vmxlab.arch.VmcsField.GUEST_RIP;
import static io.vmxlab.arch.VmcsField.GUEST_SYSENTER_EIP;
import static io.vmxlab.arch.VmcsField.GUEST_SYSENTER_ESP;
import static io.vmxlab.arch.VmcsField.VM_ENTRY_CONTROLS;
import static io.vmxlab.arch.VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION;
import static io.vmxlab.arch.VmxItem.DEBUGCTL_SUPPORTED;
import static io.vmxlab.rule.RuleSet.ruleSet;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Efer;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.SegmentRights;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmcsBits;
import io.vmxlab.rule.Remedy;
import io.vmxlab.rule.RuleSet;
import io.vmxlab.rule.RuleSet.Builder;
import io.vmxlab.vmx.vmcs.Control;

/**
 * Checks on the guest's registers but its segments. SDM Vol. 3C "Checks on Guest Control Registers,
 * Debug Registers, and MSRs", "Checks on Guest Descriptor-Table Registers", "Checks on Guest RIP
 * and RFLAGS".
 */
final class GuestRegisterChecks {
  private static final long UPPER = -1L << 32;
  private static final long ABOVE_16 = 0xFFFF_0000L;
  private static final long BNDCFGS_RESERVED = 0xFFC;
  private static final long BNDCFGS_LOW = 0xFFF;

  static final RuleSet<StateView, EntryFailure> REGISTERS = registers();
  static final RuleSet<StateView, EntryFailure> TABLES = tables();
  static final RuleSet<StateView, EntryFailure> RIP = rip();

  private GuestRegisterChecks() {}

  // spotless:off
  private static RuleSet<StateView, EntryFailure> registers() {
    Builder<StateView, EntryFailure> set = ruleSet("guest-registers", Sdm.GUEST_REGISTER_CHECKS, EntryFailure.GUEST_STATE);
    set.rule("guest-cr0-fixed")
        .alias("GUEST.CR0.FIXED")
        .reads(GUEST_CR0, IA32_VMX_CR0_FIXED0, IA32_VMX_CR0_FIXED1)
        .reads(Control.UNRESTRICTED_GUEST.reads())
        .mend("OR IA32_VMX_CR0_FIXED0 (MSR 486H) into the field, AND IA32_VMX_CR0_FIXED1 (MSR 487H); PE and PG may be 0 only with UNRESTRICTED_GUEST")
        .requireBits("bits of Guest CR0 that are 1 in IA32_VMX_CR0_FIXED0 are 1 (but PE and PG with UNRESTRICTED_GUEST), those that are 0 in IA32_VMX_CR0_FIXED1 are 0; NW and CD are not looked at",
            GUEST_CR0, v -> v.get(IA32_VMX_CR0_FIXED0) & ~exempt(v), v -> ~v.get(IA32_VMX_CR0_FIXED1) & ~exempt(v));
    set.rule("guest-paging-requires-protection")
        .alias("GUEST.CR0.PGPE")
        .reads(GUEST_CR0)
        .when("Guest CR0.PG is 1", v -> (v.get(GUEST_CR0) & Cr0.PG) != 0)
        .requireSet("Guest CR0.PE is 1", GUEST_CR0, Cr0.PE);
    Registers.fixedCr4(set, "guest-cr4-fixed", "GUEST.CR4.FIXED", GUEST_CR4);
    set.rule("guest-debugctl-reserved")
        .alias("GUEST.DEBUGCTL")
        .reads(VM_ENTRY_CONTROLS, DEBUGCTL_SUPPORTED)
        .when(Control.LOAD_DEBUG.isOne(), Control.LOAD_DEBUG::on)
        .mend("clear the reserved bits")
        .requireBits("reserved bits of Guest IA32_DEBUGCTL are 0", GUEST_IA32_DEBUGCTL, v -> 0, v -> ~v.get(DEBUGCTL_SUPPORTED));
    set.rule("ia32e-guest-has-paging")
        .alias("GUEST.IA32E.PG")
        .reads(VM_ENTRY_CONTROLS)
        .when(Control.IA32E_GUEST.isOne(), Control.IA32E_GUEST::on)
        .mend("set CR0.PG of the guest, or clear IA32E_MODE_GUEST")
        .requireSet("Guest CR0.PG is 1", GUEST_CR0, Cr0.PG);
    set.rule("ia32e-guest-has-pae")
        .alias("GUEST.IA32E.PAE")
        .reads(VM_ENTRY_CONTROLS)
        .when(Control.IA32E_GUEST.isOne(), Control.IA32E_GUEST::on)
        .mend("set CR4.PAE of the guest, or clear IA32E_MODE_GUEST")
        .requireSet("Guest CR4.PAE is 1", GUEST_CR4, Cr4.PAE);
    set.rule("guest-pcide-requires-ia32e-guest")
        .alias("GUEST.PCIDE")
        .reads(VM_ENTRY_CONTROLS)
        .when(Control.IA32E_GUEST.isZero(), Control.IA32E_GUEST::off)
        .requireClear("Guest CR4.PCIDE is 0", GUEST_CR4, Cr4.PCIDE);
    Registers.cr3(set, "guest-cr3-within-physical-width", "GUEST.CR3.WIDTH", GUEST_CR3);
    set.rule("guest-dr7-has-32-bits")
        .alias("GUEST.DR7")
        .reads(VM_ENTRY_CONTROLS)
        .when(Control.LOAD_DEBUG.isOne(), Control.LOAD_DEBUG::on)
        .requireClear("bits 63:32 of Guest DR7 are 0", GUEST_DR7, UPPER);
    Registers.canonical(set, "guest-sysenter-esp-canonical", "GUEST.SYSENTER.ESP", GUEST_SYSENTER_ESP);
    Registers.canonical(set, "guest-sysenter-eip-canonical", "GUEST.SYSENTER.EIP", GUEST_SYSENTER_EIP);
    Registers.perfGlobal(set, "guest-perf-global-ctrl-reserved", "GUEST.PERFGLOBAL", Control.LOAD_PERF, GUEST_IA32_PERF_GLOBAL_CTRL);
    Registers.pat(set, "guest-pat-memory-types", "GUEST.PAT", Control.LOAD_PAT, GUEST_IA32_PAT);
    Registers.efer(set, "guest-efer-reserved", "GUEST.EFER.RSVD", Control.LOAD_EFER, GUEST_IA32_EFER);
    efer(set);
    bounds(set);
    return set.build();
  }

  private static void efer(Builder<StateView, EntryFailure> set) {
    set.rule("guest-efer-lma-agrees")
        .alias("GUEST.EFER.LMA")
        .reads(VM_ENTRY_CONTROLS)
        .when(Control.LOAD_EFER.isOne(), Control.LOAD_EFER::on)
        .mend(Remedy.change("make LMA and LME of the field equal to IA32E_MODE_GUEST", GUEST_IA32_EFER,
            v -> Control.IA32E_GUEST.on(v) ? Efer.LMA | Efer.LME : 0,
            v -> Control.IA32E_GUEST.on(v) ? 0 : Efer.LMA | Efer.LME))
        .requireBits("LMA of Guest IA32_EFER equals IA32E_MODE_GUEST", GUEST_IA32_EFER,
            v -> Control.IA32E_GUEST.on(v) ? Efer.LMA : 0, v -> Control.IA32E_GUEST.on(v) ? 0 : Efer.LMA);
    set.rule("guest-efer-lme-agrees")
        .alias("GUEST.EFER.LME")
        .reads(VM_ENTRY_CONTROLS, GUEST_CR0, GUEST_IA32_EFER)
        .when("LOAD_IA32_EFER and Guest CR0.PG are 1",
            v -> Control.LOAD_EFER.on(v) && (v.get(GUEST_CR0) & Cr0.PG) != 0)
        .mend("make LME and LMA of the field equal: with paging LME alone does not exist")
        .requireBits("LME of Guest IA32_EFER equals its LMA", GUEST_IA32_EFER,
            v -> (v.get(GUEST_IA32_EFER) & Efer.LMA) != 0 ? Efer.LME : 0,
            v -> (v.get(GUEST_IA32_EFER) & Efer.LMA) != 0 ? 0 : Efer.LME);
  }

  private static void bounds(Builder<StateView, EntryFailure> set) {
    set.rule("guest-bndcfgs-reserved")
        .alias("GUEST.BNDCFGS")
        .reads(VM_ENTRY_CONTROLS)
        .when(Control.LOAD_BNDCFGS.isOne(), Control.LOAD_BNDCFGS::on)
        .mend("clear bits 11:2")
        .requireClear("bits 11:2 of Guest IA32_BNDCFGS are 0", GUEST_IA32_BNDCFGS, BNDCFGS_RESERVED);
    set.rule("guest-bndcfgs-canonical")
        .alias("GUEST.BNDCFGS.CAN")
        .reads(VM_ENTRY_CONTROLS, GUEST_IA32_BNDCFGS, LINEAR_WIDTH)
        .when(Control.LOAD_BNDCFGS.isOne(), Control.LOAD_BNDCFGS::on)
        .mend(Remedy.clear("write a canonical address to bits 63:12", GUEST_IA32_BNDCFGS, ~BNDCFGS_LOW))
        .require("the address in bits 63:12 of Guest IA32_BNDCFGS is canonical",
            v -> isCanonical(v.get(GUEST_IA32_BNDCFGS) & ~BNDCFGS_LOW, v.get(LINEAR_WIDTH)));
  }

  private static RuleSet<StateView, EntryFailure> tables() {
    Builder<StateView, EntryFailure> set = ruleSet("guest-descriptor-tables", Sdm.GUEST_TABLE_CHECKS, EntryFailure.GUEST_STATE);
    Registers.canonical(set, "guest-gdtr-base-canonical", "GUEST.GDTR.BASE", GUEST_GDTR_BASE);
    Registers.canonical(set, "guest-idtr-base-canonical", "GUEST.IDTR.BASE", GUEST_IDTR_BASE);
    set.rule("guest-gdtr-limit-has-16-bits")
        .alias("GUEST.GDTR.LIMIT")
        .requireClear("bits 31:16 of Guest GDTR limit are 0", GUEST_GDTR_LIMIT, ABOVE_16);
    set.rule("guest-idtr-limit-has-16-bits")
        .alias("GUEST.IDTR.LIMIT")
        .requireClear("bits 31:16 of Guest IDTR limit are 0", GUEST_IDTR_LIMIT, ABOVE_16);
    return set.build();
  }

  private static RuleSet<StateView, EntryFailure> rip() {
    Builder<StateView, EntryFailure> set = ruleSet("guest-rip-rflags", Sdm.GUEST_RIP_CHECKS, EntryFailure.GUEST_STATE);
    set.rule("guest-rip-has-32-bits")
        .alias("GUEST.RIP.32")
        .reads(VM_ENTRY_CONTROLS, GUEST_CS_ACCESS_RIGHTS)
        .when("IA32E_MODE_GUEST is 0 or CS.L is 0", v -> !in64BitMode(v))
        .mend("write an address below 4 GiB")
        .requireClear("bits 63:32 of Guest RIP are 0", GUEST_RIP, UPPER);
    set.rule("guest-rip-canonical")
        .alias("GUEST.RIP.CAN")
        .reads(VM_ENTRY_CONTROLS, GUEST_CS_ACCESS_RIGHTS, GUEST_RIP, LINEAR_WIDTH)
        .when("IA32E_MODE_GUEST and CS.L are 1", GuestRegisterChecks::in64BitMode)
        .mend(Remedy.clear("write a canonical address", GUEST_RIP, UPPER))
        .require("bits of Guest RIP from the linear-address width on are equal",
            v -> isCanonical(v.get(GUEST_RIP), v.get(LINEAR_WIDTH) + 1));
    set.rule("guest-rflags-reserved")
        .alias("GUEST.RFLAGS.RESERVED")
        .mend("set bit 1 of RFLAGS and clear its reserved bits: RFLAGS is 2 at least")
        .requireBits("reserved bits of Guest RFLAGS (63:22, 15, 5, 3) are 0, bit 1 is 1", GUEST_RFLAGS,
            v -> Rflags.FIXED, v -> ~Rflags.ALL);
    set.rule("guest-virtual-8086-mode-possible")
        .alias("GUEST.RFLAGS.VM")
        .reads(VM_ENTRY_CONTROLS, GUEST_CR0)
        .when("IA32E_MODE_GUEST is 1 or Guest CR0.PE is 0",
            v -> Control.IA32E_GUEST.on(v) || (v.get(GUEST_CR0) & Cr0.PE) == 0)
        .mend(Remedy.none("clear RFLAGS.VM of a guest in IA-32e mode or real-address mode, and give it segments of its mode"))
        .requireClear("Guest RFLAGS.VM is 0", GUEST_RFLAGS, Rflags.VM);
    set.rule("injected-interrupt-requires-if")
        .alias("GUEST.RFLAGS.IF")
        .reads(VM_ENTRY_INTERRUPTION_INFORMATION)
        .when("an external interrupt is injected", v -> Injection.of(v, VmcsBits.EXTERNAL_INTERRUPT))
        .mend("wait for an interrupt window (VM exit 7) before the interrupt is injected")
        .requireSet("Guest RFLAGS.IF is 1", GUEST_RFLAGS, Rflags.IF);
    return set.build();
  }
  // spotless:on

  private static long exempt(StateView v) {
    return Cr0.NW | Cr0.CD | (Control.UNRESTRICTED_GUEST.on(v) ? Cr0.PE | Cr0.PG : 0);
  }

  private static boolean in64BitMode(StateView v) {
    return Control.IA32E_GUEST.on(v) && (v.get(GUEST_CS_ACCESS_RIGHTS) & SegmentRights.L) != 0;
  }

  private static boolean isCanonical(long address, long width) {
    int above = Long.SIZE - (int) width;
    return above <= 0 || address << above >> above == address;
  }
}
