package io.vmxlab.machine;

import io.vmxlab.arch.Cause;
import io.vmxlab.arch.Vector;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Keeps of the exceptions of a processor what a triple fault has to be explained with. A delivery
 * that fails leaves no trace, so that everything about the first exception can be read when the
 * last has come; until then only what the processor's one {@link Fault} would lose is copied.
 */
final class FaultChain extends TransitionWatch {
  private final FaultReader reader;
  private final List<FaultReader.Brief> chain = new ArrayList<>();
  private List<GuestFault> faults = List.of();
  private Optional<Cause> refused = Optional.empty();

  /** The last one whose handler is what firmware left, which does nothing but halt. */
  private Optional<GuestFault> left = Optional.empty();

  /** The last one of the chain was met in a delivery. */
  private boolean nested;

  FaultChain(int processor, Cpu cpu, CodeReader code) {
    super(processor, code);
    reader = new FaultReader(cpu, code);
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
}
