package io.vmxlab.vmx.entry;

import static io.vmxlab.arch.Msr.IA32_EFER;
import static io.vmxlab.arch.Msr.IA32_VMX_CR0_FIXED0;
import static io.vmxlab.arch.Msr.IA32_VMX_CR0_FIXED1;
import static io.vmxlab.arch.VmcsField.HOST_CR0;
import static io.vmxlab.arch.VmcsField.HOST_CR3;
import static io.vmxlab.arch.VmcsField.HOST_CR4;
import static io.vmxlab.arch.VmcsField.HOST_CS_SELECTOR;
import static io.vmxlab.arch.VmcsField.HOST_FS_BASE;
import static io.vmxlab.arch.VmcsField.HOST_GDTR_BASE;
import static io.vmxlab.arch.VmcsField.HOST_GS_BASE;
import static io.vmxlab.arch.VmcsField.HOST_IA32_EFER;
import static io.vmxlab.arch.VmcsField.HOST_IA32_PAT;
import static io.vmxlab.arch.VmcsField.HOST_IA32_PERF_GLOBAL_CTRL;
import static io.vmxlab.arch.VmcsField.HOST_IDTR_BASE;
import static io.vmxlab.arch.VmcsField.HOST_RIP;
import static io.vmxlab.arch.VmcsField.HOST_SS_SELECTOR;
import static io.vmxlab.arch.VmcsField.HOST_SYSENTER_EIP;
import static io.vmxlab.arch.VmcsField.HOST_SYSENTER_ESP;
import static io.vmxlab.arch.VmcsField.HOST_TR_BASE;
import static io.vmxlab.arch.VmcsField.HOST_TR_SELECTOR;
import static io.vmxlab.arch.VmcsField.VM_ENTRY_CONTROLS;
import static io.vmxlab.arch.VmcsField.VM_EXIT_CONTROLS;
import static io.vmxlab.rule.RuleSet.ruleSet;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Efer;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmInstructionError;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.cpu.VmFail;
import io.vmxlab.rule.Remedy;
import io.vmxlab.rule.RuleSet;
import io.vmxlab.rule.RuleSet.Builder;
import io.vmxlab.vmx.vmcs.Control;
import java.util.List;
import java.util.Locale;

/** Checks on the host-state area. SDM Vol. 3C "Checks on VMX Controls and Host-State Area". */
final class HostChecks {
  private static final VmFail INVALID = VmFail.valid(VmInstructionError.INVALID_HOST_STATE);
  private static final long RPL_AND_TI = 7;
  private static final long UPPER = -1L << 32;
  private static final long EFER_MODE = Efer.LMA | Efer.LME;

  static final RuleSet<StateView, VmFail> REGISTERS = registers();
  static final RuleSet<StateView, VmFail> SEGMENTS = segments();
  static final RuleSet<StateView, VmFail> ADDRESS_SPACE = addressSpace();

  private HostChecks() {}

