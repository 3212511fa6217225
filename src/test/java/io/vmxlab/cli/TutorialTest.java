package io.vmxlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code docs/tutorial.md} shows what happens. {@code -Dreadme.write=true} writes the output of its
 * commands into it.
 */
class TutorialTest {
  private static final Path TUTORIAL = Path.of("docs/tutorial.md");

  @TempDir Path folder;

  @Test
  void showsWhatHappens() throws Exception {
    long blocks = ConsoleBlocks.check(TUTORIAL, folder, Boolean.getBoolean("readme.write"));
    assertEquals(12, blocks);
  }

  /** Each step gets further than the one before: these are the rules that it stops at. */
  @Test
  void everyStepTeachesItsRule() throws Exception {
    String text = Files.readString(TUTORIAL);
    int at = 0;
    for (String words :
        Stream.of(
                "rule      vmxon-cr4-vmxe",
                "rule      vmxon-feature-control-locked",
                "VMX                   in VMX root operation",
                "rule      vmxon-outside-smx-enabled",
                "vmxon-revision-identifier",
                "80050013h -> 80050033h: NE = 1",
                "completed, on all",
                "returned              0Ah (10)",
                "completed, on all",
                "64-bit mode\nmodes.bin: wrote 0 to the exit port")
            .toList()) {
      int next = text.indexOf(words, at);
      assertTrue(next >= 0, words);
      at = next + 1;
    }
  }
}
