package io.vmxlab.vmx.entry;

import static io.vmxlab.arch.Msr.IA32_VMX_BASIC;
import static io.vmxlab.arch.Msr.IA32_VMX_ENTRY_CTLS;
import static io.vmxlab.arch.Msr.IA32_VMX_EXIT_CTLS;
import static io.vmxlab.arch.Msr.IA32_VMX_MISC;
import static io.vmxlab.arch.Msr.IA32_VMX_PROCBASED_CTLS;
import static io.vmxlab.arch.Msr.IA32_VMX_TRUE_ENTRY_CTLS;
import static io.vmxlab.arch.Msr.IA32_VMX_TRUE_EXIT_CTLS;
import static io.vmxlab.arch.State.SMM;
import static io.vmxlab.arch.VmcsField.GUEST_CR0;
import static io.vmxlab.arch.VmcsField.VM_ENTRY_CONTROLS;
import static io.vmxlab.arch.VmcsField.VM_ENTRY_EXCEPTION_ERROR_CODE;
import static io.vmxlab.arch.VmcsField.VM_ENTRY_INSTRUCTION_LENGTH;
import static io.vmxlab.arch.VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION;
import static io.vmxlab.arch.VmcsField.VM_ENTRY_MSR_LOAD_ADDRESS;
import static io.vmxlab.arch.VmcsField.VM_ENTRY_MSR_LOAD_COUNT;
import static io.vmxlab.arch.VmcsField.VM_EXIT_CONTROLS;
import static io.vmxlab.arch.VmcsField.VM_EXIT_MSR_LOAD_ADDRESS;
import static io.vmxlab.arch.VmcsField.VM_EXIT_MSR_LOAD_COUNT;
import static io.vmxlab.arch.VmcsField.VM_EXIT_MSR_STORE_ADDRESS;
import static io.vmxlab.arch.VmcsField.VM_EXIT_MSR_STORE_COUNT;
import static io.vmxlab.rule.RuleSet.ruleSet;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.Vector;
import io.vmxlab.arch.VmInstructionError;
import io.vmxlab.arch.VmcsBits;
import io.vmxlab.arch.VmxCapability;
import io.vmxlab.cpu.VmFail;
import io.vmxlab.rule.Remedy;
import io.vmxlab.rule.RuleSet;
import io.vmxlab.rule.RuleSet.Builder;
import io.vmxlab.vmx.vmcs.Control;

/**
 * Checks on the VM-exit and VM-entry control fields. SDM Vol. 3C "VM-Exit Control Fields",
 * "VM-Entry Control Fields".
 */
final class TransitionControlChecks {
  private static final VmFail INVALID = VmFail.valid(VmInstructionError.INVALID_CONTROL_FIELDS);
  private static final String INJECTS =
      "an event is injected: bit 31 of the VM-entry interruption-information field is 1";
  private static final long LAST_EXCEPTION = 31;
  private static final long LONGEST_INSTRUCTION = 15;
  private static final long ERROR_CODE_UPPER = 0xFFFF_0000L;
  private static final long INFORMATION_RESERVED = 0x7FFF_F000L;
  private static final long INFORMATION_TYPE = 7L << 8;

  static final RuleSet<StateView, VmFail> EXIT = exit();
  static final RuleSet<StateView, VmFail> ENTRY = entry();

  private TransitionControlChecks() {}

  // spotless:off
  private static RuleSet<StateView, VmFail> exit() {
    Builder<StateView, VmFail> set = ruleSet("vm-exit-controls", Sdm.VM_EXIT_CONTROL_CHECKS, INVALID);
    AllowedSettings.rule(set, "vm-exit-controls-allowed", "CTL.EX.RSVD", VM_EXIT_CONTROLS,
        IA32_VMX_EXIT_CTLS, IA32_VMX_TRUE_EXIT_CTLS);
    Needs.clear(set, "save-preemption-timer-requires-timer", "CTL.EX.TIMER",
        Control.SAVE_PREEMPTION_TIMER, Control.PREEMPTION_TIMER);
    Areas.msrs(set, "vm-exit-msr-store", "CTL.EX.MSRST", VM_EXIT_MSR_STORE_COUNT, VM_EXIT_MSR_STORE_ADDRESS);
    Areas.msrs(set, "vm-exit-msr-load", "CTL.EX.MSRLD", VM_EXIT_MSR_LOAD_COUNT, VM_EXIT_MSR_LOAD_ADDRESS);
    return set.build();
  }