  // spotless:off
  private static RuleSet<StateView, VmFail> registers() {
    Builder<StateView, VmFail> set = ruleSet("host-registers", Sdm.HOST_REGISTER_CHECKS, INVALID);
    set.rule("host-cr0-fixed")
        .alias("HOST.CR0.FIXED")
        .reads(HOST_CR0, IA32_VMX_CR0_FIXED0, IA32_VMX_CR0_FIXED1)
        .mend("OR IA32_VMX_CR0_FIXED0 (MSR 486H) into the field, AND IA32_VMX_CR0_FIXED1 (MSR 487H); CR0 of the running VMM is right")
        .requireBits("bits of Host CR0 that are 1 in IA32_VMX_CR0_FIXED0 are 1, those that are 0 in IA32_VMX_CR0_FIXED1 are 0 (NW and CD are not looked at)",
            HOST_CR0, v -> v.get(IA32_VMX_CR0_FIXED0) & ~(Cr0.NW | Cr0.CD), v -> ~v.get(IA32_VMX_CR0_FIXED1) & ~(Cr0.NW | Cr0.CD));
    Registers.fixedCr4(set, "host-cr4-fixed", "HOST.CR4.FIXED", HOST_CR4);
    Registers.cr3(set, "host-cr3-within-physical-width", "HOST.CR3.WIDTH", HOST_CR3);
    Registers.canonical(set, "host-sysenter-esp-canonical", "HOST.SYSENTER.ESP", HOST_SYSENTER_ESP);
    Registers.canonical(set, "host-sysenter-eip-canonical", "HOST.SYSENTER.EIP", HOST_SYSENTER_EIP);
    Registers.perfGlobal(set, "host-perf-global-ctrl-reserved", "HOST.PERFGLOBAL", Control.EXIT_LOAD_PERF, HOST_IA32_PERF_GLOBAL_CTRL);
    Registers.pat(set, "host-pat-memory-types", "HOST.PAT", Control.EXIT_LOAD_PAT, HOST_IA32_PAT);
    Registers.efer(set, "host-efer-reserved", "HOST.EFER.RSVD", Control.EXIT_LOAD_EFER, HOST_IA32_EFER);
    set.rule("host-efer-agrees-with-address-space")
        .alias("HOST.EFER.LMA")
        .reads(HOST_IA32_EFER, VM_EXIT_CONTROLS)
        .when(Control.EXIT_LOAD_EFER.isOne(), Control.EXIT_LOAD_EFER::on)
        .mend("write the VMM's own IA32_EFER to the field")
        .requireBits("LMA and LME of Host IA32_EFER equal HOST_ADDRESS_SPACE_SIZE", HOST_IA32_EFER,
            v -> Control.HOST_64_BIT.on(v) ? EFER_MODE : 0, v -> Control.HOST_64_BIT.on(v) ? 0 : EFER_MODE);
    return set.build();
  }

  private static RuleSet<StateView, VmFail> segments() {
    Builder<StateView, VmFail> set = ruleSet("host-segments", Sdm.HOST_SEGMENT_CHECKS, INVALID);
    for (String register : List.of("CS", "SS", "DS", "ES", "FS", "GS", "TR")) {
      VmcsField selector = VmcsField.valueOf("HOST_" + register + "_SELECTOR");
      set.rule("host-" + register.toLowerCase(Locale.ROOT) + "-rpl-and-ti-clear")
          .alias("HOST.SEL.RPLTI." + register)
          .mend("write the selector with RPL and TI 0: AND it with FFF8H")
          .requireClear("RPL (bits 1:0) and TI (bit 2) of " + selector.itemName() + " are 0", selector, RPL_AND_TI);
    }
    set.rule("host-cs-not-null")
        .alias("HOST.CS.NULL")
        .reads(HOST_CS_SELECTOR)
        .mend(Remedy.value("write the VMM's CS selector", HOST_CS_SELECTOR, v -> 8))
        .require("Host CS selector is not 0", v -> v.get(HOST_CS_SELECTOR) != 0);
    set.rule("host-tr-not-null")
        .alias("HOST.TR.NULL")
        .reads(HOST_TR_SELECTOR)
        .mend(Remedy.value("load TR with a TSS (LTR), and write its selector", HOST_TR_SELECTOR, v -> 8))
        .require("Host TR selector is not 0", v -> v.get(HOST_TR_SELECTOR) != 0);
    set.rule("host-ss-not-null")
        .alias("HOST.SS.NULL")
        .reads(HOST_SS_SELECTOR, VM_EXIT_CONTROLS)
        .when(Control.HOST_64_BIT.isZero(), Control.HOST_64_BIT::off)
        .mend(Remedy.value("write the VMM's SS selector", HOST_SS_SELECTOR, v -> 8))
        .require("Host SS selector is not 0", v -> v.get(HOST_SS_SELECTOR) != 0);
    for (VmcsField base : List.of(HOST_FS_BASE, HOST_GS_BASE, HOST_GDTR_BASE, HOST_IDTR_BASE, HOST_TR_BASE)) {
      String id = base.name().toLowerCase(Locale.ROOT).replace('_', '-');
      Registers.canonical(set, id + "-canonical", base.name().replace("HOST_", "HOST.BASE.CAN."), base);
    }
    return set.build();
  }

