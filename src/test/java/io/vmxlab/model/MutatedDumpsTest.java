package io.vmxlab.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.Scale;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a dump or a model file contains: a possible processor, or one line that says what is
 * wrong; at most 5 seconds and 512 MiB. {@code -Dvmxlab.fuzz.seed=N} takes other inputs, {@code
 * -Dvmxlab.fuzz=FORMAT} one format.
 */
class MutatedDumpsTest {
  private static final Path RESOURCES = Path.of("src/test/resources/io/vmxlab");
  private static final Path CPUS = Path.of("src/main/resources/io/vmxlab/model/cpus");
  private static final long SEED = Long.getLong("vmxlab.fuzz.seed", 1);
  private static final int FEW = 100;
  private static final int MILLION = 1_000_000;
  private static final long SECONDS = 5_000_000_000L;
  private static final long BYTES = 512L << 20;
  private static final int TOGETHER = 50;
  private static final int LONGEST_LINE = 1000;
  private static final String MODEL = "model file";

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private static final Map<String, List<String>> SEEDS = seeds();

  static List<String> formats() {
    String only = System.getProperty("vmxlab.fuzz", "");
    return SEEDS.keySet().stream().filter(f -> f.contains(only)).toList();
  }

  private static Map<String, List<String>> seeds() {
    Map<String, List<String>> seeds = new TreeMap<>();
    DumpedCpu old = CpuModels.named("penryn");
    DumpedCpu late = CpuModels.named("tiger-lake");
    for (String tool : DumpTexts.msrTools()) {
      seeds.put("MSRs, " + tool, List.of(DumpTexts.msrs(old, tool), DumpTexts.msrs(late, tool)));
    }
    for (String tool : DumpTexts.leafTools()) {
      String msrs = DumpTexts.msrs(late, "index");
      seeds.put(
          "CPUID, " + tool,
          List.of(DumpTexts.leaves(old, tool), DumpTexts.leaves(late, tool) + msrs));
    }
    for (Path file : files(RESOURCES.resolve("model/dumps"))) {
      seeds.put("file " + file.getFileName(), List.of(text(file)));
    }
    seeds.put(
        "cases",
        files(RESOURCES.resolve("cases/import")).stream().map(MutatedDumpsTest::text).toList());
    seeds.put(MODEL, files(CPUS).stream().map(MutatedDumpsTest::text).toList());
    return seeds;
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("formats")
  void a_few(String format) {
    feed(format, FEW);
  }

  @Tag("slow")
  @ParameterizedTest(name = "{0}")
  @MethodSource("formats")
  void a_million_times_the_scale(String format) {
    feed(format, (long) MILLION * Scale.factor());
  }

  private static void feed(String format, long inputs) {
    DumpMutator mutator = new DumpMutator(SEED, SEEDS.get(format));
    long allocated = allocated();
    for (long i = 0; i < inputs; i++) {
      String text = mutator.next();
      long start = THREADS.getCurrentThreadCpuTime();
      try {
        check(format, text);
      } catch (RuntimeException | StackOverflowError | AssertionError e) {
        throw new AssertionError(format + ", seed " + SEED + ", input " + i + ":\n" + text, e);
      }
      assertTrue(THREADS.getCurrentThreadCpuTime() - start < SECONDS, text);
      if (i % TOGETHER == 0) {
        long now = allocated();
        assertTrue(now - allocated < BYTES, format + ", one of those before " + i);
        allocated = now;
      }
    }
  }

  /** Bytes that this thread has allocated; of some inputs together, so that asking costs little. */
  private static long allocated() {
    try {
      return (long)
          ManagementFactory.getPlatformMBeanServer()
              .invoke(
                  new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME),
                  "getThreadAllocatedBytes",
                  new Object[] {Thread.currentThread().getId()},
                  new String[] {"long"});
    } catch (JMException e) {
      throw new AssertionError(e);
    }
  }

  private static void check(String format, String text) {
    List<String> lines = new ArrayList<>();
    try {
      if (format.equals(MODEL)) {
        CpuModels.parse("input.cpu", text);
      } else {
        imported(text, lines);
      }
    } catch (CpuModelException e) {
      lines.add(e.getMessage());
    }
    for (String line : lines) {
      assertTrue(!line.isBlank() && line.length() < LONGEST_LINE, line);
      assertTrue(line.chars().noneMatch(Character::isISOControl), line);
    }
  }

  private static void imported(String text, List<String> lines) {
    CpuImport in = CpuImport.of("dump.txt", text);
    in.difference().ifPresent(lines::add);
    if (!lines.isEmpty()) {
      in.processor(0);
    }
    CpuImport.Imported result = in.model();
    lines.addAll(result.remarks());
    DumpedCpu model = CpuModels.parse("mine", result.text());
    assertEquals(List.of(), CapabilityRelations.broken(model.real()::msr));
  }
}
