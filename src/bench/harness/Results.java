import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** What was measured, and what follows from it. */
final class Results {
  /** Nanoseconds a round, one for each turn: of processor time, and of time. */
  record Samples(List<Double> cpu, List<Double> wall) {}

  /** A comparison: how often as fast one machine is as another. */
  record Pair(String machine, String other) {
    @Override
    public String toString() {
      return machine + "/" + other;
    }
  }

  /**
   * Something the project wants to hold.
   *
   * @param what is compared
   * @param found in this run
   * @param least what it wants
   */
  record Bound(String what, double found, double least) {
    boolean held() {
      return found >= least;
    }
  }

  final List<String> machines;
  final List<Kernel> kernels;

  /** Ratios are made of time, not of processor time. */
  final boolean byWall;

  private final Map<String, Map<Kernel, Samples>> samples = new LinkedHashMap<>();

  Results(List<Machine> machines, List<Kernel> kernels, boolean byWall) {
    this.machines = machines.stream().map(Machine::name).toList();
    this.kernels = kernels;
    this.byWall = byWall;
    this.machines.forEach(m -> samples.put(m, new LinkedHashMap<>()));
  }

  /** Takes a sample: nanoseconds a round. */
  void add(Machine machine, Kernel kernel, double cpu, double wall) {
    Samples into =
        samples
            .get(machine.name())
            .computeIfAbsent(kernel, k -> new Samples(new ArrayList<>(), new ArrayList<>()));
    into.cpu.add(cpu);
    into.wall.add(wall);
  }

  /** All samples; null if the machine does not run the kernel. */
  Samples samples(String machine, Kernel kernel) {
    return samples.getOrDefault(machine, Map.of()).get(kernel);
  }

  /** Median of nanoseconds a round. */
  OptionalDouble time(String machine, Kernel kernel) {
    Samples of = samples(machine, kernel);
    if (of == null) {
      return OptionalDouble.empty();
    }
    double[] sorted = (byWall ? of.wall : of.cpu).stream().mapToDouble(d -> d).sorted().toArray();
    int n = sorted.length;
    return OptionalDouble.of((sorted[(n - 1) / 2] + sorted[n / 2]) / 2);
  }

  /**
   * Of one kernel; empty where one of them does not run it, or so few rounds that no time passed.
   */
  OptionalDouble ratio(Pair pair, Kernel kernel) {
    double mine = time(pair.machine, kernel).orElse(0);
    double others = time(pair.other, kernel).orElse(0);
    return mine > 0 && others > 0 ? OptionalDouble.of(others / mine) : OptionalDouble.empty();
  }

  /** Geometric mean of a group. */
  OptionalDouble mean(Pair pair, Kernel.Group group) {
    OptionalDouble mean =
        of(group).stream()
            .map(k -> ratio(pair, k))
            .filter(OptionalDouble::isPresent)
            .mapToDouble(r -> Math.log(r.getAsDouble()))
            .average();
    return mean.isPresent() ? OptionalDouble.of(Math.exp(mean.getAsDouble())) : mean;
  }

  List<Kernel> of(Kernel.Group group) {
    return kernels.stream().filter(k -> k.group() == group).toList();
  }

  /** Groups that were measured. */
  List<Kernel.Group> groups() {
    return kernels.stream().map(Kernel::group).distinct().toList();
  }

  /** What is compared: everything with QEMU, a build with the other one, the two engines. */
  List<Pair> pairs() {
    List<Pair> pairs = new ArrayList<>();
    for (String name : machines) {
      if (!name.equals("qemu") && machines.contains("qemu")) {
        pairs.add(new Pair(name, "qemu"));
      }
    }
    for (String name : machines) {
      if (machines.contains("old " + name)) {
        pairs.add(new Pair(name, "old " + name));
      }
    }
    if (machines.containsAll(List.of("auto", "interpreter"))) {
      pairs.add(new Pair("auto", "interpreter"));
    }
    return pairs;
  }

  /** What the project wants to hold of what was measured. */
  List<Bound> bounds() {
    List<Bound> bounds = new ArrayList<>();
    integerBounds(bounds, "interpreter", 0.18, 0.08);
    integerBounds(bounds, "auto", 0.5, 0.2);
    Pair engines = new Pair("auto", "interpreter");
    for (Kernel kernel : of(Kernel.Group.CODE)) {
      ratio(engines, kernel)
          .ifPresent(r -> bounds.add(new Bound(kernel.name() + ", " + engines, r, 1 / 1.1)));
    }
    return bounds;
  }

  private void integerBounds(List<Bound> bounds, String engine, double mean, double each) {
    Pair pair = new Pair(engine, "qemu");
    Kernel.Group group = Kernel.Group.INTEGER;
    mean(pair, group).ifPresent(m -> bounds.add(new Bound("integer mean, " + pair, m, mean)));
    of(group).stream()
        .filter(k -> ratio(pair, k).isPresent())
        .map(k -> new Bound(k.name() + ", " + pair, ratio(pair, k).getAsDouble(), each))
        .min((a, b) -> Double.compare(a.found, b.found))
        .ifPresent(bounds::add);
  }
}