  private static RuleSet<StateView, VmFail> addressSpace() {
    Builder<StateView, VmFail> set = ruleSet("address-space-size", Sdm.ADDRESS_SPACE_CHECKS, INVALID);
    set.rule("ia32e-guest-from-ia32e-mode")
        .alias("HOST.ASZ.LMA0.GUEST")
        .impliedBy("ia32e-guest-requires-64-bit-host", "64-bit-host-from-ia32e-mode")
        .reads(IA32_EFER)
        .when("IA32_EFER.LMA is 0", v -> (v.get(IA32_EFER) & Efer.LMA) == 0)
        .mend("clear IA32E_MODE_GUEST: a VMM that is not in IA-32e mode has no such guests")
        .requireClear("IA32E_MODE_GUEST is 0", VM_ENTRY_CONTROLS, Control.IA32E_GUEST.mask());
    set.rule("64-bit-host-from-ia32e-mode")
        .alias("HOST.ASZ.LMA0")
        .reads(IA32_EFER)
        .when("IA32_EFER.LMA is 0", v -> (v.get(IA32_EFER) & Efer.LMA) == 0)
        .mend("clear HOST_ADDRESS_SPACE_SIZE")
        .requireClear("HOST_ADDRESS_SPACE_SIZE is 0", VM_EXIT_CONTROLS, Control.HOST_64_BIT.mask());
    set.rule("64-bit-host-in-ia32e-mode")
        .alias("HOST.ASZ.LMA1")
        .reads(IA32_EFER)
        .when("IA32_EFER.LMA is 1", v -> (v.get(IA32_EFER) & Efer.LMA) != 0)
        .mend("set HOST_ADDRESS_SPACE_SIZE (bit 9 of the VM-exit controls)")
        .requireSet("HOST_ADDRESS_SPACE_SIZE is 1", VM_EXIT_CONTROLS, Control.HOST_64_BIT.mask());
    set.rule("ia32e-guest-requires-64-bit-host")
        .alias("HOST.ASZ.GUEST")
        .impliedBy("64-bit-host-in-ia32e-mode", "ia32e-guest-from-ia32e-mode")
        .reads(VM_EXIT_CONTROLS)
        .when(Control.HOST_64_BIT.isZero(), Control.HOST_64_BIT::off)
        .mend("clear IA32E_MODE_GUEST")
        .requireClear("IA32E_MODE_GUEST is 0", VM_ENTRY_CONTROLS, Control.IA32E_GUEST.mask());
    set.rule("host-pcide-requires-64-bit-host")
        .alias("HOST.ASZ.PCIDE")
        .reads(VM_EXIT_CONTROLS)
        .when(Control.HOST_64_BIT.isZero(), Control.HOST_64_BIT::off)
        .mend("clear CR4.PCIDE in the host-state area")
        .requireClear("Host CR4.PCIDE is 0", HOST_CR4, Cr4.PCIDE);
    set.rule("32-bit-host-rip-has-32-bits")
        .alias("HOST.ASZ.RIP32")
        .impliedBy("64-bit-host-in-ia32e-mode")
        .reads(VM_EXIT_CONTROLS)
        .when(Control.HOST_64_BIT.isZero(), Control.HOST_64_BIT::off)
        .mend("write an address below 4 GiB")
        .requireClear("bits 63:32 of Host RIP are 0", HOST_RIP, UPPER);
    set.rule("64-bit-host-has-pae")
        .alias("HOST.ASZ.PAE")
        .reads(VM_EXIT_CONTROLS)
        .when(Control.HOST_64_BIT.isOne(), Control.HOST_64_BIT::on)
        .mend("write the VMM's own CR4")
        .requireSet("Host CR4.PAE is 1", HOST_CR4, Cr4.PAE);
    Registers.canonical(set, "host-rip-canonical", "HOST.ASZ.RIPCAN", HOST_RIP,
        Control.HOST_64_BIT.isOne(), Control.HOST_64_BIT::on, VM_EXIT_CONTROLS);
    return set.build();
  }
  // spotless:on
}
