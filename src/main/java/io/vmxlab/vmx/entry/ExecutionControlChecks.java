package io.vmxlab.vmx.entry;

import static io.vmxlab.arch.Msr.IA32_VMX_MISC;
import static io.vmxlab.arch.Msr.IA32_VMX_PINBASED_CTLS;
import static io.vmxlab.arch.Msr.IA32_VMX_PROCBASED_CTLS;
import static io.vmxlab.arch.Msr.IA32_VMX_PROCBASED_CTLS2;
import static io.vmxlab.arch.Msr.IA32_VMX_TRUE_PINBASED_CTLS;
import static io.vmxlab.arch.Msr.IA32_VMX_TRUE_PROCBASED_CTLS;
import static io.vmxlab.arch.Msr.IA32_VMX_VMFUNC;
import static io.vmxlab.arch.VmcsField.APIC_ACCESS_ADDRESS;
import static io.vmxlab.arch.VmcsField.CR3_TARGET_COUNT;
import static io.vmxlab.arch.VmcsField.EPTP_LIST_ADDRESS;
import static io.vmxlab.arch.VmcsField.EPT_POINTER;
import static io.vmxlab.arch.VmcsField.IO_BITMAP_A;
import static io.vmxlab.arch.VmcsField.IO_BITMAP_B;
import static io.vmxlab.arch.VmcsField.MSR_BITMAPS;
import static io.vmxlab.arch.VmcsField.PIN_BASED_CONTROLS;
import static io.vmxlab.arch.VmcsField.PML_ADDRESS;
import static io.vmxlab.arch.VmcsField.POSTED_INTERRUPT_DESCRIPTOR_ADDRESS;
import static io.vmxlab.arch.VmcsField.POSTED_INTERRUPT_NOTIFICATION_VECTOR;
import static io.vmxlab.arch.VmcsField.PRIMARY_CONTROLS;
import static io.vmxlab.arch.VmcsField.SECONDARY_CONTROLS;
import static io.vmxlab.arch.VmcsField.SPPT_POINTER;
import static io.vmxlab.arch.VmcsField.TPR_THRESHOLD;
import static io.vmxlab.arch.VmcsField.TSC_MULTIPLIER;
import static io.vmxlab.arch.VmcsField.VE_INFORMATION_ADDRESS;
import static io.vmxlab.arch.VmcsField.VIRTUAL_APIC_ADDRESS;
import static io.vmxlab.arch.VmcsField.VMREAD_BITMAP;
import static io.vmxlab.arch.VmcsField.VMWRITE_BITMAP;
import static io.vmxlab.arch.VmcsField.VM_FUNCTION_CONTROLS;
import static io.vmxlab.arch.VmxItem.VIRTUAL_TPR;
import static io.vmxlab.rule.RuleSet.ruleSet;

import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmInstructionError;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.cpu.VmFail;
import io.vmxlab.rule.Remedy;
import io.vmxlab.rule.RuleSet;
import io.vmxlab.rule.RuleSet.Builder;
import io.vmxlab.vmx.vmcs.Control;
import io.vmxlab.vmx.vmcs.PhysicalAddress;

/** Checks on the VM-execution control fields. SDM Vol. 3C "VM-Execution Control Fields". */
final class ExecutionControlChecks {
  private static final int MOST_CR3_TARGETS_SHIFT = 16;
  private static final int MOST_CR3_TARGETS = 0x1FF;
  private static final long THRESHOLD = 0xF;
  private static final long DESCRIPTOR_OFFSET = 0x3F;
  private static final long VECTOR = 0xFF;
  private static final long LOW = 0xFFFF_FFFFL;

  static final RuleSet<StateView, VmFail> RULES = rules();

  private ExecutionControlChecks() {}

  private static RuleSet<StateView, VmFail> rules() {
    Builder<StateView, VmFail> set =
        ruleSet(
            "vm-execution-controls",
            Sdm.VM_EXECUTION_CONTROL_CHECKS,
            VmFail.valid(VmInstructionError.INVALID_CONTROL_FIELDS));
    allowed(set);
    bitmapsAndApic(set);
    events(set);
    apicVirtualization(set);
    postedInterrupts(set);
    ept(set);
    functions(set);
    return set.build();
  }

