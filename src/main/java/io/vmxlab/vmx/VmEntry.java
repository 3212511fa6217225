package io.vmxlab.vmx;

import io.vmxlab.arch.ExitReason;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.rule.Rule;
import io.vmxlab.rule.RuleSet;
import io.vmxlab.vmx.entry.CheckedEntry;
import io.vmxlab.vmx.entry.EntryChecks;
import io.vmxlab.vmx.entry.EntryFailure;
import io.vmxlab.vmx.entry.EventInjection;
import io.vmxlab.vmx.entry.GuestLoading;
import io.vmxlab.vmx.ept.GuestTranslation;
import io.vmxlab.vmx.guest.NonRoot;
import io.vmxlab.vmx.guest.UnmodelledGuests;
import io.vmxlab.vmx.vmcs.MsrArea;
import io.vmxlab.vmx.vmcs.Vmcs;

/** VM entries of one processor, from the checks on guest state on. SDM Vol. 3C "VM Entries". */
final class VmEntry {
  private final Cpu cpu;
  private final VmxView view;
  private final Vmcs vmcs;
  private final CheckedEntry checked;
  private final NonRoot guest;
  private final GuestTranslation translation;
  private final VmFunctions functions;

  VmEntry(Cpu cpu, VmxState state) {
    this.cpu = cpu;
    view = state.view;
    vmcs = state.vmcs();
    checked = new CheckedEntry(cpu, vmcs);
    guest = new NonRoot(cpu, vmcs);
    translation = new GuestTranslation(cpu, vmcs, guest.exits(), guest::unblockedByCurrent);
    functions = new VmFunctions(cpu, vmcs, guest.exits(), translation);
    cpu.interception = guest;
  }

  /** The current VMCS has been checked, and what changed since is in order too. */
  boolean isKnownGood() {
    return checked.holds(view);
  }

  VmFunctions functions() {
    return functions;
  }

  /** Goes through the checks on guest state; if one does not hold, the VM entry fails. */
  boolean guestIsGood() {
    for (RuleSet<StateView, EntryFailure> set : EntryChecks.guest()) {
      cpu.observer.onChecks(cpu, set, view);
      Rule<StateView> violated = set.firstViolation(view);
      if (violated != null) {
        EntryFailure failure = set.outcome();
        cpu.observer.onEntryFailure(
            cpu, failure.exitReason(), failure.qualification(), violated, set, view);
        guest.exits().fail(ExitReason.INVALID_GUEST_STATE, failure.qualification());
        return false;
      }
    }
    checked.passed(view);
    return true;
  }

  /**
   * An SMI leaves the guest.
   *
   * @return its EPTP; 0 if it uses no EPT
   */
  long suspend() {
    guest.suspend();
    return translation.suspend();
  }

  /** RSM comes back to the guest, whose registers are loaded. */
  void resume() {
    translation.begin();
    guest.resume();
  }

  /** Loads the guest, injects an event, and goes on in the guest unless that fails. */
  void enter() {
    UnmodelledGuests.refuse(cpu, vmcs);
    long information = vmcs.get(VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION);
    if (EventInjection.isVectoring(information)) {
      cpu.codeWatch.beforeLastingWrites(); // to the guest's stack, when it has been loaded
    }
    int failed = GuestLoading.registers(cpu, vmcs);
    if (failed != MsrArea.DONE) {
      guest.exits().fail(ExitReason.MSR_LOADING, failed);
      return;
    }
    translation.begin();
    vmcs.launched();
    GuestLoading.nonRegisters(cpu, vmcs);
    guest.begin(EventInjection.isVectoring(information));
    cpu.observer.onVmEntry(cpu);
    EventInjection.inject(cpu, vmcs);
  }
}
