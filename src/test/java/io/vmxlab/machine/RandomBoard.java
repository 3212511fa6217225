package io.vmxlab.machine;

import io.vmxlab.arch.Cause;
import io.vmxlab.arch.ExitReason;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.State;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.Vector;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.cpu.ApicMessage;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.CpuObserver;
import io.vmxlab.cpu.Deadline;
import io.vmxlab.cpu.Event;
import io.vmxlab.cpu.ExitFacts;
import io.vmxlab.cpu.Fault;
import io.vmxlab.engine.StepListener;
import io.vmxlab.isa.Instruction;
import io.vmxlab.platform.device.IoApic;
import io.vmxlab.rule.RuleSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;

/**
 * A board whose one or two processors are in the middle of a {@link RandomSystem}, while events
 * arrive from outside; or about to enter it as their guest, by a {@link RandomGuest}. Everything
 * follows from the seed.
 */
final class RandomBoard {
  private static final List<String> MODELS =
      List.of("penryn", "sandy-bridge", "haswell", "skylake", "skylake-sp", "ice-lake-sp");

  /** Processors with VMX; from westmere on with EPT and unrestricted guests. */
  private static final List<String> VMX_MODELS =
      List.of(
          "merom",
          "penryn",
          "westmere",
          "sandy-bridge",
          "haswell",
          "skylake",
          "skylake-sp",
          "ice-lake-sp",
          "max");

  /** What the processors are in the middle of. */
  private enum Kind {
    SYSTEM(true, RandomSystem::prepare),
    GUEST(
        true,
        (p, random) -> {
          RandomSystem.prepare(p, random);
          RandomGuest.enclose(p, random);
        }),
    LOOPS(false, RandomLoops::prepare),
    GUEST_LOOPS(false, RandomLoops::prepareGuest);

    /** Events arrive from outside. */
    final boolean eventful;

    final BiConsumer<BoardProcessor, Random> prepare;

    Kind(boolean eventful, BiConsumer<BoardProcessor, Random> prepare) {
      this.eventful = eventful;
      this.prepare = prepare;
    }
  }

  private static final int MOST_EVENTS = 40;
  private static final int TEST_LINES = 0x2000;
  private static final long PRIME = 0x100_0000_01B3L;

  private static final StepListener WATCHER =
      new StepListener() {
        @Override
        public void before(Cpu cpu, Instruction insn) {}

        @Override
        public void after(Cpu cpu, Instruction insn) {}
      };

  private final Random random;
  private final BoardBuilder builder;
  private final Board board;
  private final Turns turns;
  private final Map<ExitReason, Integer> exits = new EnumMap<>(ExitReason.class);
  private final Map<Vector, Integer> exceptions = new EnumMap<>(Vector.class);
  private final List<EventTrace> traces = new ArrayList<>();
  private int entries;
  private long hash;

  /**
   * The board of a seed, ready to run.
   *
   * @param most instructions that its limit is
   */
  RandomBoard(long seed, int most) {
    this(seed, most, EngineChoice.standard());
  }

  /** The same, run by an engine. */
  RandomBoard(long seed, int most, EngineChoice engine) {
    this(Kind.SYSTEM, seed, 1, most, MODELS, engine);
  }

  private RandomBoard(
      Kind kind, long seed, int least, int most, List<String> models, EngineChoice engine) {
    random = new Random(seed);
    builder =
        Board.builder()
            .cpu(models.get(random.nextInt(models.size())))
            .cpus(1 + random.nextInt(2))
            .memory(RandomSystem.RAM)
            .limit(least + random.nextInt(most))
            .engine(engine);
    board = builder.build();
    for (BoardProcessor p : board.processors) {
      Counter counter = new Counter(p.faults);
      traces.add(counter);
      p.cpu.observer = counter;
      kind.prepare.accept(p, random);
    }
    for (int i = 0; kind.eventful && i < IoApic.INPUTS; i++) {
      redirect(i);
    }
    for (int i = kind.eventful ? random.nextInt(MOST_EVENTS) : 0; i > 0; i--) {
      inject();
    }
    turns = new Turns(board.processors, board.end, builder, () -> false);
  }

  /** The board of a seed whose systems are guests in VMX non-root operation. */
  static RandomBoard ofGuests(long seed, int most) {
    return ofGuests(seed, most, EngineChoice.standard());
  }

  /** The same, run by an engine. */
  static RandomBoard ofGuests(long seed, int most, EngineChoice engine) {
    return new RandomBoard(Kind.GUEST, seed, RandomGuest.FIRST_ENTRY, most, VMX_MODELS, engine);
  }

  /** The board of a seed that executes hot loops until its limit. */
  static RandomBoard ofLoops(long seed, int limit, EngineChoice engine) {
    return new RandomBoard(Kind.LOOPS, seed, limit, 1, MODELS, engine);
  }

  /** The same, as guests in VMX non-root operation. */
  static RandomBoard ofGuestLoops(long seed, int limit, EngineChoice engine) {
    return new RandomBoard(Kind.GUEST_LOOPS, seed, limit, 1, VMX_MODELS, engine);
  }

  /** Its run, piece by piece. */
  Paced<RandomBoard> paced() {
    return new PacedBoard<>(board, turns, () -> this);
  }

  int processors() {
    return board.processors.size();
  }