  // spotless:off
  private static void allowed(Builder<StateView, VmFail> set) {
    AllowedSettings.rule(set, "pin-based-controls-allowed", "CTL.PIN.RSVD", PIN_BASED_CONTROLS,
        IA32_VMX_PINBASED_CTLS, IA32_VMX_TRUE_PINBASED_CTLS);
    AllowedSettings.rule(set, "primary-controls-allowed", "CTL.P1.RSVD", PRIMARY_CONTROLS,
        IA32_VMX_PROCBASED_CTLS, IA32_VMX_TRUE_PROCBASED_CTLS);
    set.rule("secondary-controls-allowed")
        .alias("CTL.P2.RSVD")
        .reads(PRIMARY_CONTROLS, SECONDARY_CONTROLS, IA32_VMX_PROCBASED_CTLS2)
        .when(Control.ACTIVATE_SECONDARY.isOne(), Control.ACTIVATE_SECONDARY::on)
        .mend("clear the secondary controls that bits 63:32 of IA32_VMX_PROCBASED_CTLS2 (MSR 48BH) do not allow to be 1")
        .requireBits("every secondary control that is 1 may be 1: bits 63:32 of IA32_VMX_PROCBASED_CTLS2",
            SECONDARY_CONTROLS, v -> 0, v -> ~(v.get(IA32_VMX_PROCBASED_CTLS2) >>> Integer.SIZE) & LOW);
    set.rule("cr3-target-count-supported")
        .alias("CTL.CR3TGT")
        .reads(CR3_TARGET_COUNT, IA32_VMX_MISC)
        .mend(Remedy.value("write a CR3-target count of at most bits 24:16 of IA32_VMX_MISC (MSR 485H); 0 if no targets are used",
            CR3_TARGET_COUNT, v -> 0))
        .require("the CR3-target count is at most bits 24:16 of IA32_VMX_MISC",
            v -> v.get(CR3_TARGET_COUNT) <= (v.get(IA32_VMX_MISC) >>> MOST_CR3_TARGETS_SHIFT & MOST_CR3_TARGETS));
  }

  private static void bitmapsAndApic(Builder<StateView, VmFail> set) {
    Areas.page(set, "io-bitmap-a-address-valid", "CTL.IOBMP", Control.USE_IO_BITMAPS, IO_BITMAP_A);
    Areas.page(set, "io-bitmap-b-address-valid", "CTL.IOBMP.B", Control.USE_IO_BITMAPS, IO_BITMAP_B);
    Areas.page(set, "msr-bitmaps-address-valid", "CTL.MSRBMP", Control.USE_MSR_BITMAPS, MSR_BITMAPS);
    Areas.page(set, "virtual-apic-address-valid", "CTL.VAPIC", Control.USE_TPR_SHADOW, VIRTUAL_APIC_ADDRESS);
    set.rule("tpr-threshold-reserved-bits-clear")
        .alias("CTL.TPRTH.RSVD")
        .reads(Control.INTERRUPT_DELIVERY.reads())
        .when("USE_TPR_SHADOW is 1 and VIRTUAL_INTERRUPT_DELIVERY is 0", ExecutionControlChecks::thresholdCounts)
        .mend("write a TPR threshold of at most 15")
        .requireClear("bits 31:4 of the TPR threshold are 0", TPR_THRESHOLD, ~THRESHOLD & LOW);
    set.rule("tpr-threshold-not-above-vtpr")
        .alias("CTL.TPRTH.VTPR")
        .reads(Control.INTERRUPT_DELIVERY.reads())
        .reads(VIRTUAL_APIC_ADDRESS, TPR_THRESHOLD, VIRTUAL_TPR)
        .reads(PhysicalAddress.reads())
        .when("USE_TPR_SHADOW is 1, VIRTUALIZE_APIC_ACCESSES and VIRTUAL_INTERRUPT_DELIVERY are 0, and the virtual-APIC address is valid",
            v -> thresholdCounts(v) && Control.APIC_ACCESSES.off(v)
                && (v.get(VIRTUAL_APIC_ADDRESS) & PhysicalAddress.notOfPage(v)) == 0)
        .mend(Remedy.value("write a TPR threshold that is not above bits 7:4 of VTPR, such as 0", TPR_THRESHOLD, v -> 0))
        .require("bits 3:0 of the TPR threshold are not above bits 7:4 of VTPR, byte 80H of the virtual-APIC page",
            v -> (v.get(TPR_THRESHOLD) & THRESHOLD) <= v.get(VIRTUAL_TPR) >>> 4);
  }

