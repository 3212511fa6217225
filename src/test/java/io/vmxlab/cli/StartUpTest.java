package io.vmxlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a small run loads. Almost all of its time is spent on classes, so this is what keeps it
 * short, and unlike a time it can be counted on a busy machine. docs/decisions/speed.md.
 */
class StartUpTest {
  /** A few more than there are; what is added to every run has to be worth its time. */
  private static final int MOST_OWN = 360;

  private static final String VIEWS = "java.lang.invoke.VarHandleByteArray";

  /** What costs much before it does anything, and parts of the command line that others need. */
  private static final List<String> UNWANTED =
      List.of(
          "java.util.stream.",
          VIEWS,
          "java.util.Formatter",
          "java.util.regex.Pattern$",
          "picocli.",
          "org.slf4j.",
          "ch.qos.logback.",
          "org.yaml.",
          "io.vmxlab.asm.Assembler",
          "io.vmxlab.explain.Explain",
          "io.vmxlab.isa.Disassembler",
          "io.vmxlab.platform.ObjectLinker");

  @TempDir Path folder;

  @Test
  void a_small_run_loads_few_classes() throws Exception {
    List<String> loaded = loadedBy(Main.class, "run", "enable-vmx");
    Set<String> javas = Set.copyOf(loadedBy(OnlyExits.class));
    assertEquals(
        List.of(), loaded.stream().filter(c -> unwanted(c) && !javas.contains(c)).toList());
    List<String> own = loaded.stream().filter(c -> c.startsWith("io.vmxlab.")).toList();
    assertTrue(own.contains("io.vmxlab.engine.Engine"), own::toString);
    assertTrue(own.size() <= MOST_OWN, () -> own.size() + " classes: " + own);
  }

  @Test
  void a_lambda_costs_no_class() throws Exception {
    List<String> spun =
        loadedBy(Main.class, "run", "enable-vmx").stream()
            .filter(c -> c.startsWith("io.vmxlab.") && c.contains("$$Lambda"))
            .toList();
    assertEquals(List.of(), spun);
  }

  private static boolean unwanted(String name) {
    boolean javasOwn = Runtime.version().feature() >= 21 && name.startsWith(VIEWS); // for streams
    return !javasOwn && UNWANTED.stream().anyMatch(name::startsWith);
  }

  /** Shows what Java loads for itself; since Java 21 it looks for a logger when it exits. */
  static final class OnlyExits {
    public static void main(String[] arguments) {
      System.exit(0);
    }
  }

  private List<String> loadedBy(Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    Path log = folder.resolve("classes");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xshare:auto");
    command.add("-Xlog:class+load:file=" + log + ":none");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile())
            .start();
    assertEquals(0, process.waitFor(), () -> "see " + folder);
    return Files.readAllLines(log).stream().map(line -> line.split(" ")[0]).toList();
  }
}
