import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How fast vmxlab is beside QEMU's system emulation (TCG) and Bochs: {@code java
 * src/bench/Bench.java}, in the root of the project, behind {@code mvn -q -DskipTests package}.
 *
 * <p>One image of all kernels of {@code guest} boots in each machine. It prints a line where the
 * timed rounds of a kernel begin and one where they end; what counts is what the machine's process
 * has consumed in between. Machines take turns, and every turn begins with another kernel.
 */
final class Bench {
  private static final String USAGE =
      """
      Usage: java src/bench/Bench.java [OPTION...]
        --repeats N        turns of every machine; medians are shown (3)
        --scale X          rounds, as a multiple of those in the table (1)
        --kernels A,B,...  these kernels only
        --machines A,B,... these machines only: qemu, bochs, interpreter, auto
        --jar FILE         the command line of vmxlab (target/vmxlab.jar)
        --against FILE     another build, measured besides
        --clock cpu|wall   what ratios are made of: processor time of the process, or time (cpu)
        --json FILE        write the results as JSON; - is standard output
        --write DIR        put table and plot into DIR/performance.md and DIR/performance.svg
      """;

  private static final String QEMU = "qemu";
  private static final String BOCHS = "bochs";
  private static final String INTERPRETER = "interpreter";
  private static final String AUTO = "auto";

  /** MBytes of the guest's memory, and what the heap may have beyond. */
  private static final int MEMORY = 64;

  private static final int HEAP = MEMORY + 200;

  /** Seconds without a line after which a machine is given up. */
  private static final int SILENCE = 600;

  private enum Group {
    INTEGER("integer"),
    MEMORY("memory and vectors"),
    CODE("much code, changing code"),
    SYSTEM("system");

    final String title;

    Group(String title) {
      this.title = title;
    }
  }

  /**
   * A kernel.
   *
   * @param check rounds for the checksum, the same in all machines
   * @param fast rounds that take QEMU about a second
   * @param slow rounds that take vmxlab's interpreter about a second
   */
  private record Kernel(String name, Group group, long check, long fast, long slow, String what) {}

  // spotless:off
  private static final List<Kernel> KERNELS = List.of(
      new Kernel("sieve",      Group.INTEGER,   3,       1_300,        140, "primes by crossing out"),
      new Kernel("sha256",     Group.INTEGER,  10,     800_000,     42_000, "SHA-256 of blocks"),
      new Kernel("quicksort",  Group.INTEGER,   3,       1_900,        200, "4,096 numbers, recursive"),
      new Kernel("bytecode",   Group.INTEGER,  10,      34_000,      6_300, "an interpreter with computed gotos"),
      new Kernel("recursion",  Group.INTEGER,   3,     160_000,      7_000, "functions that call themselves"),
      new Kernel("hashing",    Group.INTEGER,   3,      24_000,      3_700, "a hash table with chains"),
      new Kernel("text",       Group.INTEGER,   3,      17_000,      1_400, "words of a text"),
      new Kernel("alu",        Group.INTEGER,  99, 140_000_000, 12_000_000, "registers alone, with carries"),
      new Kernel("calls",      Group.INTEGER,  99,   9_000_000,  2_200_000, "small functions, also through pointers"),
      new Kernel("copy",       Group.MEMORY,    3,      70_000,      7_300, "by words, unaligned"),
      new Kernel("strings",    Group.MEMORY,    3,      46_000,     27_000, "REP MOVS, STOS, SCAS, CMPS"),
      new Kernel("simd",       Group.MEMORY,    3,      46_000,      4_300, "SSE2 on integers"),
      new Kernel("sse",        Group.MEMORY,    3,      37_000,      4_600, "SSE and SSE2 in floating point"),
      new Kernel("cold",       Group.CODE,      2,          55,         35, "code that runs three times"),
      new Kernel("wide",       Group.CODE,      3,       1_500,        340, "4,000 functions in no order"),
      new Kernel("selfmod",    Group.CODE,     100,      40_000,     49_000, "a loop whose code is overwritten"),
      new Kernel("exceptions", Group.SYSTEM,    9,     360_000,    120_000, "#DE, #BP, #UD, #PF"),
      new Kernel("syscalls",   Group.SYSTEM,    9,   5_400_000,  2_400_000, "SYSCALL and SYSRET"),
      new Kernel("pages",      Group.SYSTEM,    3,      14_000,      9_000, "CR3, INVLPG, pages of 4 KBytes"),
      new Kernel("ports",      Group.SYSTEM,    3,      90_000,    200_000, "IN and OUT"),
      new Kernel("vmexits",    Group.SYSTEM,    9,      53_000,     53_000, "CPUID in a guest, and VMRESUME"));
  // spotless:on

