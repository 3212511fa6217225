package io.vmxlab.machine;

import io.vmxlab.arch.Cause;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.Vector;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.arch.VmxAbort;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.CpuObserver;
import io.vmxlab.cpu.ExitFacts;
import io.vmxlab.cpu.Requirement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** An observer that makes of what it sees the transitions that somebody wants to hear of. */
abstract class TransitionWatch implements CpuObserver {
  private final int processor;
  private final CodeReader code;

  /** Instructions that were executed before those that count. */
  private long earlier;

  /** Null if nobody wants to hear. */
  private Consumer<VmTransition> listener;

  TransitionWatch(int processor, CodeReader code) {
    this.processor = processor;
    this.code = code;
  }

  /** Instructions count from now on. */
  final void countFrom(Cpu cpu) {
    earlier = executed(cpu);
  }

  private static long executed(Cpu cpu) {
    return cpu.retired + cpu.position;
  }

  /** Tells from now on; null for nobody. */
  final void tellTransitions(Consumer<VmTransition> to) {
    listener = to;
  }

  @Override
  public void onVmEntry(Cpu cpu) {
    if (listener != null) {
      long injected = cpu.get(VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION);
      listener.accept(new VmTransition.Entry(place(cpu), injected));
    }
  }

  @Override
  public void onVmExit(Cpu cpu, ExitFacts exit) {
    if (listener != null) {
      listener.accept(
          new VmTransition.Exit(
              place(cpu, exitedAt(cpu, exit)),
              exit.reason(),
              exit.qualification(),
              exit.interruption(),
              asked(cpu, exit)));
    }
  }

  @Override
  public void onVmxAbort(Cpu cpu, VmxAbort why) {
    if (listener != null) {
      listener.accept(new VmTransition.Abort(place(cpu), why));
    }
  }

  /** What was not met when a VM exit ended in a VMX abort. */
  static Cause violated(VmxAbort why) {
    switch (why) {
      case SAVING_GUEST_MSRS:
        return Requirement.GUEST_MSRS_STORABLE;
      case HOST_PDPTES:
        return Requirement.HOST_PDPTES_VALID;
      case LOADING_HOST_MSRS:
        return Requirement.HOST_MSRS_LOADABLE;
      case LEAVING_IA32E_MODE:
        return Requirement.HOST_IN_MODE_OF_GUEST;
      default:
        return Sdm.VMX_ABORTS; // not for a reason that can be found in the VMCS
    }
  }

  /** The instruction at which there is a VM exit. */
  Supplier<Code> exitedAt(Cpu cpu, ExitFacts exit) {
    return code.later(cpu.rip);
  }

  private VmTransition.Place place(Cpu cpu) {
    return place(cpu, code.later(cpu.rip));
  }

  private VmTransition.Place place(Cpu cpu, Supplier<Code> at) {
    return new VmTransition.Place(processor, executed(cpu) - earlier, at);
  }

  private static Optional<VmTransition.Asked> asked(Cpu cpu, ExitFacts exit) {
    VmcsField field = exit.askedBy();
    if (field == null) {
      return Optional.empty();
    }
    Map<VmcsField, Long> beside = new LinkedHashMap<>();
    for (VmcsField other : beside(field, exit.askedBits())) {
      beside.put(other, cpu.get(other));
    }
    return Optional.of(
        new VmTransition.Asked(field, exit.askedBits(), cpu.get(field), Map.copyOf(beside)));
  }

  private static List<VmcsField> beside(VmcsField field, long bits) {
    switch (field) {
      case CR0_GUEST_HOST_MASK:
        return List.of(VmcsField.CR0_READ_SHADOW);
      case CR4_GUEST_HOST_MASK:
        return List.of(VmcsField.CR4_READ_SHADOW);
      case EXCEPTION_BITMAP:
        return bits == 1L << Vector.PF.number
            ? List.of(VmcsField.PAGE_FAULT_ERROR_CODE_MASK, VmcsField.PAGE_FAULT_ERROR_CODE_MATCH)
            : List.of();
      default:
        return List.of();
    }
  }
}
