package io.vmxlab.machine;

import static io.vmxlab.cpu.Event.STOP;

import io.vmxlab.arch.Cause;
import io.vmxlab.arch.ExitReason;
import io.vmxlab.arch.FeatureControl;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.Vector;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.arch.VmxAbort;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.ExitFacts;
import io.vmxlab.cpu.Fault;
import io.vmxlab.cpu.VmFail;
import io.vmxlab.rule.Checklist;
import io.vmxlab.rule.RuleSet;
import io.vmxlab.rule.Verdict;
import io.vmxlab.vmx.VmxView;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Keeps what happened to a processor during a run. An exception is kept when it is raised; whether
 * the program has dealt with it shows later, so exceptions of one delivery wait in {@link #open}.
 */
final class Recorder extends TransitionWatch {
  /** A first exception, one during its delivery, the double fault, and one during that. */
  private static final int MOST_IN_DELIVERY = 4;

  private final CodeReader reader;
  private final List<Event> events = new ArrayList<>();
  private final List<GuestFault> open = new ArrayList<>();
  private final Set<List<Long>> stale = new HashSet<>();
  private long leftOut;
  private final ChecksMade made = new ChecksMade();
  private List<Verdict<?>> lastChecks = List.of();
  private Optional<Code> init = Optional.empty();
  private Optional<Cause> refused = Optional.empty();

  /** The last exception of {@link #open} was met in a delivery and may yet be delivered itself. */
  private boolean nested;

  private Optional<GuestFault> software = Optional.empty();
  private final SceneReader scenes;
  private final FaultReader faults;
  private final Cpu cpu;

  /** Made with the first failure. */
  private FailureReader failures;

  /** Made with the first VM entry. */
  private GuestStops stops;

  private Optional<Supplier<Code>> lockedBy = Optional.empty();
  private boolean failure;
  private final FailureWatch watch = new FailureWatch();
  private RunListener listener = RunListener.NONE;

  Recorder(Cpu cpu, CodeReader reader) {
    super(0, reader);
    this.reader = reader;
    faults = new FaultReader(cpu, reader);
    scenes = faults.scenes;
    this.cpu = cpu;
  }

  void begin(RunListener newListener) {
    events.clear();
    open.clear();
    stale.clear();
    leftOut = 0;
    failed(List.of());
    init = Optional.empty();
    refused = Optional.empty();
    nested = false;
    software = Optional.empty();
    watch.end();
    failure = false;
    scenes.begin();
    stops = null;
    listener = newListener;
    countFrom(cpu);
    tellTransitions(listener.wantsTransitions() ? listener::onTransition : null);
  }

  List<Event> events() {
    return List.copyOf(events);
  }

  long leftOut() {
    return leftOut;
  }

  /** The checks of the last instruction that failed one or was a VMX instruction. */
  List<Verdict<?>> lastChecks() {
    return made.none() ? lastChecks : made.verdicts();
  }

  private void failed(List<Verdict<?>> checks) {
    lastChecks = checks;
    made.clear();
  }

  /** A VMX instruction has failed, and the program has not looked at its flag yet. */
  boolean watching() {
    return watch.waiting();
  }

  /** The engine has stopped because a VMX instruction has failed, and for nothing else. */
  boolean takeFailure() {
    boolean only = failure && init.isEmpty();
    failure = false;
    return only;
  }

  /** Told of every instruction while {@link #watching}, before it is executed. */
  void next(Cpu cpu) {
    if (watch.next(reader.instruction(cpu.rip)) == FailureWatch.Answer.LOOKED_AT) {
      seen();
    }
  }

  /** The last failure is one that the program has looked at. */
  private void seen() {
    for (int i = events.size() - 1; i >= 0; i--) {
      if (events.get(i) instanceof Event.VmFailed failed) {
        events.set(i, failed.seen());
        return;
      }
    }
  }

  /** The instruction after which INIT has taken effect. */
  Optional<Code> init() {
    return init;
  }

  /**
   * Exceptions of the last delivery; the last of them is the one that was delivered, if any was.
   */
  List<GuestFault> open() {
    return List.copyOf(open);
  }

  @Override
  public void onException(Cpu cpu, Fault fault) {
    software = Optional.empty();
    if (watch.waiting() && handled(cpu, fault.vector().number)) {
      seen(); // the handler is given the flags
      watch.end();
    }
    if (nested) {
      nested = false;
      if (open.get(open.size() - 1).number() == fault.vector().number) {
        listener.onException(open.get(open.size() - 1));
        return;
      }
    }
    boolean another = open.isEmpty() || !sameDelivery(open.get(open.size() - 1), cpu);
    if (another) {
      close();
    }
    if (another && events.size() == Machine.MOST_EVENTS && handled(cpu, fault.vector().number)) {
      leftOut++;
      return;
    }
    GuestFault seen = faults.read(FaultReader.Brief.of(fault), lockedBy.map(Supplier::get));
    open.add(seen);
    if (!seen.checks().isEmpty()) {
      failed(seen.checks());
    }
    listener.onException(seen);
  }

  /** The one that was met in a delivery, for it is the reason of the double fault that follows. */
  @Override
  public void onNestedException(Cpu cpu, Vector first, Fault second) {
    if (!open.isEmpty() && sameDelivery(open.get(open.size() - 1), cpu)) {
      open.add(faults.read(FaultReader.Brief.of(second), lockedBy.map(Supplier::get)));
      nested = true;
    }
  }

  /** One that nobody but a stub would get is kept with its own place: the handler's is another. */
  @Override
  public void beforeSoftwareInterrupt(Cpu cpu, int vector) {
    software =
        handled(cpu, vector) ? Optional.empty() : Optional.of(softwareInterrupt(cpu, vector));
  }

  /** The last software interrupt, if no exception came since and no handler of the program's. */
  Optional<GuestFault> software() {
    return software;
  }

  /** Exceptions of one delivery have the saved address in common, and come one upon another. */
  private boolean sameDelivery(GuestFault before, Cpu cpu) {
    return before.retired() == cpu.retired
        && before.rip() == cpu.rip
        && open.size() < MOST_IN_DELIVERY;
  }

  /** The vector's gate leads to code of the program. */
  private boolean handled(Cpu cpu, int vector) {
    boolean wide = cpu.inIa32eMode();
    int size = cpu.protectedMode() ? wide ? 16 : 8 : 4;
    OptionalLong at = cpu.mmu.peek(cpu.idtr.base + (long) vector * size);
    if (at.isEmpty()) {
      return false;
    }
    long low = cpu.memory.read(at.getAsLong(), 64);
    long target =
        cpu.protectedMode()
            ? low & 0xFFFF | low >>> 32 & 0xFFFF_0000L
            : (low & 0xFFFF) + (low >>> 16 & 0xFFFF) * 16;
    long stubs = MemoryMap.FAULT_STUBS;
    return target < stubs || target >= stubs + 256L * MemoryMap.STUB_SIZE;
  }

  /** The program has got the open exception. */
  void close() {
    if (!open.isEmpty()) {
      add(new Event.Delivered(open.get(open.size() - 1)));
      open.clear();
    }
  }

  private void add(Event event) {
    if (events.size() < Machine.MOST_EVENTS) {
      events.add(event);
    } else {
      leftOut++;
    }
  }

  @Override
  public void onChecks(Cpu cpu, RuleSet<?, ?> checks, StateView view) {
    if (view instanceof VmxView) {
      if (checks.citation() == Sdm.BASIC_VM_ENTRY_CHECKS) {
        scenes.note();
      }
      made.add(cpu, checks, view);
    }
  }

  @Override
  public void onHeld(Cpu cpu, Checklist checks, StateView view) {
    if (checks.sets().get(checks.sets().size() - 1).citation() == Sdm.BASIC_VM_ENTRY_CHECKS) {
      scenes.note();
    }
    made.addHeld(cpu, checks, (VmxView) view);
  }

  @Override
  public void onMsrWrite(Cpu cpu, int index, long value) {
    if (index == Msr.IA32_FEATURE_CONTROL.index && (value & FeatureControl.LOCK) != 0) {
      lockedBy = Optional.of(reader.later(cpu.rip));
    }
  }

  @Override
  public void onShutdown(Cpu cpu, Cause violated) {
    close();
    refused = Optional.of(violated);
  }

  @Override
  public void onVmxAbort(Cpu cpu, VmxAbort why) {
    refused = Optional.of(violated(why));
    super.onVmxAbort(cpu, why);
  }

  /** What the processor has shut down for if not for exceptions. */
  Optional<Cause> refused() {
    return refused;
  }

  @Override
  public void onInit(Cpu cpu, long before) {
    init = Optional.of(reader.at(before));
    cpu.events.signal(STOP);
  }

  @Override
  public void onVmFail(Cpu cpu, VmFail fail, Cause violated, RuleSet<?, ?> checks, StateView view) {
    close();
    if (events.size() == Machine.MOST_EVENTS) {
      leftOut++;
      return;
    }
    boolean noticed = isNoticed(cpu, reader.at(cpu.rip));
    Event.VmFailed event =
        failures().vmFailed(fail, violated, checks, view, lockedBy.map(Supplier::get), noticed);
    failed(event.checks());
    add(event);
    if (!noticed) {
      watch.begin(event.error().isPresent());
    }
    failure = true;
    cpu.events.signal(STOP);
    listener.onVmFail(event);
  }

  /** What stands behind a VM entry is for its failure, unless VM exits lead there too. */
  private static boolean isNoticed(Cpu cpu, Code code) {
    return code.isVmEntry() && cpu.get(VmcsField.HOST_RIP) != code.rip() + code.bytes().length;
  }

  @Override
  public void onEntryFailure(
      Cpu cpu,
      long exitReason,
      long qualification,
      Cause violated,
      RuleSet<?, ?> checks,
      StateView view) {
    close();
    scenes.entered();
    Event.EntryFailed event =
        failures()
            .entryFailed(
                exitReason, qualification, violated, checks, view, lockedBy.map(Supplier::get));
    failed(event.checks());
    add(event);
    listener.onEntryFailure(event);
  }

  /** Not by a lambda, which would be made at every VM exit. */
  private void addIfPresent(Optional<Event> event) {
    if (event.isPresent()) {
      add(event.get());
    }
  }

  /** A guest that does not go on. */
  Optional<StuckGuest> stuck() {
    return stops == null ? Optional.empty() : stops.stuck();
  }

  /** MSRs are loaded for a guest that has not begun. */
  @Override
  Supplier<Code> exitedAt(Cpu cpu, ExitFacts exit) {
    Optional<Entered> entry =
        exit.reason() == ExitReason.MSR_LOADING ? scenes.lastEntry() : Optional.empty();
    return entry.<Supplier<Code>>map(e -> e::code).orElseGet(() -> super.exitedAt(cpu, exit));
  }

  private FailureReader failures() {
    if (failures == null) {
      failures = new FailureReader(cpu, reader, scenes);
    }
    return failures;
  }

  private GuestStops stops() {
    if (stops == null) {
      stops = new GuestStops(cpu, reader, scenes);
    }
    return stops;
  }

  @Override
  public void onVmEntry(Cpu cpu) {
    scenes.entered();
    addIfPresent(stops().lost());
    super.onVmEntry(cpu);
  }

  @Override
  public void onVmExit(Cpu cpu, ExitFacts exit) {
    if (exit.reason() == ExitReason.MSR_LOADING) {
      scenes.entered();
    }
    if (exit.reason() == ExitReason.TRIPLE_FAULT) {
      add(new Event.TripleFault(reader.at(cpu.rip), open()));
      open.clear();
      nested = false;
    } else {
      addIfPresent(stops().at(exit));
    }
    super.onVmExit(cpu, exit);
  }

  /** Once for each instruction and page. */
  @Override
  public void onStaleTranslation(Cpu cpu, long linear, long used, OptionalLong now) {
    if (stale.add(List.of(cpu.rip, linear >>> 12, used >>> 12))) {
      add(new Event.StaleTranslation(reader.at(cpu.rip), linear, used, now, cpu.inGuest()));
    }
  }

  private GuestFault softwareInterrupt(Cpu cpu, int vector) {
    return new GuestFault(
        vector,
        Optional.ofNullable(Vector.of(vector)),
        OptionalInt.empty(),
        reader.at(cpu.rip),
        cpu.codeMode(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        OptionalLong.empty(),
        List.of(),
        scenes.read(lockedBy.map(Supplier::get), OptionalLong.empty()),
        new Snapshot(cpu),
        cpu.retired + cpu.position);
  }
}