  long limit() {
    return builder.limit;
  }

  /** Has every processor run instruction by instruction. */
  RandomBoard watched() {
    board.processors.forEach(p -> p.engine.stepListener(WATCHER));
    return this;
  }

  /** Runs to the end. */
  void run() {
    turns.run();
  }

  String why() {
    return board.end.why();
  }

  /** Why it came to an end. */
  Ending ending() {
    return board.end.ending();
  }

  /** VM entries. */
  int entries() {
    return entries;
  }

  /** Exceptions by vector. */
  Map<Vector, Integer> exceptions() {
    return exceptions;
  }

  /** VM exits by reason, those of entries that failed too. */
  Map<ExitReason, Integer> exits() {
    return exits;
  }

  /** Instructions that retired. */
  long retired() {
    return turns.instructions();
  }

  /** What a limit counts. */
  long spent() {
    return board.processors.stream().mapToLong(p -> p.engine.spent()).sum();
  }

  /** Of everything that happened, and of the state that it came to. */
  long hash() {
    hash = 0;
    traces.forEach(t -> mix(t.hash()));
    for (BoardProcessor p : board.processors) {
      for (State item : State.values()) {
        mix(p.cpu.get(item));
      }
      for (Msr msr : p.cpu.msrs.present()) {
        mix(p.cpu.get(msr));
      }
      if (entries > 0) {
        for (VmcsField field : VmcsField.values()) {
          mix(p.cpu.get(field));
        }
      }
      mix(p.cpu.retired);
      mix(p.engine.spent());
    }
    for (long at = 0; at < RandomSystem.RAM; at += 1 << 20) {
      mix(Arrays.hashCode(board.processors.get(0).cpu.memory.written(at)));
    }
    mix(ending().ordinal());
    return hash;
  }

  private void mix(long value) {
    hash = (hash ^ value) * PRIME;
    hash ^= hash >>> 29;
  }

  private void redirect(int input) {
    write(0x10 + 2 * input + 1, random.nextInt(4) << 24);
    int entry = random.nextInt() & 0xA9FF | 0x20 | (random.nextInt(3) == 0 ? 0x10000 : 0);
    write(0x10 + 2 * input, random.nextInt(8) == 0 ? entry | random.nextInt(8) << 8 : entry);
  }

  private void write(int register, int value) {
    board.devices.memory.write(IoApic.ADDRESS, 32, register);
    board.devices.memory.write(IoApic.ADDRESS + 0x10, 32, value);
  }

  /** Lets something happen at a moment of the run. */
  private void inject() {
    BoardProcessor to = board.processors.get(random.nextInt(board.processors.size()));
    long when = random.nextInt((int) builder.limit);
    int kind = random.nextInt(9);
    int detail = random.nextInt();
    Deadline event =
        new Deadline() {
          @Override
          protected void expire() {
            happen(to.cpu, kind, detail);
          }
        };
    to.cpu.time.schedule(event, when);
  }

  private void happen(Cpu cpu, int kind, int detail) {
    switch (kind) {
      case 0 -> cpu.events.signal(Event.NMI);
      case 1 -> cpu.events.signal(Event.MACHINE_CHECK);
      case 2 -> cpu.events.signal(Event.INIT);
      case 3 -> cpu.events.signalStartUp(RandomSystem.LOW_CODE >> 12);
      case 4 -> cpu.setA20m((detail & 1) != 0);
      case 5 -> cpu.apic.line(detail & 1, (detail & 2) != 0);
      case 6 -> cpu.io.out(TEST_LINES + (detail & 0xF), 8, detail >> 8 & 1);
      case 7 -> board.bus.send(message(detail, ApicMessage.FIXED));
      default -> {
        boolean smi = (detail >> 24 & 7) == ApicMessage.SMI && (detail & 0x7C00) != 0; // seldom
        board.bus.send(message(detail, smi ? ApicMessage.LOWEST_PRIORITY : detail >> 24 & 7));
      }
    }
  }

  private static ApicMessage message(int detail, int mode) {
    boolean logical = (detail & 0x100) != 0;
    boolean level = (detail & 0x200) != 0;
    return new ApicMessage(mode, detail & 0xFF, logical, level, detail >> 12 & 3);
  }

  /** Counts VM entries and VM exits, and passes on what the board's own observer wants to know. */
  private final class Counter extends EventTrace {
    Counter(CpuObserver next) {
      super(next);
    }

    @Override
    public void onException(Cpu cpu, Fault fault) {
      exceptions.merge(fault.vector(), 1, Integer::sum);
      super.onException(cpu, fault);
    }

    @Override
    public void onEntryFailure(
        Cpu cpu,
        long exitReason,
        long qualification,
        Cause violated,
        RuleSet<?, ?> checks,
        StateView view) {
      exits.merge(ExitReason.INVALID_GUEST_STATE, 1, Integer::sum);
      super.onEntryFailure(cpu, exitReason, qualification, violated, checks, view);
    }

    @Override
    public void onVmEntry(Cpu cpu) {
      entries++;
      super.onVmEntry(cpu);
    }

    @Override
    public void onVmExit(Cpu cpu, ExitFacts exit) {
      exits.merge(exit.reason(), 1, Integer::sum);
      super.onVmExit(cpu, exit);
    }
  }
}
