import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A machine that the image boots in.
 *
 * @param name as in the results
 * @param kind what it is
 * @param command what starts it, with {@link #LINE} for the command line of the image
 */
record Machine(String name, Kind kind, List<String> command) {
  /** Stands in {@link #command} for the command line of the image. */
  static final String LINE = "%LINE%";

  /** MBytes of the guest's memory. */
  static final int MEMORY = 64;

  /** MBytes that vmxlab's heap may have: the guest's memory, and what the project allows beyond. */
  static final int HEAP = MEMORY + 200;

  /** Bochs is configured by a file. */
  static final String BOCHS_SETTINGS =
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
          .formatted(MEMORY);

  enum Kind {
    QEMU,
    BOCHS,
    INTERPRETER,
    AUTO
  }

  static Machine qemu() {
    List<String> command = words("qemu-system-x86_64 -accel tcg -cpu max -m " + MEMORY);
    command.addAll(words("-display none -nodefaults -no-reboot -debugcon stdio"));
    command.addAll(words("-device isa-debug-exit,iobase=0xf4 -kernel image -append"));
    command.add(LINE);
    return new Machine("qemu", Kind.QEMU, command);
  }

  /** Boots no image, so it gets a ROM with the command line in it. */
  static Machine bochs() {
    return new Machine("bochs", Kind.BOCHS, words("bochs -q -f settings -rc commands"));
  }

  /**
   * vmxlab, with the engine that its kind says.
   *
   * @param java the JVM's launcher
   * @param jar its command line
   */
  static Machine vmxlab(String name, Kind kind, String java, String jar) {
    List<String> command = new ArrayList<>(List.of(java, "-Xmx" + HEAP + "m", "-jar", jar));
    command.addAll(words("boot image --memory " + MEMORY + "M"));
    command.addAll(List.of("--engine", kind.name().toLowerCase(Locale.ROOT), "--append", LINE));
    return new Machine(name, kind, command);
  }

  private static List<String> words(String line) {
    return new ArrayList<>(List.of(line.split(" ")));
  }

  /** Rounds to time, so many that it takes about {@code scale} seconds. */
  long rounds(Kernel kernel, double scale) {
    double rounds =
        switch (kind) {
          case QEMU -> kernel.fast();
          case BOCHS -> kernel.slow() / 6.0;
          case INTERPRETER -> kernel.slow();
          case AUTO -> Math.max(kernel.slow(), Math.min(kernel.fast(), 2.0 * kernel.slow()));
        };
    return Math.max(1, Math.round(rounds * scale));
  }

  /**
   * Rounds before that. A JIT compiler wants time, and a region is compiled some tens of millions
   * of instructions after it was made.
   */
  long warm(Kernel kernel, double scale) {
    long rounds = rounds(kernel, scale);
    return switch (kind) {
      case QEMU, BOCHS -> Math.max(1, rounds / 5);
      case INTERPRETER -> rounds;
      case AUTO -> 2 * rounds;
    };
  }

  /** The command line of the image. */
  String line(List<Kernel> kernels, double scale) {
    StringBuilder line = new StringBuilder("run");
    for (Kernel kernel : kernels) {
      line.append(' ').append(kernel.name());
      line.append(' ').append(warm(kernel, scale)).append(' ').append(rounds(kernel, scale));
    }
    return line.toString();
  }

  List<String> command(String line) {
    return command.stream().map(w -> w.equals(LINE) ? line : w).toList();
  }
}
