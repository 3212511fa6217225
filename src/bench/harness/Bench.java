import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** The command {@code src/bench/run}: its options, and what follows from them. */
final class Bench {
  private static final String USAGE =
      """
      Usage: src/bench/run [OPTION...]
        --repeats N         turns of every machine, of which medians are shown (3)
        --scale X           seconds a kernel, about (1)
        --kernels A,B,...   only these: %s
        --machines A,B,...  only these: qemu, bochs, interpreter, auto
        --jar FILE          command line of vmxlab (target/vmxlab.jar)
        --against FILE      that of another build, to compare with
        --clock cpu|wall    what ratios are made of: processor time of all threads, or time (cpu)
        --json FILE         write the results as JSON; with - to standard output, instead of text
        --write DIR         put them into DIR/performance.md and DIR/performance.svg
      """;

  private static final List<String> MACHINES = List.of("qemu", "bochs", "interpreter", "auto");

  private int repeats = 3;
  private double scale = 1;
  private List<Kernel> kernels = Kernel.ALL;
  private List<String> wanted = MACHINES;
  private String jar = "target/vmxlab.jar";
  private String against = "";
  private boolean byWall;
  private String json = "";
  private String write = "";

  private final String command;
  private final List<Machine> machines = new ArrayList<>();
  private final Map<String, String> versions = new LinkedHashMap<>();

  private Bench(List<String> arguments) {
    command = String.join(" ", arguments);
    for (int i = 0; i < arguments.size(); i += 2) {
      if (i + 1 == arguments.size()) {
        throw new Refused(arguments.get(i) + " is no option, or has no value; see --help");
      }
      set(arguments.get(i), arguments.get(i + 1));
    }
  }

  public static void main(String[] arguments) throws Exception {
    if (List.of(arguments).contains("--help")) {
      List<String> names = Kernel.ALL.stream().map(Kernel::name).toList();
      System.out.printf(USAGE, String.join(", ", names));
      return;
    }
    try {
      new Bench(List.of(arguments)).run();
    } catch (Refused e) {
      System.err.println("bench: " + e.getMessage());
      System.exit(2);
    }
  }

  private void set(String option, String value) {
    switch (option) {
      case "--repeats" -> repeats = (int) number(option, value, 1, 99);
      case "--scale" -> scale = number(option, value, 1e-6, 1e6);
      case "--kernels" -> {
        List<String> some = among(option, value, Kernel.ALL.stream().map(Kernel::name).toList());
        kernels = Kernel.ALL.stream().filter(k -> some.contains(k.name())).toList();
      }
      case "--machines" -> wanted = among(option, value, MACHINES);
      case "--jar" -> jar = value;
      case "--against" -> against = value;
      case "--clock" -> byWall = among(option, value, List.of("cpu", "wall")).contains("wall");
      case "--json" -> json = value;
      case "--write" -> write = value;
      default -> throw new Refused(option + " is no option; see --help");
    }
  }

  private static double number(String option, String text, double least, double most) {
    try {
      double number = Double.parseDouble(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new Refused(option + ": \"" + text + "\" is no number that makes sense here");
  }

  private static List<String> among(String option, String value, List<String> all) {
    List<String> some = List.of(value.split(","));
    for (String name : some) {
      if (!all.contains(name)) {
        throw new Refused(option + ": there is no \"" + name + "\", but " + String.join(", ", all));
      }
    }
    return some;
  }

  private void run() throws IOException, InterruptedException {
    find();
    Results results = new Results(machines, kernels, byWall);
    Path folder = Files.createTempDirectory("bench");
    try {
      Files.writeString(folder.resolve("commands"), "c\n");
      Files.writeString(folder.resolve("settings"), Machine.BOCHS_SETTINGS);
      for (int i = 0; i < repeats; i++) {
        turns(i, results, folder);
      }
    } finally {
      delete(folder);
    }
    Report report = new Report(results, versions, command, repeats);
    if (!json.equals("-")) {
      System.out.print(report.text());
    }
    if (!json.isEmpty()) {
      write(json, report.json());
    }
    if (!write.isEmpty()) {
      new Page(report).write(Path.of(write));
    }
  }

  /** All machines run all kernels; each time another one is first. */
  private void turns(int number, Results results, Path folder)
      throws IOException, InterruptedException {
    List<Kernel> order = new ArrayList<>(kernels);
    Collections.rotate(order, -number * kernels.size() / repeats);
    for (Machine machine : machines) {
      System.err.printf("bench: turn %d of %d, %s%n", number + 1, repeats, machine.name());
      String build = Path.of(System.getProperty("bench"), "guest", "build").toString();
      Programs.run(folder, List.of(build, folder.toString(), machine.line(order, scale)));
      new Turn(machine, scale, results).run(order, folder);
    }
  }

  private void find() {
    if (wanted.contains("qemu") && installed("qemu", "qemu-system-x86_64", "--version")) {
      machines.add(Machine.qemu());
    }
    if (wanted.contains("bochs") && installed("bochs", "bochs", "--help")) {
      machines.add(Machine.bochs());
    }
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    for (Machine.Kind kind : List.of(Machine.Kind.INTERPRETER, Machine.Kind.AUTO)) {
      String name = kind.name().toLowerCase(Locale.ROOT);
      if (wanted.contains(name)) {
        machines.add(Machine.vmxlab(name, kind, java, archive(jar)));
        if (!against.isEmpty()) {
          machines.add(Machine.vmxlab("old " + name, kind, java, archive(against)));
        }
      }
    }
    versions.put("vmxlab", Programs.version(java, "-jar", jar, "--version"));
    versions.put("Java", System.getProperty("java.runtime.version"));
  }

  private static String archive(String file) {
    Path path = Path.of(file).toAbsolutePath();
    if (!Files.isRegularFile(path)) {
      throw new Refused(file + " is not there; build it: mvn -q -DskipTests package");
    }
    return path.toString();
  }

  private boolean installed(String name, String... program) {
    String version = Programs.version(program);
    if (version.isEmpty()) {
      System.err.println("bench: " + program[0] + " is not installed, so it is left out");
      return false;
    }
    versions.put(name, version);
    return true;
  }

  private static void write(String file, String text) throws IOException {
    if (file.equals("-")) {
      System.out.print(text);
    } else {
      Files.writeString(Path.of(file), text);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
