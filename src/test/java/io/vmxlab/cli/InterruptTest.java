package io.vmxlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A run that is asked to end, as by Ctrl-C, ends soon and says what is known by then. */
class InterruptTest {
  /** Processor time after which a program is certainly running. */
  private static final Duration RUNNING = Duration.ofMillis(1500);

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "l: jmp l                                                        |",
        "l: jmp l                                                        | --trace",
        "l: jmp l                                                        | --trace --json",
        "l: mov ecx, -1 ~ mov edi, 400000h ~ rep stosb ~ jmp l            |",
        "l: cpuid ~ jmp l                                               | --json"
      })
  void prints_what_is_known(String code, String options) throws Exception {
    Path source = Files.writeString(folder.resolve("loop.asm"), code.replace('~', '\n'));
    Path out = folder.resolve("out");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.vmxlab.cli.Main",
                "run",
                source.toString(),
                "-v",
                "--max-instructions",
                "1000000000000"));
    Stream.of(options == null ? new String[0] : options.split(" ")).forEach(command::add);
    Process process = new ProcessBuilder(command).redirectOutput(out.toFile()).start();
    try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
      waitFor(err, "running");
      Duration begun = spent(process);
      Duration now;
      do {
        TimeUnit.MILLISECONDS.sleep(1500);
        now = spent(process);
      } while (!now.isZero() && now.minus(begun).compareTo(RUNNING) < 0);
      process.destroy();
      assertTrue(process.waitFor(1, TimeUnit.MINUTES), "it goes on");
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(out);
    boolean json = command.contains("--json");
    String expected = json ? "\"outcome\": \"limit\"" : "loop.asm: stopped after ";
    assertTrue(text.contains(expected), text.substring(Math.max(0, text.length() - 2000)));
    if (json) {
      assertEquals('}', text.strip().charAt(text.strip().length() - 1));
    }
  }

  /** Processor time; 0 where nobody knows it. */
  private static Duration spent(Process process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private static void waitFor(BufferedReader err, String word) throws IOException {
    String line = err.readLine();
    while (line != null && !line.contains(word)) {
      line = err.readLine();
    }
    assertTrue(line != null, "it ended at once");
  }
}
