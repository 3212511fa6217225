package io.vmxlab.machine;

import io.vmxlab.arch.ExitReason;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.arch.VmxAbort;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A transition between VMX root and VMX non-root operation, or one that failed. */
public sealed interface VmTransition {
  /** Where it happened. */
  Place place();

  /**
   * A place in a run.
   *
   * @param processor number of the processor
   * @param instructions that the processor had executed in the run
   * @param code the instruction at which it happened; may be asked for at any time
   */
  record Place(int processor, long instructions, Supplier<Code> code) {}

  /**
   * A VM entry has loaded the guest.
   *
   * @param place the guest's first instruction
   * @param injected VM-entry interruption information
   */
  record Entry(Place place, long injected) implements VmTransition {}

  /**
   * A VM exit, or a VM entry that failed while guest state was loaded, which reports like one.
   *
   * @param place the guest's instruction; of a failed VM entry, VMLAUNCH or VMRESUME
   * @param interruption VM-exit interruption information
   * @param asked what asked for the exit; empty if it happens always
   */
  record Exit(
      Place place, ExitReason reason, long qualification, long interruption, Optional<Asked> asked)
      implements VmTransition {}

  /** A VM exit failed, and the processor shut down. */
  record Abort(Place place, VmxAbort why) implements VmTransition {}

  /**
   * A field that asked for a VM exit.
   *
   * @param field a control vector, a bitmap, a mask, or the address of a bitmap
   * @param bits of the field; of the address of a bitmap, the number of the bit in the bitmap
   * @param value of the field at that moment
   * @param beside values of other fields that took part in the decision
   */
  record Asked(VmcsField field, long bits, long value, Map<VmcsField, Long> beside) {}
}
