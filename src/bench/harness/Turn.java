import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One machine runs all kernels, one behind the other. The image says when the timed rounds of a
 * kernel begin and end; what the machine's process has consumed is looked at when that arrives.
 */
final class Turn {
  /** Seconds without a line after which a machine is given up. */
  private static final int SILENCE = 900;

  /**
   * A line of the image.
   *
   * @param cpu nanoseconds of processor time that all threads of the process have consumed; the
   *     operating system counts hundredths of a second
   * @param wall nanoseconds since some moment
   */
  private record Line(String text, long cpu, long wall) {}

  private final Machine machine;
  private final double scale;
  private final Results results;
  private final BlockingQueue<Line> lines = new LinkedBlockingQueue<>();
  private String last = "nothing";

  Turn(Machine machine, double scale, Results results) {
    this.machine = machine;
    this.scale = scale;
    this.results = results;
  }

  /**
   * Runs them.
   *
   * @param folder where the image is
   * @throws Refused if the machine does not get through, or computes something wrong
   */
  void run(List<Kernel> kernels, Path folder) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(machine.command(machine.line(kernels, scale)))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectInput(folder.resolve("commands").toFile())
            .start();
    Thread killer = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(killer);
    try {
      Thread reader = new Thread(() -> read(process));
      reader.setDaemon(true);
      reader.start();
      kernels.forEach(this::measure);
    } finally {
      process.destroyForcibly().waitFor();
      Runtime.getRuntime().removeShutdownHook(killer);
    }
  }

  private void read(Process process) {
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

  private void measure(Kernel kernel) {
    Line begin = next(kernel);
    if (begin.text.endsWith(" none")) {
      return;
    }
    Line end = next(kernel);
    double rounds = machine.rounds(kernel, scale);
    results.add(machine, kernel, (end.cpu - begin.cpu) / rounds, (end.wall - begin.wall) / rounds);
  }

  /** The next line about a kernel. */
  private Line next(Kernel kernel) {
    while (true) {
      Line line;
      try {
        line = lines.poll(SILENCE, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      if (line == null || line.wall == 0) {
        throw new Refused(
            machine.name() + " does not get through " + kernel.name() + "; it says last: " + last);
      }
      if (line.text.matches(kernel.name() + " (begin|end|none)")) {
        return line;
      }
      if (line.text.startsWith(kernel.name() + " wrong ")) {
        throw new Refused(machine.name() + " computes something else: " + line.text);
      }
      last = line.text.isEmpty() ? last : line.text;
    }
  }
}
