import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The results as text and as JSON.
 *
 * @param versions of the programs, by name
 * @param command that was given
 * @param repeats turns of every machine
 */
record Report(Results results, Map<String, String> versions, String command, int repeats) {
  /** Rounds a second from which a round takes so little that tenths of a nanosecond count. */
  private static final long MANY = 5_000_000;

  /** A table: a heading, the kernels, the means of groups. */
  List<List<String>> table() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(row("kernel", n -> n + " ns", String::valueOf));
    for (Kernel kernel : results.kernels) {
      rows.add(
          row(
              kernel.name(),
              n -> number(results.time(n, kernel), kernel.fast() > MANY ? "%,.1f" : "%,.0f"),
              p -> number(results.ratio(p, kernel), "%.3f")));
    }
    for (Kernel.Group group : results.groups()) {
      rows.add(row("mean, " + group.title, n -> "", p -> number(results.mean(p, group), "%.3f")));
    }
    return rows;
  }

  private List<String> row(
      String head, Function<String, String> machine, Function<Results.Pair, String> pair) {
    List<String> row = new ArrayList<>(List.of(head));
    results.machines.forEach(n -> row.add(machine.apply(n)));
    results.pairs().forEach(p -> row.add(pair.apply(p)));
    return row;
  }

  private static String number(OptionalDouble number, String format) {
    return number.isPresent() ? String.format(Locale.ROOT, format, number.getAsDouble()) : "-";
  }

  /** Everything for people. */
  String text() {
    List<List<String>> rows = table();
    StringBuilder text = new StringBuilder(String.join("\n", about())).append("\n\n");
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        int column = i;
        int width = rows.stream().mapToInt(r -> r.get(column).length()).max().orElse(0);
        String cell = row.get(i);
        String blanks = " ".repeat(width - cell.length());
        line.append(i == 0 ? cell + blanks : "  " + blanks + cell);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    text.append('\n');
    results.bounds().forEach(b -> text.append(line(b)).append('\n'));
    return text.toString();
  }

  /** What was measured on what, and what the columns are. */
  List<String> about() {
    return List.of(
        versions.entrySet().stream()
            .map(e -> e.getKey() + " " + e.getValue())
            .collect(Collectors.joining(", ")),
        String.format(
            "%s, %d processors, %s",
            Programs.processor(),
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.name")),
        String.format(
            "nanoseconds of %s a round, median of %d; A/B: how often as fast A is as B",
            results.byWall ? "time" : "processor time", repeats));
  }

  static String line(Results.Bound bound) {
    return String.format(
        Locale.ROOT,
        "%s: %.3f, at least %.2f wanted: %s",
        bound.what(),
        bound.found(),
        bound.least(),
        bound.held() ? "held" : "missed");
  }

  /** The same for programs, with every sample. */
  String json() {
    return "{\n  \"version\": 1,\n  \"command\": "
        + quoted(command)
        + ",\n  \"programs\": "
        + object(versions.keySet().stream().toList(), k -> quoted(k), k -> quoted(versions.get(k)))
        + ",\n  \"processor\": "
        + quoted(Programs.processor())
        + ", \"processors\": "
        + Runtime.getRuntime().availableProcessors()
        + ",\n  \"memoryMBytes\": "
        + Machine.MEMORY
        + ", \"heapMBytes\": "
        + Machine.HEAP
        + ", \"clock\": "
        + quoted(results.byWall ? "wall" : "cpu")
        + ",\n  \"kernels\": [\n"
        + results.kernels.stream().map(this::json).collect(Collectors.joining(",\n"))
        + "\n  ],\n  \"means\": "
        + object(results.groups(), g -> quoted(g.title), g -> speeds(p -> results.mean(p, g)))
        + ",\n  \"bounds\": [\n"
        + results.bounds().stream().map(Report::json).collect(Collectors.joining(",\n"))
        + "\n  ]\n}\n";
  }

  private String json(Kernel kernel) {
    List<String> runIt =
        results.machines.stream().filter(m -> results.samples(m, kernel) != null).toList();
    return "    {\"name\": "
        + quoted(kernel.name())
        + ", \"group\": "
        + quoted(kernel.group().title)
        + ",\n     \"nanosecondsARound\": "
        + object(runIt, Report::quoted, m -> json(results.samples(m, kernel)))
        + ",\n     \"speeds\": "
        + speeds(p -> results.ratio(p, kernel))
        + "}";
  }

  private static String json(Results.Samples samples) {
    return "{\"cpu\": " + numbers(samples.cpu()) + ", \"wall\": " + numbers(samples.wall()) + "}";
  }

  private static String json(Results.Bound bound) {
    return String.format(
        Locale.ROOT,
        "    {\"what\": %s, \"found\": %.4f, \"least\": %.2f, \"held\": %s}",
        quoted(bound.what()),
        bound.found(),
        bound.least(),
        bound.held());
  }

  private String speeds(Function<Results.Pair, OptionalDouble> of) {
    List<Results.Pair> pairs =
        results.pairs().stream().filter(p -> of.apply(p).isPresent()).toList();
    return object(pairs, p -> quoted(p.toString()), p -> number(of.apply(p), "%.4f"));
  }

  private static <T> String object(
      List<T> of, Function<T, String> name, Function<T, String> value) {
    return of.stream()
        .map(t -> name.apply(t) + ": " + value.apply(t))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String numbers(List<Double> of) {
    return of.stream()
        .map(d -> String.format(Locale.ROOT, "%.1f", d))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
