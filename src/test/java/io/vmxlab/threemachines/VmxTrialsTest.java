package io.vmxlab.threemachines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmxlab.Scale;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
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
  private static final long DEFAULT_SEED = 1;
  private static final long SEED = Long.getLong("vmxlab.seed", DEFAULT_SEED);
  private static final Path REPORTS = Path.of("target/vmx-trials");

  private static final String ENTRIES = "entries";
  private static final String EXITS = "exits";

  /** Trials of one run of a machine. */
  private static final int AT_ONCE = 10_000;

  /** A trial of another seed, for differences that the trials of the default seed do not show. */
  private record Rare(String about, String image, long seed, int trial) {}

  // spotless:off
  private static final List<Rare> RARE = List.of(
      new Rare("debug faults of general detection",                    EXITS,   2,   0x847),
      new Rare("ENTER with 66H in 64-bit mode",                        EXITS,   2,   0xC3B),
      new Rare("redirection of INT n in virtual-8086 mode",            EXITS,   100, 0x78A5),
      new Rare("software interrupt injected into virtual-8086 mode",   ENTRIES, 2,   0x8A4C),
      new Rare("pending breakpoints that are not enabled",             ENTRIES, 100, 0x73E1),
      new Rare("EPT misconfigurations while an event is delivered",    ENTRIES, 100, 0x1AF7D),
      new Rare("IA32_DEBUGCTL",                                        ENTRIES, 2,   0x297C9));
  // spotless:on

  @TempDir private Path folder;

  @ParameterizedTest(name = "{1} trials of {0}")
  @CsvSource({"entries, 2000", "exits, 400"})
  void few(String image, int trials) throws IOException {
    known(compare(image, trials));
  }

  @Test
  @Tag("slow")
  @DisplayName("200,000 entries and 50,000 exits, times the scale; each row of the list is seen")
  void many() throws IOException {
    VmxTally entries = compare(ENTRIES, Math.multiplyExact(200_000, Scale.factor()));
    VmxTally exits = compare(EXITS, Math.multiplyExact(50_000, Scale.factor()));
    known(entries);
    known(exits);
    List<String> unseen = new ArrayList<>();
    for (VmxDifference difference : VmxDifference.ALL) {
      if (!entries.hasSeen(difference) && !exits.hasSeen(difference) && !isRare(difference)) {
        unseen.add(difference.about());
      }
    }
    Files.write(REPORTS.resolve("unseen.txt"), unseen);
    assertTrue(SEED != DEFAULT_SEED || unseen.isEmpty(), () -> "rows without a trial: " + unseen);
  }

  @Test
  @Tag("slow")
  @DisplayName("single trials of other seeds show the rarest rows of the list")
  void rare() {
    for (Rare rare : RARE) {
      VmxTally tally = new VmxTally();
      trials(rare.image).make(rare.seed, rare.trial, rare.trial + 1).forEach(tally::add);
      known(tally);
      assertTrue(
          VmxDifference.ALL.stream()
              .anyMatch(d -> d.about().equals(rare.about) && tally.hasSeen(d)),
          rare::toString);
    }
  }

  private static boolean isRare(VmxDifference difference) {
    return RARE.stream().anyMatch(r -> r.about.equals(difference.about()));
  }

  private VmxTally compare(String image, int number) throws IOException {
    VmxTrials trials = trials(image);
    VmxTally tally = new VmxTally();
    for (int first = 0; first < number; first += AT_ONCE) {
      trials.make(SEED, first, Math.min(first + AT_ONCE, number)).forEach(tally::add);
    }
    Files.createDirectories(REPORTS);
    Files.writeString(REPORTS.resolve(image + ".txt"), tally.report());
    return tally;
  }

  private VmxTrials trials(String image) {
    assumeTrue(Findings.BOCHS, "Bochs is not installed");
    VmxTrials trials = new VmxTrials("vmx-" + image + ".asm", folder);
    assumeTrue(
        trials.isKnownVersion(),
        "Bochs is another version than that of the list, " + VmxTrials.VERSION);
    return trials;
  }

  private static void known(VmxTally tally) {
    assertEquals(
        0,
        tally.unknown(),
        () ->
            tally.firstUnknown().stream()
                .collect(
                    Collectors.joining("", "trials with differences that are not known:", "")));
  }
}
