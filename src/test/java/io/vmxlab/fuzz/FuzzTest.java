package io.vmxlab.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.Scale;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever an input is: no exception but the documented ones, at most 5 seconds of processor time
 * and 512 MiB of memory beyond the guest's.
 *
 * <p>{@code mvn -Pfull test -Dtest=FuzzTest -Dvmxlab.fuzz=NAME} runs the million of one target;
 * {@code -Dvmxlab.fuzz.seed=N} takes other inputs.
 */
class FuzzTest {
  private static final long MILLION = 1_000_000;
  private static final String ONLY = System.getProperty("vmxlab.fuzz", "");
  private static final long SEED = Long.getLong("vmxlab.fuzz.seed", 1);
  private static final Path FOLDER = Path.of("target", "fuzz");

  static List<FuzzTarget> all() {
    return Targets.all();
  }

  static List<FuzzTarget> targets() {
    return Targets.all().stream().filter(t -> ONLY.isEmpty() || t.name().equals(ONLY)).toList();
  }

  private static void nothingFound(List<Finding> findings) {
    String reports = findings.stream().map(Finding::report).collect(Collectors.joining("\n\n"));
    assertTrue(findings.isEmpty(), "\n" + reports);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void a_few_inputs(FuzzTarget target) {
    nothingFound(new Fuzzer(target, 1, FOLDER).run(target.smallRun()));
  }

  /** What was found once stays mended. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void inputs_that_did_harm_once(FuzzTarget target) {
    nothingFound(new Fuzzer(target, 1, FOLDER).give(Targets.onceHarmful(target)));
  }

  @Tag("slow")
  @ParameterizedTest(name = "{0}")
  @MethodSource("targets")
  void a_million_inputs_times_the_scale(FuzzTarget target) {
    long start = System.nanoTime();
    Fuzzer fuzzer = new Fuzzer(target, SEED, FOLDER);
    List<Finding> findings = fuzzer.run(MILLION * Scale.factor());
    System.out.printf(
        "fuzz %s: seed %d, %,d inputs, %d ways, slowest %d ms, %d findings, %d s%n",
        target.name(),
        SEED,
        fuzzer.done(),
        fuzzer.ways(),
        fuzzer.slowest(),
        findings.size(),
        (System.nanoTime() - start) / 1_000_000_000);
    nothingFound(findings);
  }

  /** The command that a finding prints. */
  @Test
  @EnabledIfSystemProperty(named = "vmxlab.fuzz.input", matches = ".+")
  void repeat() throws IOException {
    byte[] input = Files.readAllBytes(Path.of(System.getProperty("vmxlab.fuzz.input")));
    for (FuzzTarget target : targets()) {
      nothingFound(new Fuzzer(target, 1, FOLDER).give(List.of(input)));
    }
  }
}