  private static void events(Builder<StateView, VmFail> set) {
    Needs.clear(set, "virtual-nmis-require-nmi-exiting", "CTL.NMI", Control.VIRTUAL_NMIS, Control.NMI_EXITING);
    Needs.clear(set, "nmi-window-requires-virtual-nmis", "CTL.NMIWIN", Control.NMI_WINDOW_EXITING, Control.VIRTUAL_NMIS);
    Areas.page(set, "apic-access-address-valid", "CTL.APICACC", Control.APIC_ACCESSES, APIC_ACCESS_ADDRESS);
  }

  private static void apicVirtualization(Builder<StateView, VmFail> set) {
    Needs.clear(set, "x2apic-mode-requires-tpr-shadow", "CTL.TPRDEP", Control.X2APIC_MODE, Control.USE_TPR_SHADOW);
    Needs.clear(set, "apic-registers-require-tpr-shadow", "CTL.TPRDEP.APICREG", Control.APIC_REGISTERS, Control.USE_TPR_SHADOW);
    Needs.clear(set, "interrupt-delivery-requires-tpr-shadow", "CTL.TPRDEP.VID", Control.INTERRUPT_DELIVERY, Control.USE_TPR_SHADOW);
    set.rule("x2apic-mode-excludes-apic-accesses")
        .alias("CTL.X2APIC")
        .reads(Control.X2APIC_MODE.reads())
        .when(Control.X2APIC_MODE.isOne(), Control.X2APIC_MODE::on)
        .requireClear("VIRTUALIZE_APIC_ACCESSES is 0", SECONDARY_CONTROLS, Control.APIC_ACCESSES.mask());
    Needs.set(set, "interrupt-delivery-requires-interrupt-exiting", "CTL.VID", Control.INTERRUPT_DELIVERY, Control.EXTERNAL_INTERRUPT_EXITING);
  }

  private static void postedInterrupts(Builder<StateView, VmFail> set) {
    Needs.clear(set, "posted-interrupts-require-interrupt-delivery", "CTL.PI.VID", Control.POSTED_INTERRUPTS, Control.INTERRUPT_DELIVERY);
    Needs.set(set, "posted-interrupts-require-acknowledge", "CTL.PI.ACK", Control.POSTED_INTERRUPTS, Control.ACKNOWLEDGE);
    set.rule("posted-interrupt-vector-has-8-bits")
        .alias("CTL.PI.VEC")
        .reads(Control.POSTED_INTERRUPTS.reads())
        .when(Control.POSTED_INTERRUPTS.isOne(), Control.POSTED_INTERRUPTS::on)
        .mend("write a notification vector of at most 255")
        .requireClear("bits 15:8 of the notification vector are 0", POSTED_INTERRUPT_NOTIFICATION_VECTOR, ~VECTOR & 0xFFFF);
    set.rule("posted-interrupt-descriptor-valid")
        .alias("CTL.PI.DESC")
        .reads(Control.POSTED_INTERRUPTS.reads())
        .reads(PhysicalAddress.reads())
        .when(Control.POSTED_INTERRUPTS.isOne(), Control.POSTED_INTERRUPTS::on)
        .mend("give the physical address of the descriptor, 64-byte aligned")
        .requireBits("bits 5:0 of the posted-interrupt descriptor address and its bits beyond the physical-address width are 0",
            POSTED_INTERRUPT_DESCRIPTOR_ADDRESS, v -> 0, v -> DESCRIPTOR_OFFSET | PhysicalAddress.beyond(v));
    set.rule("vpid-not-0")
        .alias("CTL.VPID")
        .reads(Control.VPID.reads())
        .reads(VmcsField.VPID)
        .when(Control.VPID.isOne(), Control.VPID::on)
        .mend(Remedy.value("write a VPID from 1 to FFFFH, or clear ENABLE_VPID: VPID 0 is the host's", VmcsField.VPID, v -> 1))
        .require("the VPID is not 0", v -> v.get(VmcsField.VPID) != 0);
  }

