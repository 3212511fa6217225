package io.vmxlab.threemachines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmxlab.Scale;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * VM entries with mutated VMCSs, and the VM exits of random instructions under random controls, on
 * vmxlab and on Bochs, from a seeded generator that is part of the image. Every difference is one
 * of {@link VmxDifference}. What was found stands in {@code target/vmx-trials} afterwards; {@code
 * -Dvmxlab.seed=N} takes other trials.
 */
@DisplayName("VMX on vmxlab and on Bochs")
class VmxTrialsTest {
  private static final long SEED = Long.getLong("vmxlab.seed", 1);
  private static final Path REPORTS = Path.of("target/vmx-trials");

  /** Trials of one run of a machine. */
  private static final int AT_ONCE = 10_000;

  /** Differences that are shown if they are not known. */
  private static final int SHOWN = 20;

  @ParameterizedTest(name = "{1} trials of {0}")
  @CsvSource({"entries, 2000", "exits, 400"})
  void few(String image, int trials, @TempDir Path folder) throws IOException {
    compare(image, trials, folder);
  }

  @ParameterizedTest(name = "{1} trials of {0}, times the scale")
  @CsvSource({"entries, 200000", "exits, 50000"})
  @Tag("slow")
  void many(String image, int trials, @TempDir Path folder) throws IOException {
    compare(image, Math.multiplyExact(trials, Scale.factor()), folder);
  }

  private static void compare(String image, int number, Path folder) throws IOException {
    assumeTrue(Findings.BOCHS, "Bochs is not installed");
    VmxTrials trials = new VmxTrials("vmx-" + image + ".asm", folder);
    Map<VmxDifference, Integer> known = new LinkedHashMap<>();
    VmxDifference.ALL.forEach(d -> known.put(d, 0));
    List<VmxTrial> unknown = new ArrayList<>();
    int different = 0;
    for (int first = 0; first < number; first += AT_ONCE) {
      for (VmxTrial trial : trials.make(SEED, first, Math.min(first + AT_ONCE, number))) {
        different += trial.differences().isEmpty() ? 0 : 1;
        if (!explain(trial, known)) {
          unknown.add(trial);
        }
      }
    }
    report(image, number + " trials, " + different + " with differences", known, unknown);
    assertEquals(
        List.of(),
        unknown.stream().limit(SHOWN).map(t -> "\n" + t.differences() + " " + t).toList(),
        unknown.size() + " trials with differences that are not known");
  }

  /** Every difference of a trial is known; each kind is counted once. */
  private static boolean explain(VmxTrial trial, Map<VmxDifference, Integer> counts) {
    boolean all = true;
    Set<VmxDifference> found = new LinkedHashSet<>();
    for (String part : trial.differences()) {
      VmxDifference difference = VmxDifference.of(trial, part);
      all &= difference != null;
      found.add(difference);
    }
    found.remove(null);
    found.forEach(d -> counts.merge(d, 1, Integer::sum));
    return all;
  }

  private static void report(
      String image, String title, Map<VmxDifference, Integer> known, List<VmxTrial> unknown)
      throws IOException {
    StringBuilder text = new StringBuilder(title).append('\n');
    known.forEach(
        (d, n) -> {
          if (n > 0) {
            text.append(
                String.format(
                    Locale.ROOT, "%7d  %-6s  %s: %s%n", n, d.right(), d.about(), d.reason()));
          }
        });
    unknown.forEach(t -> text.append(t.differences()).append(' ').append(t).append('\n'));
    Files.createDirectories(REPORTS);
    Files.writeString(REPORTS.resolve(image + ".txt"), text);
  }
}
