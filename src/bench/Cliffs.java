import io.vmxlab.lab.LaunchReady;
import io.vmxlab.machine.Firmware;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.MachineBuilder;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import io.vmxlab.memory.PhysicalMemory;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * Looks for cliffs: what a unit of work costs while there is more and more of it. See the script
 * {@code cliffs} beside this file. A guest works in rounds for ever and writes a byte to port E9H
 * at the end of each; that is where the clock is read, which is the processor time of its thread.
 */
final class Cliffs {
  /** Processor time before measuring, and while measuring, in ns. */
  private static final long WARM_UP = Long.getLong("cliffs.warmup", 1_200) * 1_000_000;

  private static final long MEASURED = Long.getLong("cliffs.measured", 500) * 1_000_000;

  /** Rounds are gathered until they have taken so long. */
  private static final long BATCH = 20_000_000;

  private static final int LEAST_BATCHES = 2;

  /** A unit of work that costs so much more with ten times the work, or than others of its kind. */
  static final double GROWTH = 2;

  private static final double OUTLIER = 10;

  /** In ns; what costs more is slow, whatever its neighbours do. */
  private static final double SLOW = 1000;

  private static final long MOST_HEAP = 200L << 20;

  /**
   * What runs.
   *
   * @param setup assembly text before the first round
   * @param round of work
   * @param units of work in a round
   */
  record Guest(
      String setup,
      String round,
      double units,
      Consumer<Machine> prepared,
      Consumer<MachineBuilder> built) {
    Guest(String setup, String round, double units) {
      this(setup, round, units, m -> {}, b -> {});
    }

    Guest prepared(Consumer<Machine> how) {
      return new Guest(setup, round, units, how, built);
    }

    Guest built(Consumer<MachineBuilder> how) {
      return new Guest(setup, round, units, prepared, how);
    }

    String text() {
      return setup
          + "\njmp round\nalign 64\nround: mov al, 0\nout 0E9h, al\n"
          + round
          + "\njmp round\n";
    }
  }

  /**
   * Guests of one kind.
   *
   * @param grows sizes are of growing work, each to be compared with the one before; otherwise the
   *     guests are neighbours, to be compared with their median
   */
  record Kind(String name, String unit, boolean grows, Map<String, Guest> guests) {
    static Kind growing(String name, String unit, LongFunction<Guest> guest, long... sizes) {
      Map<String, Guest> guests = new java.util.LinkedHashMap<>();
      for (long size : sizes) {
        guests.put(String.valueOf(size), guest.apply(size));
      }
      return new Kind(name, unit, true, guests);
    }
  }

  /** Thrown out of the guest's output when enough has been seen. */
  private static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1;