  private static RuleSet<StateView, VmFail> entry() {
    Builder<StateView, VmFail> set = ruleSet("vm-entry-controls", Sdm.VM_ENTRY_CONTROL_CHECKS, INVALID);
    AllowedSettings.rule(set, "vm-entry-controls-allowed", "CTL.EN.RSVD", VM_ENTRY_CONTROLS,
        IA32_VMX_ENTRY_CTLS, IA32_VMX_TRUE_ENTRY_CTLS);
    injection(set);
    Areas.msrs(set, "vm-entry-msr-load", "CTL.EN.MSRLD", VM_ENTRY_MSR_LOAD_COUNT, VM_ENTRY_MSR_LOAD_ADDRESS);
    set.rule("entry-to-smm-only-in-smm")
        .alias("CTL.EN.SMM")
        .reads(SMM)
        .when("outside SMM", v -> v.get(SMM) == 0)
        .requireClear("ENTRY_TO_SMM and DEACTIVATE_DUAL_MONITOR_TREATMENT are 0",
            VM_ENTRY_CONTROLS, Control.ENTRY_TO_SMM.mask() | Control.DEACTIVATE_DUAL_MONITOR.mask());
    set.rule("entry-to-smm-keeps-dual-monitor")
        .alias("CTL.EN.SMM2")
        .reads(SMM)
        .when("in SMM, and " + Control.ENTRY_TO_SMM.isOne(), v -> v.get(SMM) != 0 && Control.ENTRY_TO_SMM.on(v))
        .requireClear("DEACTIVATE_DUAL_MONITOR_TREATMENT is 0", VM_ENTRY_CONTROLS, Control.DEACTIVATE_DUAL_MONITOR.mask());
    return set.build();
  }

