package io.vmxlab.machine;

import io.vmxlab.arch.Cause;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.Vector;
import io.vmxlab.arch.VmxAbort;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.ExitFacts;
import io.vmxlab.cpu.Fault;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.cpu.VmFail;
import io.vmxlab.rule.Checklist;
import io.vmxlab.rule.RuleSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Keeps of the exceptions of a processor of a board what a triple fault has to be explained with,
 * and of the failures of VMX the last one. A delivery that fails leaves no trace, so that
 * everything about the first exception can be read when the last has come; until then only what the
 * processor's one {@link Fault} would lose is copied.
 */
final class BoardRecorder extends TransitionWatch {
  private final FaultReader reader;
  private final FailureReader failures;
  private final GuestStops stops;
  private final CodeReader code;
  private final LastFailure last = new LastFailure();
  private final List<FaultReader.Brief> chain = new ArrayList<>();
  private List<GuestFault> faults = List.of();
  private Optional<Cause> refused = Optional.empty();

  /** The last one whose handler is what firmware left, which does nothing but halt. */
  private Optional<GuestFault> left = Optional.empty();

  /** The last one of the chain was met in a delivery. */
  private boolean nested;

  BoardRecorder(int processor, Cpu cpu, CodeReader code) {
    super(processor, code);
    this.code = code;
    reader = new FaultReader(cpu, code);
    failures = new FailureReader(cpu, code, reader.scenes);
    stops = new GuestStops(cpu, code, reader.scenes);
  }

  /** The exceptions that led to shutdown, the first one first; empty if none did. */
  List<GuestFault> faults() {
    return faults;
  }

  /** The exception whose handler is one instruction long so far; empty if there is none. */
  List<GuestFault> justHandled(Cpu cpu) {
    return left.filter(f -> f.retired() == cpu.retired - 1).stream().toList();
  }

  /** What the processor has shut down for if not for exceptions. */
  Optional<Cause> refused() {
    return refused;
  }

  @Override
  public void onShutdown(Cpu cpu, Cause violated) {
    refused = Optional.of(violated);
  }

  @Override
  public void onVmxAbort(Cpu cpu, VmxAbort why) {
    refused = Optional.of(violated(why));
    super.onVmxAbort(cpu, why);
  }

  @Override
  public void onException(Cpu cpu, Fault fault) {
    if (!nested) {
      chain.clear();
    } else if (chain.get(chain.size() - 1).vector() == fault.vector()) {
      nested = false; // it is delivered in place of the first
      return;
    }
    nested = false;
    FaultReader.Brief brief = FaultReader.Brief.of(fault);
    chain.add(brief);
    if (BoardFirmware.handles(cpu, fault.vector())) {
      left = Optional.of(reader.read(brief, Optional.empty()));
    }
  }

  @Override
  public void onNestedException(Cpu cpu, Vector first, Fault second) {
    chain.add(FaultReader.Brief.of(second));
    nested = true;
  }

  @Override
  public void onShutdown(Cpu cpu, Fault last) {
    if (chain.isEmpty() || !nested) {
      chain.clear();
      chain.add(FaultReader.Brief.of(last));
    }
    faults = chain.stream().map(f -> reader.read(f, Optional.empty())).toList();
  }

  /** Of VMX instructions, VM entries and guests. */
  LastFailure lastFailure() {
    return last;
  }

  @Override
  public void onChecks(Cpu cpu, RuleSet<?, ?> checks, StateView view) {
    if (checks.citation() == Sdm.BASIC_VM_ENTRY_CHECKS) {
      reader.scenes.note();
    }
  }

  @Override
  public void onHeld(Cpu cpu, Checklist checks, StateView view) {
    onChecks(cpu, checks.sets().get(checks.sets().size() - 1), view);
  }

  @Override
  public void onVmFail(Cpu cpu, VmFail fail, Cause violated, RuleSet<?, ?> checks, StateView view) {
    last.failed(
        cpu.rip,
        violated.id(),
        () -> failures.vmFailed(fail, violated, checks, view, Optional.empty(), true));
  }

  @Override
  public void onEntryFailure(
      Cpu cpu,
      long exitReason,
      long qualification,
      Cause violated,
      RuleSet<?, ?> checks,
      StateView view) {
    reader.scenes.entered();
    last.failed(
        cpu.rip,
        violated.id(),
        () ->
            failures.entryFailed(
                exitReason, qualification, violated, checks, view, Optional.empty()));
  }

  @Override
  public void onVmEntry(Cpu cpu) {
    reader.scenes.entered();
    super.onVmEntry(cpu);
  }

  @Override
  public void onVmExit(Cpu cpu, ExitFacts exit) {
    boolean inDelivery = nested;
    nested = false;
    switch (exit.reason()) {
      case MSR_LOADING:
        reader.scenes.entered();
        String rule = Requirement.MSR_AREA_ENTRY_LOADABLE.id();
        stops.at(exit).ifPresent(e -> last.failed(cpu.rip, rule, () -> e));
        break;
      case TRIPLE_FAULT:
        last.failed(cpu.rip, exit.reason().title, () -> tripleFault(cpu, inDelivery));
        break;
      default:
        break;
    }
    super.onVmExit(cpu, exit);
  }

  private Event tripleFault(Cpu cpu, boolean inDelivery) {
    List<FaultReader.Brief> met = inDelivery ? chain : List.of();
    return new Event.TripleFault(
        code.at(cpu.rip), met.stream().map(f -> reader.read(f, Optional.empty())).toList());
  }
}
