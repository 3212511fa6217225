package io.vmxlab.machine;

import io.vmxlab.cpu.Cpu;
import io.vmxlab.engine.StepListener;
import io.vmxlab.isa.Instruction;
import io.vmxlab.machine.Difference.Item;
import io.vmxlab.machine.Paced.Executing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Runs the same thing by both engines, in step, and finds the first difference: two machines or
 * boards, one with each engine, run on by as many instructions and are compared. Where they differ,
 * new ones find the instruction.
 *
 * <pre>
 * Lockstep&lt;BootRun&gt; lockstep = Lockstep.boot(Board.builder().cpus(2), "kernel.elf", bytes);
 * lockstep.run().ifPresent(run -&gt; System.out.println(run.ending()));
 * lockstep.difference().ifPresent(System.out::println);
 * </pre>
 *
 * @param <R> what a run results in
 */
public final class Lockstep<R> {
  /** Instructions between two comparisons; how many is random, evenly by their order of size. */
  private static final int SHORTEST = 1 << 10;

  private static final int DOUBLINGS = 10;

  /** Bytes of memory that may be compared for each instruction that was executed. */
  private static final int BYTES_AN_INSTRUCTION = 8;

  /** Instructions in a block, when a difference is looked for and has not been found with fewer. */
  private static final int[] BLOCKS = {1, 8, 64};

  private final Function<EngineChoice, Paced<R>> begin;
  private final int shortest;
  private Consumer<String> progress = text -> {};
  private Paced<R> first;
  private Paced<R> second;
  private Difference difference;
  private List<Item> noticed = List.of();
  private long comparisons;
  private volatile boolean stopping;

  /**
   * @param begin begins a run with an engine; runs are alike, but for {@link
   *     EngineChoice#INTERPRETER} when it is first asked for, of which others may be told
   * @param shortest instructions between two comparisons at least
   */
  Lockstep(Function<EngineChoice, Paced<R>> begin, int shortest) {
    this.begin = begin;
    this.shortest = shortest;
  }

  /**
   * Boots an image on two boards that are described alike.
   *
   * @param board its listener is told of the interpreter's run; its engine does not count
   * @throws BadInputException as {@link Board#boot}
   */
  public static Lockstep<BootRun> boot(BoardBuilder board, String name, byte[] image) {
    BoardBuilder quiet = board.unheard();
    boolean[] told = new boolean[1];
    return new Lockstep<>(
        engine -> {
          BoardBuilder of = told[0] || engine != EngineChoice.INTERPRETER ? quiet : board;
          told[0] |= of == board;
          return of.engine(engine).build().begin(name, image);
        },
        SHORTEST);
  }

  /**
   * Runs a program on two machines.
   *
   * @param machines makes machines that differ in their engine only
   * @param listener is told of the interpreter's run
   * @throws BadInputException as {@link Machine#run}
   */
  public static Lockstep<Run> run(
      Function<EngineChoice, Machine> machines, RunListener listener, Program program) {
    boolean[] told = new boolean[1];
    return new Lockstep<>(
        engine -> {
          Machine machine = machines.apply(engine);
          if (!told[0] && engine == EngineChoice.INTERPRETER) {
            told[0] = true;
            machine.listener(listener);
          }
          return machine.begin(program);
        },
        SHORTEST);
  }

  /** Is told what is being done while a difference is looked for, which may take long. */
  public Lockstep<R> progress(Consumer<String> to) {
    progress = to;
    return this;
  }

  /** Ends the run that is going on, soon; from any thread. */
  public void stop() {
    stopping = true;
  }

  /**
   * Runs both, to the end or to the first difference.
   *
   * @return what came of the interpreter's run; empty if they differ
   */
  public Optional<R> run() {
    first = begin.apply(EngineChoice.INTERPRETER);
    second = begin.apply(EngineChoice.TRANSLATOR);
    Comparison comparison = new Comparison(first, second);
    Stops stops = new Stops();
    long equal = 0;
    boolean goesOn = true;
    while (goesOn) {
      long at = stops.next();
      goesOn = first.runTo(at);
      second.runTo(at);
      boolean memory =
          !goesOn || (first.spent() - equal) * BYTES_AN_INSTRUCTION > comparison.memorySize();
      List<Item> items = comparison.differences(memory);
      comparisons++;
      if (!items.isEmpty()) {
        Difference seen = new Difference(0, equal, List.of(), items, comparison.more());
        noticed = items;
        difference = find(equal, at).orElse(seen);
        return Optional.empty();
      }
      equal = memory ? at : equal;
      if (stopping) {
        first.stop();
      }
      goesOn = goesOn && first.goesOn();
    }
    return Optional.of(first.result());
  }