  private static void injection(Builder<StateView, VmFail> set) {
    set.rule("injection-type-exists")
        .alias("CTL.INJ.TYPE")
        .reads(VM_ENTRY_INTERRUPTION_INFORMATION, IA32_VMX_PROCBASED_CTLS)
        .when(INJECTS, Injection::of)
        .mend(Remedy.clear("clear bit 31 of the VM-entry interruption-information field, or give the type of an event that can be injected",
            VM_ENTRY_INTERRUPTION_INFORMATION, VmcsBits.VALID))
        .require("the event's type is not 1; it is 7 only if IA32_VMX_PROCBASED_CTLS[59] is 1", v -> {
          int type = VmcsBits.type(v.get(VM_ENTRY_INTERRUPTION_INFORMATION));
          boolean mtf = (v.get(IA32_VMX_PROCBASED_CTLS) >>> Integer.SIZE & Control.MONITOR_TRAP_FLAG.mask()) != 0;
          return type != 1 && (type != VmcsBits.OTHER_EVENT || mtf);
        });
    set.rule("injection-nmi-vector-is-2")
        .alias("CTL.INJ.VECNMI")
        .reads(VM_ENTRY_INTERRUPTION_INFORMATION)
        .when("an NMI is injected", v -> Injection.of(v, VmcsBits.NMI))
        .mend(Remedy.change("give an NMI vector 2", VM_ENTRY_INTERRUPTION_INFORMATION, v -> 2, v -> VmcsBits.VECTOR & ~2))
        .require("the vector is 2", v -> Injection.vector(v) == 2);
    set.rule("injection-exception-vector-at-most-31")
        .alias("CTL.INJ.VECHW")
        .reads(VM_ENTRY_INTERRUPTION_INFORMATION)
        .when("a hardware exception is injected", v -> Injection.of(v, VmcsBits.HARDWARE_EXCEPTION))
        .mend(Remedy.clear("inject a vector above 31 as an external interrupt (type 0)",
            VM_ENTRY_INTERRUPTION_INFORMATION, INFORMATION_TYPE))
        .require("the vector is at most 31", v -> Injection.vector(v) <= LAST_EXCEPTION);
    set.rule("injection-other-event-vector-is-0")
        .alias("CTL.INJ.VECOTH")
        .reads(VM_ENTRY_INTERRUPTION_INFORMATION)
        .when("an other event is injected", v -> Injection.of(v, VmcsBits.OTHER_EVENT))
        .mend(Remedy.clear("write vector 0 for a pending monitor-trap-flag VM exit",
            VM_ENTRY_INTERRUPTION_INFORMATION, VmcsBits.VECTOR))
        .require("the vector is 0", v -> Injection.vector(v) == 0);
    set.rule("injection-error-code-only-for-exceptions")
        .alias("CTL.INJ.ERRCODE")
        .reads(VM_ENTRY_INTERRUPTION_INFORMATION, GUEST_CR0, IA32_VMX_BASIC)
        .reads(Control.UNRESTRICTED_GUEST.reads())
        .when(INJECTS + ", with an error code (bit 11)", v -> Injection.of(v) && (information(v) & VmcsBits.ERROR_CODE) != 0)
        .mend(Remedy.clear("clear bit 11 (deliver error code)", VM_ENTRY_INTERRUPTION_INFORMATION, VmcsBits.ERROR_CODE))
        .require("the event is a hardware exception that has an error code (#DF #TS #NP #SS #GP #PF #AC; any if IA32_VMX_BASIC[56] is 1), and the guest's CR0.PE is 1 if UNRESTRICTED_GUEST is 1",
            v -> type(v) == VmcsBits.HARDWARE_EXCEPTION && protectedGuest(v) && (anyErrorCode(v) || hasErrorCode(v)));
    set.rule("injection-error-code-where-there-is-one")
        .alias("CTL.INJ.ERRCODE.MISSING")
        .reads(VM_ENTRY_INTERRUPTION_INFORMATION, GUEST_CR0, IA32_VMX_BASIC)
        .reads(Control.UNRESTRICTED_GUEST.reads())
        .when("a hardware exception with an error code is injected, IA32_VMX_BASIC[56] is 0, and the guest's CR0.PE is 1 if UNRESTRICTED_GUEST is 1",
            v -> Injection.of(v, VmcsBits.HARDWARE_EXCEPTION) && hasErrorCode(v) && protectedGuest(v) && !anyErrorCode(v))
        .mend("set bit 11 (deliver error code) and write the VM-entry exception error code")
        .requireSet("bit 11 (deliver error code) is 1", VM_ENTRY_INTERRUPTION_INFORMATION, VmcsBits.ERROR_CODE);
    set.rule("injection-reserved-bits-clear")
        .alias("CTL.INJ.RSVD")
        .when(INJECTS, Injection::of)
        .mend("clear bits 30:12 of the VM-entry interruption-information field: bit 12 of a VM exit's field does not belong there")
        .requireClear("bits 30:12 of the VM-entry interruption-information field are 0",
            VM_ENTRY_INTERRUPTION_INFORMATION, INFORMATION_RESERVED);
    set.rule("injection-error-code-has-16-bits")
        .alias("CTL.INJ.EC16")
        .reads(VM_ENTRY_INTERRUPTION_INFORMATION)
        .when(INJECTS + ", with an error code (bit 11)", v -> Injection.of(v) && (information(v) & VmcsBits.ERROR_CODE) != 0)
        .mend("clear bits 31:16 of the VM-entry exception error code")
        .requireClear("bits 31:16 of the VM-entry exception error code are 0", VM_ENTRY_EXCEPTION_ERROR_CODE, ERROR_CODE_UPPER);
    set.rule("injection-instruction-length-valid")
        .alias("CTL.INJ.LEN")
        .reads(VM_ENTRY_INTERRUPTION_INFORMATION, VM_ENTRY_INSTRUCTION_LENGTH, IA32_VMX_MISC)
        .when("a software interrupt or exception is injected (types 4, 5 and 6)", TransitionControlChecks::software)
        .mend(Remedy.value("write the instruction's length; that of a VM exit for it is in 440CH", VM_ENTRY_INSTRUCTION_LENGTH, v -> 1))
        .require("the VM-entry instruction length is from 1 to 15; 0 too if IA32_VMX_MISC[30] is 1", v -> {
          long length = v.get(VM_ENTRY_INSTRUCTION_LENGTH);
          return length <= LONGEST_INSTRUCTION && (length != 0 || (v.get(IA32_VMX_MISC) & VmxCapability.MISC_LENGTH_0) != 0);
        });
  }
  // spotless:on

  private static long information(StateView v) {
    return v.get(VM_ENTRY_INTERRUPTION_INFORMATION);
  }

  private static int type(StateView v) {
    return VmcsBits.type(information(v));
  }

  private static boolean software(StateView v) {
    int type = type(v);
    return Injection.of(v)
        && type >= VmcsBits.SOFTWARE_INTERRUPT
        && type <= VmcsBits.SOFTWARE_EXCEPTION;
  }

  private static boolean hasErrorCode(StateView v) {
    Vector exception = Vector.of((int) Injection.vector(v));
    return exception != null && exception.pushesErrorCode && exception != Vector.CP;
  }

  private static boolean anyErrorCode(StateView v) {
    return (v.get(IA32_VMX_BASIC) & VmxCapability.BASIC_ANY_ERROR_CODE) != 0;
  }

  private static boolean protectedGuest(StateView v) {
    return Control.UNRESTRICTED_GUEST.off(v) || (v.get(GUEST_CR0) & Cr0.PE) != 0;
  }
}
