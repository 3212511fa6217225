package io.vmxlab.cpu;

import io.vmxlab.arch.Cause;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.Vector;
import io.vmxlab.arch.VmxAbort;
import io.vmxlab.rule.Checklist;
import io.vmxlab.rule.RuleSet;
import java.util.OptionalLong;

/**
 * Told of what happens to a processor, if not said otherwise before the state changes. Methods must
 * not change it, but may request a stop.
 */
public interface CpuObserver {
  /** Sees nothing. */
  CpuObserver NONE = new CpuObserver() {};

  /** An exception is about to be delivered; {@code cpu.rip} is the address it will save. */
  default void onException(Cpu cpu, Fault fault) {}

  /**
   * Delivering an exception has met another one. What follows is {@link #onException} for the
   * second one or for a double fault, or {@link #onShutdown}.
   */
  default void onNestedException(Cpu cpu, Vector first, Fault second) {}

  /**
   * INT n, INT3, INTO or INT1 is about to go through the IDT; {@code cpu.rip} is its own address. A
   * fault on the way undoes it and is told by {@link #onException}.
   */
  default void beforeSoftwareInterrupt(Cpu cpu, int vector) {}

  /**
   * INT n, INT3, INTO or INT1 has gone through the IDT; {@code cpu.rip} is still its own address,
   * {@code cpu.nextRip} the handler's. Not told if a fault on the way has undone it.
   */
  default void onSoftwareInterrupt(Cpu cpu, int vector) {}

  /**
   * An external interrupt, or with vector 2 an NMI, is about to be delivered; {@code cpu.rip} is
   * the address it will save. A fault on the way is told by {@link #onException}.
   */
  default void onInterrupt(Cpu cpu, int vector) {}

  /**
   * The processor shuts down: a fault during the delivery of a double fault, or a machine check
   * that software cannot be told of.
   */
  default void onShutdown(Cpu cpu, Fault last) {}

  /**
   * The processor shuts down for a reason that is no exception: RSM has found state that it does
   * not load. {@code cpu.rip} is the address of the instruction.
   */
  default void onShutdown(Cpu cpu, Cause violated) {}

  /** WRMSR is about to write an MSR, all checks passed; {@code cpu.rip} is its address. */
  default void onMsrWrite(Cpu cpu, int index, long value) {}

  /**
   * INIT is about to take effect.
   *
   * @param before address of the instruction with which it came, or which unblocked it
   */
  default void onInit(Cpu cpu, long before) {}

  /**
   * A VMX instruction is about to fail; {@code cpu.rip} is its address.
   *
   * @param violated the first rule that does not hold
   * @param checks the list that the rule stands in
   * @param view the state that the list is evaluated on
   */
  default void onVmFail(
      Cpu cpu, VmFail fail, Cause violated, RuleSet<?, ?> checks, StateView view) {}

  /**
   * A VM entry is about to fail while guest state is loaded; {@code cpu.rip} is the address of
   * VMLAUNCH or VMRESUME.
   *
   * @param exitReason with bit 31 set
   * @param violated the first rule that does not hold
   * @param checks the list that the rule stands in
   * @param view the state that the list is evaluated on
   */
  default void onEntryFailure(
      Cpu cpu,
      long exitReason,
      long qualification,
      Cause violated,
      RuleSet<?, ?> checks,
      StateView view) {}

  /** A VM entry has loaded guest state; {@code cpu.rip} is the guest's. */
  default void onVmEntry(Cpu cpu) {}

  /**
   * A VM exit is about to happen; the state is still the guest's. The exit of a VM entry that fails
   * late is told of too.
   */
  default void onVmExit(Cpu cpu, ExitFacts exit) {}

  /** A VM exit has failed, and the processor shuts down. */
  default void onVmxAbort(Cpu cpu, VmxAbort why) {}

  /**
   * An access uses a translation that a walk would not find any more. Told only while the {@link
   * Mmu} watches for it; {@code cpu.rip} is the instruction's address.
   *
   * @param linear address of the access
   * @param used physical address that it goes to
   * @param now physical address that a walk would lead to; empty if it would fault or leave
   */
  default void onStaleTranslation(Cpu cpu, long linear, long used, OptionalLong now) {}

  /**
   * A list of checks is about to be gone through; {@code cpu.rip} is the instruction's address.
   *
   * @param view the state that the list is evaluated on; valid during the call
   */
  default void onChecks(Cpu cpu, RuleSet<?, ?> checks, StateView view) {}

  /**
   * Lists of checks hold, as the instruction knows from what it is executed in; nobody goes through
   * them. Told instead of {@link #onChecks} for each of them.
   *
   * @param view as for the lists one by one
   */
  default void onHeld(Cpu cpu, Checklist checks, StateView view) {
    for (RuleSet<?, ?> set : checks.sets()) {
      onChecks(cpu, set, view);
    }
  }
}