  private static void ept(Builder<StateView, VmFail> set) {
    new EptpRules("vm-entry", EPT_POINTER)
        .aliased()
        .reads(Control.EPT.reads())
        .when(Control.EPT.isOne(), Control.EPT::on)
        .addTo(set);
    Needs.clear(set, "pml-requires-ept", "CTL.PML", Control.PML, Control.EPT);
    Areas.page(set, "pml-address-valid", "CTL.PML.ADDR", Control.PML, PML_ADDRESS);
    Needs.clear(set, "unrestricted-guest-requires-ept", "CTL.UG", Control.UNRESTRICTED_GUEST, Control.EPT);
    Needs.clear(set, "mode-based-execute-requires-ept", "CTL.MBEC", Control.MODE_BASED_EXECUTE, Control.EPT);
    Needs.clear(set, "sub-page-permissions-require-ept", "CTL.SPP", Control.SUB_PAGE, Control.EPT);
    Areas.page(set, "sub-page-table-pointer-valid", "CTL.SPP.ADDR", Control.SUB_PAGE, SPPT_POINTER);
    Needs.clear(set, "pt-guest-physical-requires-ept", "CTL.PTGPA", Control.PT_GUEST_PHYSICAL, Control.EPT);
    Needs.clear(set, "pt-guest-physical-requires-load-rtit-ctl", "CTL.PTGPA.LOAD", Control.PT_GUEST_PHYSICAL, Control.LOAD_RTIT_CTL);
    Needs.clear(set, "pt-guest-physical-requires-clear-rtit-ctl", "CTL.PTGPA.CLEAR", Control.PT_GUEST_PHYSICAL, Control.CLEAR_RTIT_CTL);
    set.rule("tsc-multiplier-not-0")
        .alias("CTL.TSCSCALE")
        .reads(Control.TSC_SCALING.reads())
        .reads(TSC_MULTIPLIER)
        .when(Control.TSC_SCALING.isOne(), Control.TSC_SCALING::on)
        .mend(Remedy.value("write a TSC multiplier; 2^48 (1000000000000H) multiplies by 1", TSC_MULTIPLIER, v -> 1L << 48))
        .require("the TSC multiplier is not 0", v -> v.get(TSC_MULTIPLIER) != 0);
  }

  private static void functions(Builder<StateView, VmFail> set) {
    set.rule("vm-function-controls-supported")
        .alias("CTL.VMFUNC")
        .reads(Control.VM_FUNCTIONS.reads())
        .reads(VM_FUNCTION_CONTROLS, IA32_VMX_VMFUNC)
        .when(Control.VM_FUNCTIONS.isOne(), Control.VM_FUNCTIONS::on)
        .mend("clear the VM-function controls that IA32_VMX_VMFUNC (MSR 491H) does not show")
        .requireBits("every VM-function control that is 1 is 1 in IA32_VMX_VMFUNC",
            VM_FUNCTION_CONTROLS, v -> 0, v -> ~v.get(IA32_VMX_VMFUNC));
    set.rule("eptp-switching-requires-ept")
        .alias("CTL.EPTPSW")
        .reads(Control.VM_FUNCTIONS.reads())
        .reads(VM_FUNCTION_CONTROLS)
        .when("ENABLE_VM_FUNCTIONS and EPTP_SWITCHING are 1", ExecutionControlChecks::eptpSwitching)
        .mend(Remedy.clear("clear EPTP_SWITCHING, or set ENABLE_EPT and write an EPTP", VM_FUNCTION_CONTROLS, Control.EPTP_SWITCHING.mask()))
        .require("ENABLE_EPT is 1", Control.EPT::on);
    set.rule("eptp-list-address-valid")
        .alias("CTL.EPTPSW.ADDR")
        .reads(Control.VM_FUNCTIONS.reads())
        .reads(VM_FUNCTION_CONTROLS)
        .reads(PhysicalAddress.reads())
        .when("ENABLE_VM_FUNCTIONS and EPTP_SWITCHING are 1", ExecutionControlChecks::eptpSwitching)
        .mend("give the physical address of a 4-KByte page")
        .requireBits("bits 11:0 of the EPTP-list address and its bits beyond the physical-address width are 0",
            EPTP_LIST_ADDRESS, v -> 0, PhysicalAddress::notOfPage);
    Areas.page(set, "vmread-bitmap-address-valid", "CTL.SHADOW", Control.SHADOWING, VMREAD_BITMAP);
    Areas.page(set, "vmwrite-bitmap-address-valid", "CTL.SHADOW.W", Control.SHADOWING, VMWRITE_BITMAP);
    Areas.page(set, "ve-information-address-valid", "CTL.VE", Control.EPT_VIOLATION_VE, VE_INFORMATION_ADDRESS);
  }
  // spotless:on

  private static boolean thresholdCounts(StateView v) {
    return Control.USE_TPR_SHADOW.on(v) && Control.INTERRUPT_DELIVERY.off(v);
  }

  private static boolean eptpSwitching(StateView v) {
    return Control.VM_FUNCTIONS.on(v) && Control.EPTP_SWITCHING.on(v);
  }
}