  /**
   * A machine.
   *
   * @param name as in {@link #QEMU} and so on; with the name of the other build before
   * @param command what starts it, the kernels' command line being {@code %s}
   */
  private record Machine(String name, List<String> command) {
    boolean isVmxlab() {
      return !name.equals(QEMU) && !name.equals(BOCHS);
    }

    /** Rounds that are timed. */
    long rounds(Kernel kernel, double scale) {
      double rounds =
          switch (name) {
            case QEMU -> kernel.fast;
            case BOCHS -> kernel.slow / 4.0;
            default -> name.endsWith(AUTO) ? Math.min(kernel.fast, 3.0 * kernel.slow) : kernel.slow;
          };
      return Math.max(1, Math.round(rounds * scale));
    }

    /** Rounds before that: a JIT compiler wants time. */
    long warm(Kernel kernel, double scale) {
      return isVmxlab() ? rounds(kernel, scale) : Math.max(1, rounds(kernel, scale) / 5);
    }
  }

  /** Nanoseconds a round, one sample for each turn. */
  private record Samples(List<Double> cpu, List<Double> wall) {
    Samples() {
      this(new ArrayList<>(), new ArrayList<>());
    }
  }

  /** What is said in one line before the program ends. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refused(String message) {
      super(message);
    }
  }

  private int repeats = 3;
  private double scale = 1;
  private List<Kernel> kernels = KERNELS;
  private List<String> wanted = List.of(QEMU, BOCHS, INTERPRETER, AUTO);
  private String jar = "target/vmxlab.jar";
  private String against = "";
  private boolean wall;
  private String json = "";
  private String write = "";

  private final List<Machine> machines = new ArrayList<>();
  private final Map<String, String> versions = new LinkedHashMap<>();
  private final Map<String, Map<String, Samples>> samples = new LinkedHashMap<>();
  private final Map<String, String> checksums = new LinkedHashMap<>();
  private final String command;

  private Bench(List<String> arguments) {
    command = ("java src/bench/Bench.java " + String.join(" ", arguments)).strip();
    for (int i = 0; i < arguments.size(); i += 2) {
      String option = arguments.get(i);
      if (i + 1 == arguments.size()) {
        throw new Refused(option + " is no option, or has no value; see --help");
      }
      set(option, arguments.get(i + 1));
    }
  }

  private void set(String option, String value) {
    switch (option) {
      case "--repeats" -> repeats = (int) number(option, value, 1, 99);
      case "--scale" -> scale = number(option, value, 1e-6, 1e6);
      case "--kernels" -> {
        List<String> names = KERNELS.stream().map(Kernel::name).toList();
        List<String> some = among(option, value, names);
        kernels = KERNELS.stream().filter(k -> some.contains(k.name)).toList();
      }
      case "--machines" -> wanted = among(option, value, wanted);
      case "--jar" -> jar = value;
      case "--against" -> against = value;
      case "--clock" -> wall = among(option, value, List.of("cpu", "wall")).contains("wall");
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
    throw new Refused(option + ": \"" + text + "\" is not a number that makes sense here");
  }

  private static List<String> among(String option, String value, List<String> all) {
    List<String> some = List.of(value.split(","));
    for (String name : some) {
      if (!all.contains(name)) {
        throw new Refused(
            option + ": there is no \"" + name + "\"; there are " + String.join(", ", all));
      }
    }
    return some;
  }

  public static void main(String[] arguments) throws Exception {
    if (List.of(arguments).contains("--help")) {
      System.out.print(USAGE);
      return;
    }
    try {
      new Bench(List.of(arguments)).run();
    } catch (Refused e) {
      System.err.println("bench: " + e.getMessage());
      System.exit(2);
    }
  }

  private void run() throws Exception {
    Path folder = Files.createTempDirectory("bench");
    try {
      find(folder);
      build(folder);
      for (int i = 0; i < repeats; i++) {
        List<Kernel> order = new ArrayList<>(kernels);
        Collections.rotate(order, -i * kernels.size() / repeats);
        for (Machine machine : machines) {
          System.err.println("bench: turn " + (i + 1) + " of " + repeats + ": " + machine.name);
          turn(machine, order, folder);
        }
      }
    } finally {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
    if (!json.equals("-")) {
      System.out.print(text());
    }
    if (!json.isEmpty()) {
      out(json, json());
    }
    if (!write.isEmpty()) {
      new Page().write(Path.of(write));
    }
  }

  private static void out(String file, String text) throws IOException {
    if (file.equals("-")) {
      System.out.print(text);
    } else {
      Files.writeString(Path.of(file), text);
    }
  }

  // The machines.

  private void find(Path folder) throws Exception {
    Files.writeString(folder.resolve("commands"), "c\n");
    if (wanted.contains(QEMU) && installed("qemu-system-x86_64", QEMU, "--version")) {
      machines.add(
          new Machine(
              QEMU,
              List.of(
                  ("qemu-system-x86_64 -accel tcg -cpu max -display none -nodefaults -no-reboot"
                          + " -debugcon stdio -device isa-debug-exit,iobase=0xf4 -m "
                          + MEMORY
                          + " -kernel image -append %s")
                      .split(" "))));
    }
    if (wanted.contains(BOCHS) && installed("bochs", BOCHS, "--help")) {
      machines.add(new Machine(BOCHS, List.of("bochs", "-q", "-f", "settings", "-rc", "commands")));
      Files.writeString(
          folder.resolve("settings"),
          """
          romimage: file=rom
          megs: %d
          display_library: rfb, options="timeout=0"
          sound: driver=dummy
          cpu: count=1, model=corei7_skylake_x, reset_on_triple_fault=0, ips=50000000
          port_e9_hack: enabled=1
          log: log
          panic: action=fatal
          error: action=ignore
          info: action=ignore
          """
              .formatted(MEMORY));
    }
    for (String engine : List.of(INTERPRETER, AUTO)) {
      if (wanted.contains(engine)) {
        machines.add(vmxlab(engine, engine, jar));
        if (!against.isEmpty()) {
          machines.add(vmxlab("old " + engine, engine, against));
        }
      }
    }
    versions.put(
        "vmxlab", first(Pattern.compile("vmxlab (\\S+)"), "java", "-jar", jar, "--version"));
    versions.put("java", System.getProperty("java.runtime.version"));
    for (Machine machine : machines) {
      samples.put(machine.name, new LinkedHashMap<>());
      kernels.forEach(k -> samples.get(machine.name).put(k.name, new Samples()));
    }
  }

  private static Machine vmxlab(String name, String engine, String file) {
    Path path = Path.of(file).toAbsolutePath();
    if (!Files.isRegularFile(path)) {
      throw new Refused(file + " is not there; build it with: mvn -q -DskipTests package");
    }
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new Machine(
        name,
        List.of(
            java,
            "-Xmx" + HEAP + "m",
            "-jar",
            path.toString(),
            "boot",
            "image",
            "--memory",
            MEMORY + "M",
            "--engine",
            engine,
            "--append",
            "%s"));
  }

  private boolean installed(String program, String name, String option) throws Exception {
    String version = first(Pattern.compile("(?:version|Emulator) (\\S+)"), program, option);
    if (version.isEmpty()) {
      System.err.println("bench: " + program + " is not installed, so it is left out");
      return false;
    }
    versions.put(name, version);
    return true;
  }

  /** The first match in what a program prints; empty if there is none, or no such program. */
  private static String first(Pattern pattern, String... command) throws Exception {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      Matcher matcher = pattern.matcher(new String(process.getInputStream().readAllBytes()));
      return matcher.find() ? matcher.group(1) : "";
    } catch (IOException e) {
      return "";
    }
  }

  // The image.

  private static final String FLAGS =
      "-O2 -ffreestanding -mno-red-zone -fno-pic -fno-stack-protector -fcf-protection=none"
          + " -fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns -fno-common";

  private void build(Path folder) throws Exception {
    Path guest = Path.of("src/bench/guest").toAbsolutePath();
    if (!Files.isDirectory(guest)) {
      throw new Refused("run it in the root of the project: there is no src/bench/guest here");
    }
    List<String> objects = new ArrayList<>();
    try (Stream<Path> files = Files.list(guest)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(".c") || name.endsWith(".S") && !name.equals("rom.S")) {
          String vectors = name.equals("memory.c") ? "-msse2" : "-mgeneral-regs-only";
          tool(folder, "gcc " + FLAGS + " " + vectors + " -c " + file + " -o " + name + ".o");
          objects.add(name + ".o");
        }
      }
    }
    String script = guest.resolve("image.ld").toString();
    tool(folder, "ld -n -T " + script + " --oformat binary -o image " + String.join(" ", objects));
  }

  /** For Bochs, which boots no kernel: the image, and the command line, as a ROM. */
  private void buildRom(Path folder, String line) throws Exception {
    String source = Path.of("src/bench/guest/rom.S").toAbsolutePath().toString();
    byte[] image = Files.readAllBytes(folder.resolve("image"));
    int entry = java.nio.ByteBuffer.wrap(image).order(java.nio.ByteOrder.LITTLE_ENDIAN).getInt(28);
    List<String> compile = new ArrayList<>(List.of("gcc", "-m32", "-c", source, "-o", "rom.o"));
    compile.add("-DIMAGE=\"image\"");
    compile.add("-DLINE=\"" + line + "\"");
    compile.add("-DENTRY=" + entry);
    tool(folder, compile);
    tool(folder, "ld -m elf_i386 -Ttext=0xFFFF0000 --oformat binary -o rom rom.o");
  }

  private static void tool(Path folder, String line) throws Exception {
    tool(folder, List.of(line.split(" ")));
  }

  private static void tool(Path folder, List<String> line) throws Exception {
    Process process;
    try {
      process =
          new ProcessBuilder(line).directory(folder.toFile()).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new Refused(line.get(0) + " is needed to build the image, and not installed");
    }
    String said = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new Refused(String.join(" ", line) + ": " + said.strip());
    }
  }

  // Measuring.

  /** A line of the guest, and when it came. */
  private record Line(String text, long cpu, long wall) {}

  private static final Pattern LINE = Pattern.compile("(\\w+) (begin ([0-9a-f]{16})|end|none)");

  private void turn(Machine machine, List<Kernel> order, Path folder) throws Exception {
    String line =
        order.stream()
            .map(
                k ->
                    String.join(
                        " ",
                        k.name,
                        "" + k.check,
                        "" + machine.warm(k, scale),
                        "" + machine.rounds(k, scale)))
            .collect(Collectors.joining(" ", "run ", ""));
    if (machine.name.equals(BOCHS)) {
      buildRom(folder, line);
    }
    List<String> words =
        machine.command.stream().map(w -> w.equals("%s") ? line : w).collect(Collectors.toList());
    Process process =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectInput(folder.resolve("commands").toFile())
            .start();
    Thread end = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(end);
    try {
      BlockingQueue<Line> lines = new LinkedBlockingQueue<>();
      Thread reader = new Thread(() -> read(process, lines));
      reader.setDaemon(true);
      reader.start();
      for (Kernel kernel : order) {
        measure(machine, kernel, lines);
      }
    } finally {
      process.destroyForcibly().waitFor();
      Runtime.getRuntime().removeShutdownHook(end);
    }
  }

  private static void read(Process process, BlockingQueue<Line> lines) {
    try (BufferedReader reader = process.inputReader()) {
      for (String text = reader.readLine(); text != null; text = reader.readLine()) {
        long wall = System.nanoTime();
        Duration cpu = process.info().totalCpuDuration().orElse(Duration.ZERO);
        lines.add(new Line(text.strip(), cpu.toNanos(), wall));
      }
    } catch (IOException e) {
      // the process has been ended
    }
    lines.add(new Line("", 0, 0));
  }

  private void measure(Machine machine, Kernel kernel, BlockingQueue<Line> lines)
      throws InterruptedException {
    Line begin = await(machine, kernel, lines);
    if (begin.text.endsWith("none")) {
      samples.get(machine.name).remove(kernel.name);
      return;
    }
    Matcher matcher = LINE.matcher(begin.text);
    String sum = matcher.matches() ? matcher.group(3) : null;
    if (!checksums.merge(kernel.name, "" + sum, (a, b) -> a).equals(sum)) {
      throw new Refused(
          machine.name + " computes another checksum of " + kernel.name + " than the one before");
    }
    Line end = await(machine, kernel, lines);
    double rounds = machine.rounds(kernel, scale);
    Samples into = samples.get(machine.name).get(kernel.name);
    into.cpu.add((end.cpu - begin.cpu) / rounds);
    into.wall.add((end.wall - begin.wall) / rounds);
  }

  private static Line await(Machine machine, Kernel kernel, BlockingQueue<Line> lines)
      throws InterruptedException {
    String last = "";
    while (true) {
      Line line = lines.poll(SILENCE, TimeUnit.SECONDS);
      if (line == null || line.wall == 0) {
        throw new Refused(
            machine.name + " does not get through " + kernel.name + ", says last: " + last);
      }
      Matcher matcher = LINE.matcher(line.text);
      if (matcher.matches() && matcher.group(1).equals(kernel.name)) {
        return line;
      }
      last = line.text.isEmpty() ? last : line.text;
    }
  }

  // What was found.

  /** Median of nanoseconds a round. */
  private OptionalDouble time(String machine, Kernel kernel) {
    Samples of = samples.getOrDefault(machine, Map.of()).get(kernel.name);
    if (of == null) {
      return OptionalDouble.empty();
    }
    double[] sorted = (wall ? of.wall : of.cpu).stream().mapToDouble(d -> d).sorted().toArray();
    int n = sorted.length;
    return OptionalDouble.of((sorted[(n - 1) / 2] + sorted[n / 2]) / 2);
  }

  /** How often as fast as another machine. */
  private OptionalDouble ratio(String machine, String other, Kernel kernel) {
    OptionalDouble mine = time(machine, kernel);
    OptionalDouble others = time(other, kernel);
    return mine.isPresent() && others.isPresent() && mine.getAsDouble() > 0
        ? OptionalDouble.of(others.getAsDouble() / mine.getAsDouble())
        : OptionalDouble.empty();
  }

  private OptionalDouble mean(String machine, String other, List<Kernel> of) {
    OptionalDouble mean =
        of.stream()
            .map(k -> ratio(machine, other, k))
            .filter(r -> r.isPresent() && r.getAsDouble() > 0)
            .mapToDouble(r -> Math.log(r.getAsDouble()))
            .average();
    return mean.isPresent() ? OptionalDouble.of(Math.exp(mean.getAsDouble())) : mean;
  }

  private List<Kernel> of(Group group) {
    return kernels.stream().filter(k -> k.group == group).toList();
  }

  private List<String> names() {
    return machines.stream().map(Machine::name).toList();
  }

  /** Columns of ratios: a machine, and what it is compared with. */
  private List<String[]> ratios() {
    List<String[]> all = new ArrayList<>();
    for (String name : names()) {
      if (names().contains(QEMU) && !name.equals(QEMU)) {
        all.add(new String[] {name, QEMU});
      }
    }
    if (!against.isEmpty()) {
      wanted.stream()
          .filter(n -> names().contains("old " + n))
          .forEach(n -> all.add(new String[] {n, "old " + n}));
    }
    if (names().containsAll(List.of(AUTO, INTERPRETER))) {
      all.add(new String[] {AUTO, INTERPRETER});
    }
    return all;
  }

  /** Rows of text: a heading, the kernels by groups, the means. */
  private List<List<String>> table() {
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("kernel"));
    names().forEach(n -> head.add(n + " ns"));
    ratios().forEach(r -> head.add(r[0] + "/" + r[1]));
    rows.add(head);
    for (Kernel kernel : kernels) {
      List<String> row = new ArrayList<>(List.of(kernel.name));
      names().forEach(n -> row.add(format(time(n, kernel), "%,.0f")));
      ratios().forEach(r -> row.add(format(ratio(r[0], r[1], kernel), "%.3f")));
      rows.add(row);
    }
    for (Group group : Group.values()) {
      if (!of(group).isEmpty()) {
        List<String> row = new ArrayList<>(List.of("mean, " + group.title));
        names().forEach(n -> row.add(""));
        ratios().forEach(r -> row.add(format(mean(r[0], r[1], of(group)), "%.3f")));
        rows.add(row);
      }
    }
    return rows;
  }

  private static String format(OptionalDouble number, String format) {
    return number.isPresent() ? String.format(Locale.ROOT, format, number.getAsDouble()) : "-";
  }

  private String text() {
    List<List<String>> rows = table();
    int[] widths = new int[rows.get(0).size()];
    rows.forEach(
        r -> {
          for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], r.get(i).length());
          }
        });
    StringBuilder text = new StringBuilder(about()).append("\n");
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(String.format((i == 0 ? "%-" : "  %") + widths[i] + "s", row.get(i)));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    bounds().forEach(b -> text.append(b).append('\n'));
    return text.toString();
  }

  private String about() {
    return String.format(
        Locale.ROOT,
        "%s%n%s; %d processors, %s%n%s, median of %d, ns a round; then speed as a multiple%n",
        versions.entrySet().stream()
            .map(e -> e.getKey() + " " + e.getValue())
            .collect(Collectors.joining(", ")),
        processor(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        wall ? "time" : "processor time",
        repeats);
  }

  private static String processor() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(l -> l.startsWith("model name"))
          .map(l -> l.substring(l.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("a processor");
    } catch (IOException e) {
      return "a processor";
    }
  }

  /** What the project wants to hold, and whether it does. */
  private List<String> bounds() {
    List<String> all = new ArrayList<>();
    if (names().contains(QEMU)) {
      for (String engine : List.of(INTERPRETER, AUTO)) {
        boolean first = engine.equals(INTERPRETER);
        bound(
            all,
            "mean of integer kernels, " + engine,
            mean(engine, QEMU, of(Group.INTEGER)),
            first ? 0.18 : 0.5);
        for (Kernel kernel : of(Group.INTEGER)) {
          OptionalDouble ratio = ratio(engine, QEMU, kernel);
          double least = first ? 0.08 : 0.2;
          if (ratio.isPresent() && ratio.getAsDouble() < least) {
            bound(all, kernel.name + ", " + engine, ratio, least);
          }
        }
      }
    }
    for (Kernel kernel : of(Group.CODE)) {
      bound(all, kernel.name + ", auto to interpreter", ratio(AUTO, INTERPRETER, kernel), 1 / 1.1);
    }
    return all;
  }

  private static void bound(List<String> all, String what, OptionalDouble ratio, double least) {
    ratio.ifPresent(
        r ->
            all.add(
                String.format(
                    Locale.ROOT,
                    "%s: %.3f, wanted %.2f: %s",
                    what,
                    r,
                    least,
                    r >= least ? "held" : "MISSED")));
  }

  private String json() {
    StringBuilder text = new StringBuilder("{\n  \"version\": 1,\n");
    text.append("  \"command\": ").append(quoted(command)).append(",\n  \"programs\": {");
    text.append(
        versions.entrySet().stream()
            .map(e -> quoted(e.getKey()) + ": " + quoted(e.getValue()))
            .collect(Collectors.joining(", ")));
    text.append("},\n  \"host\": {\"processor\": ").append(quoted(processor()));
    text.append(", \"processors\": ").append(Runtime.getRuntime().availableProcessors());
    text.append("},\n  \"heapMBytes\": ")
        .append(HEAP)
        .append(", \"memoryMBytes\": ")
        .append(MEMORY);
    text.append(",\n  \"clock\": ").append(quoted(wall ? "wall" : "cpu"));
    text.append(",\n  \"kernels\": [\n");
    text.append(kernels.stream().map(this::json).collect(Collectors.joining(",\n")));
    text.append("\n  ],\n  \"means\": {\n");
    text.append(
        Arrays.stream(Group.values())
            .filter(g -> !of(g).isEmpty())
            .map(g -> "    " + quoted(g.title) + ": " + speeds(r -> mean(r[0], r[1], of(g))))
            .collect(Collectors.joining(",\n")));
    return text.append("\n  }\n}\n").toString();
  }

  private String json(Kernel kernel) {
    String times =
        machines.stream()
            .filter(m -> samples.get(m.name).containsKey(kernel.name))
            .map(
                m -> {
                  Samples of = samples.get(m.name).get(kernel.name);
                  return String.format(
                      "      %s: {\"rounds\": %d, \"cpuNanoseconds\": %s, \"wallNanoseconds\": %s}",
                      quoted(m.name), m.rounds(kernel, scale), numbers(of.cpu), numbers(of.wall));
                })
            .collect(Collectors.joining(",\n"));
    return String.format(
        "    {\"name\": %s, \"group\": %s, \"checksum\": %s, \"machines\": {\n%s\n    },\n"
            + "     \"speeds\": %s}",
        quoted(kernel.name),
        quoted(kernel.group.title),
        quoted(checksums.getOrDefault(kernel.name, "")),
        times,
        speeds(r -> ratio(r[0], r[1], kernel)));
  }

  private String speeds(java.util.function.Function<String[], OptionalDouble> of) {
    return ratios().stream()
        .filter(r -> of.apply(r).isPresent())
        .map(r -> quoted(r[0] + "/" + r[1]) + ": " + format(of.apply(r), "%.4f"))
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

  private final class Page {
    void write(Path folder) {}
  }
}