  /** The first difference; empty if there is none. */
  public Optional<Difference> difference() {
    return Optional.ofNullable(difference);
  }

  /** What differed when it was noticed, at a pause. */
  List<Item> noticed() {
    return noticed;
  }

  /** Comparisons so far. */
  public long comparisons() {
    return comparisons;
  }

  /** Regions of code that the translator has made: more than 0 if it has translated any. */
  public long regions() {
    return second.processors().stream().mapToLong(e -> e.engine().regions()).sum();
  }

  /** Moments at which runs are compared; every object has the same ones. */
  private final class Stops {
    private final Random random = new Random(0);
    private long at;

    long next() {
      int order = random.nextInt(DOUBLINGS);
      at += ((long) shortest << order) + random.nextInt(shortest << order);
      return at;
    }
  }

  // --- where they differ

  /** Two runs, once again. */
  private final class Again {
    final Paced<R> one = begin.apply(EngineChoice.INTERPRETER);
    final Paced<R> other = begin.apply(EngineChoice.TRANSLATOR);
    final Comparison comparison = new Comparison(one, other);

    Again(int mostInBlock) {
      for (Paced<R> run : List.of(one, other)) {
        run.processors().forEach(e -> e.engine().mostInBlock(mostInBlock));
      }
    }

    /** Runs both to a moment, with the stops on the way that there were at first. */
    List<Item> differences(long at) {
      run(one, at);
      run(other, at);
      return comparison.differences(true);
    }

    void run(Paced<R> run, long at) {
      Stops stops = new Stops();
      for (long stop = stops.next(); stop < at; stop = stops.next()) {
        run.runTo(stop);
      }
      run.runTo(at);
    }
  }

  private boolean differ(int mostInBlock, long at) {
    return !new Again(mostInBlock).differences(at).isEmpty();
  }

  /**
   * Finds the instruction, or some of which it is one.
   *
   * @param equal when everything was alike
   * @param differs when something was not
   */
  private Optional<Difference> find(long equal, long differs) {
    for (int most : BLOCKS) {
      progress.accept("the engines differ; looking for the instruction");
      if (differ(most, differs)) {
        boolean sooner = differ(most, equal);
        return Optional.of(narrowed(most, sooner ? 0 : equal, sooner ? equal : differs));
      }
    }
    return Optional.empty();
  }

  private Difference narrowed(int mostInBlock, long from, long to) {
    long equal = from;
    long differs = to;
    while (differs - equal > 1 && !stopping) {
      progress.accept("it is between " + equal + " and " + differs);
      long middle = equal + (differs - equal) / 2;
      if (differ(mostInBlock, middle)) {
        differs = middle;
      } else {
        equal = middle;
      }
    }
    Again last = new Again(mostInBlock);
    List<Item> items = last.differences(differs);
    long start = Math.max(0, differs - mostInBlock);
    Again shown = new Again(mostInBlock);
    shown.run(shown.one, start);
    Watcher watcher = new Watcher(shown.one);
    shown.one.runTo(differs);
    return new Difference(watcher.processor, start, watcher.code, items, last.comparison.more());
  }

  /** Notes what is executed, and by whom. */
  private static final class Watcher {
    final List<Code> code = new ArrayList<>();
    int processor;

    Watcher(Paced<?> run) {
      run.processors().forEach(this::watch);
    }

    private void watch(Executing on) {
      on.engine()
          .stepListener(
              new StepListener() {
                @Override
                public void before(Cpu cpu, Instruction insn) {
                  processor = on.number();
                  code.add(on.reader().at(cpu.rip));
                }

                @Override
                public void after(Cpu cpu, Instruction insn) {}
              });
    }
  }
}
