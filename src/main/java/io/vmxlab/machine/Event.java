package io.vmxlab.machine;

import io.vmxlab.arch.Cause;
import io.vmxlab.arch.CodeMode;
import io.vmxlab.rule.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Something that happened during a run and that the program itself dealt with. */
public sealed interface Event {
  /** An exception went to the program's own handler. */
  record Delivered(GuestFault fault) implements Event {}

  /**
   * A VMX instruction failed.
   *
   * @param error number of the VM-instruction error; empty for VMfailInvalid
   * @param cause the requirement that was not met
   * @param checks the checklist that it belongs to
   * @param mode sizes of the instruction
   * @param scene memory and tables as they were
   * @param state as it was
   * @param lookedAt the program has looked at the flag that says so, CF or ZF, before the flag got
   *     another value and before the program ended; or it is VMLAUNCH or VMRESUME, which nothing
   *     follows unless they fail
   */
  record VmFailed(
      Code code,
      OptionalInt error,
      Optional<Cause> cause,
      List<Verdict<?>> checks,
      CodeMode mode,
      Scene scene,
      Snapshot state,
      boolean lookedAt)
      implements Event {
    VmFailed seen() {
      return new VmFailed(code, error, cause, checks, mode, scene, state, true);
    }
  }

  /**
   * A stale translation was used: the paging structures, or the EPT paging structures, have changed
   * since it was cached, and nothing has invalidated it.
   *
   * @param code the instruction that used it
   * @param linear address of the access
   * @param used physical address that the access went to
   * @param now physical address that it would go to after invalidation; empty if it would fault or
   *     leave to the virtual-machine monitor
   * @param guest in VMX non-root operation
   */
  record StaleTranslation(Code code, long linear, long used, OptionalLong now, boolean guest)
      implements Event {}

  /**
   * A guest has met an exception in the delivery of a double fault, which is a VM exit.
   *
   * @param code where the first exception was
   * @param faults the exception whose delivery failed, the one met in that, the double fault, and
   *     the one met in delivering that
   */
  record TripleFault(Code code, List<GuestFault> faults) implements Event {}

  /**
   * EPT does not allow an access to one of the guest's own paging structures, which is a VM exit.
   *
   * @param code the instruction whose address was translated
   * @param qualification exit qualification
   * @param linear guest-linear address that was translated
   * @param physical guest-physical address of the paging-structure entry
   * @param walk the EPT entries on the way there
   * @param ram bytes of RAM
   * @param entered the VM entry that led to the guest
   */
  record TablesNotMapped(
      Code code,
      long qualification,
      long linear,
      long physical,
      List<GuestFault.PageEntryMet> walk,
      long ram,
      Entered entered)
      implements Event {}

  /**
   * A VM entry failed because an MSR could not be loaded: exit reason 80000022H.
   *
   * @param entered the VM entry
   * @param number of the entry in the VM-entry MSR-load area, from 1
   * @param index of the MSR, with the reserved bits 63:32 above it
   * @param value that was to be loaded
   */
  record MsrLoadFailed(Entered entered, int number, long index, long value) implements Event {}

  /**
   * A guest was entered while an interrupt that the VM exit before had acknowledged was neither
   * handled nor injected.
   *
   * @param entered the VM entry
   * @param vector of the interrupt
   */
  record InterruptLost(Entered entered, int vector) implements Event {}

  /**
   * A VM entry failed while guest state was loaded.
   *
   * @param exitReason value of the exit-reason field, with bit 31 set
   * @param qualification exit qualification
   * @param cause the requirement that was not met
   * @param checks the checklist that it belongs to
   * @param mode sizes of VMLAUNCH or VMRESUME
   * @param scene memory and tables as they were
   * @param state as it was
   */
  record EntryFailed(
      Code code,
      long exitReason,
      long qualification,
      Cause cause,
      List<Verdict<?>> checks,
      CodeMode mode,
      Scene scene,
      Snapshot state)
      implements Event {}
}
