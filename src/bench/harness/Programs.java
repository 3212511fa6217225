import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Other programs: what they say, and what they are. */
final class Programs {
  private static final Pattern VERSION =
      Pattern.compile("(?:version|Emulator|vmxlab) (\\d\\S*)", Pattern.CASE_INSENSITIVE);

  private Programs() {}

  /** What a program is, or empty if it is not installed. */
  static String version(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      Matcher version = VERSION.matcher(new String(process.getInputStream().readAllBytes()));
      return version.find() ? version.group(1) : "of an unknown version";
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * Runs a program that ends.
   *
   * @throws Refused with what it said, if it failed
   */
  static void run(Path folder, List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes()).strip();
    if (process.waitFor() != 0) {
      throw new Refused(said);
    }
  }

  /** The processor of this computer. */
  static String processor() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(l -> l.startsWith("model name"))
          .map(l -> l.substring(l.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }
}