    Enough() {
      super(null, null, false, false);
    }
  }

  /** Reads the clock at the end of every round. */
  private static final class Clock {
    private final double units;
    private final List<Double> batches = new ArrayList<>();
    private Machine machine;
    private long begun = -1;
    private long from;
    private long measuring;
    private int rounds;
    private int warm;
    long heap;

    Clock(double units) {
      this.units = units;
    }

    void tick(int ignored) {
      long now = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      if (begun < 0) {
        begun = now;
        from = now;
        return;
      }
      rounds++;
      if (now - from < BATCH) {
        return;
      }
      warm++;
      if (now - begun >= WARM_UP && warm > 2) {
        if (measuring == 0) {
          measuring = from;
        }
        batches.add((now - from) / (rounds * units));
        if (now - measuring >= MEASURED && batches.size() >= LEAST_BATCHES) {
          heap = heapBeyondRam(machine);
          throw new Enough();
        }
      }
      from = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      rounds = 0;
    }

    double median() {
      Collections.sort(batches);
      return batches.get((batches.size() - 1) / 2);
    }
  }

  private Cliffs() {}

  private static long heapBeyondRam(Machine machine) {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    long used = runtime.totalMemory() - runtime.freeMemory();
    PhysicalMemory memory = machine.cpu().memory;
    Set<byte[]> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (long at = 0; at < memory.size(); at += PhysicalMemory.CHUNK) {
      byte[] chunk = memory.written(at);
      if (chunk != null && seen.add(chunk)) {
        used -= chunk.length;
      }
    }
    return used;
  }

  /** Nanoseconds for a unit of work, and bytes of heap. */
  private static double[] measure(Guest guest) {
    Clock clock = new Clock(guest.units());
    MachineBuilder builder =
        Machine.builder()
            .cpu("max")
            .firmware(Firmware.LOCKED_ON)
            .memory(1L << 30)
            .limit(Long.MAX_VALUE)
            .output(clock::tick);
    guest.built().accept(builder);
    Machine machine = builder.build();
    clock.machine = machine;
    guest.prepared().accept(machine);
    try {
      Run run = machine.run(Program.assembly("guest.asm", guest.text()));
      throw new IllegalStateException(
          run.kind()
              + " at "
              + Long.toHexString(machine.cpu().rip)
              + " after "
              + run.instructions()
              + " "
              + run.outcome().fault().map(f -> f.vector() + " " + f.code().text()).orElse("")
              + run.events());
    } catch (Enough done) {
      return new double[] {clock.median(), clock.heap};
    }
  }

  private static String verdict(Kind kind, double ns, double reference, long heap) {
    String text = "";
    if (kind.grows() ? reference > 0 && ns > GROWTH * reference : ns > OUTLIER * reference) {
      text += " cliff";
    }
    if (ns > SLOW) {
      text += " slow";
    }
    return text + (heap > MOST_HEAP ? " heap" : "");
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(sorted.length - 1) / 2];
  }

  private static void survey(Kind kind, boolean json, String only) {
    List<String> sizes = new ArrayList<>();
    for (String size : kind.guests().keySet()) {
      if (only.isEmpty() || size.matches(only)) {
        sizes.add(size);
      }
    }
    double[] ns = new double[sizes.size()];
    long[] heap = new long[ns.length];
    if (!json) {
      System.out.printf("%s: ns for each %s%n", kind.name(), kind.unit());
    }
    for (int i = 0; i < ns.length; i++) {
      double[] found = {Double.NaN, 0};
      try {
        found = measure(kind.guests().get(sizes.get(i)));
      } catch (RuntimeException e) {
        System.err.println(kind.name() + " " + sizes.get(i) + ": " + e.getMessage());
      }
      ns[i] = found[0];
      heap[i] = (long) found[1];
      if (!json && kind.grows()) {
        print(kind, sizes.get(i), ns[i], i == 0 ? 0 : ns[i - 1], heap[i]);
      }
    }
    for (int i = 0; i < ns.length; i++) {
      double reference = kind.grows() ? (i == 0 ? 0 : ns[i - 1]) : median(ns);
      if (json) {
        System.out.printf(
            "{\"kind\": \"%s\", \"unit\": \"%s\", \"size\": \"%s\", \"ns\": %.2f, \"ratio\": %.2f,"
                + " \"heap\": %d, \"verdict\": \"%s\"}%n",
            kind.name(),
            kind.unit(),
            sizes.get(i),
            ns[i],
            reference == 0 ? 1 : ns[i] / reference,
            heap[i],
            verdict(kind, ns[i], reference, heap[i]).strip());
      } else if (!kind.grows()) {
        print(kind, sizes.get(i), ns[i], reference, heap[i]);
      }
    }
  }

  private static void print(Kind kind, String size, double ns, double reference, long heap) {
    System.out.printf(
        "  %-28s %12.2f %8.2f %6d MiB%s%n",
        size,
        ns,
        reference == 0 ? 1 : ns / reference,
        heap >> 20,
        verdict(kind, ns, reference, heap));
  }

  static void launchReady(Machine machine) {
    LaunchReady.prepare(machine);
  }

  /** Prints the names of all kinds, or surveys one. */
  public static void main(String[] arguments) {
    Map<String, Kind> kinds = new TreeMap<>();
    CliffKinds.all().forEach(k -> kinds.put(k.name(), k));
    CliffOperations.all().forEach(k -> kinds.put(k.name(), k));
    if (arguments.length == 0) {
      kinds.keySet().forEach(System.out::println);
      return;
    }
    boolean json = arguments.length > 1 && arguments[1].equals("--json");
    String only = arguments.length > 2 ? arguments[2] : "";
    Kind kind = kinds.get(arguments[0]);
    if (kind == null) {
      throw new IllegalArgumentException(
          "no kind " + arguments[0] + "; there are " + kinds.keySet());
    }
    survey(kind, json, only);
  }
}
