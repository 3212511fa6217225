package io.vmxlab.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Folded switches go where the compiler's go. */
class SwitchFolderTest {
  private static final String MAPS = "SwitchSamples$1";
  private static final List<String> SAMPLES =
      List.of("SwitchSamples", "SwitchSamples$Colour", "SwitchSamples$Letter", MAPS);
  private static final String HERE = "io/vmxlab/build/";

  @Test
  void folded_switches_go_where_the_others_go() throws Exception {
    Map<String, byte[]> classes = new HashMap<>();
    for (String name : SAMPLES) {
      classes.put(HERE + name, FoldedClasses.bytes(name));
    }
    classes.putAll(SwitchFolder.fold(samples()));
    assertEquals(
        new SwitchSamples().get().toString(),
        new FoldedClasses(classes).supplied("SwitchSamples").toString());
  }

  /** Four switches go by a number; one, with the map on the stack at a branch, keeps it. */
  @Test
  void a_class_of_maps_stays_as_long_as_a_switch_goes_by_it() throws IOException {
    Map<String, byte[]> folded = SwitchFolder.fold(samples());
    assertFalse(folded.containsKey(HERE + MAPS), () -> folded.keySet().toString());
    String samples = new String(folded.get(HERE + "SwitchSamples"), StandardCharsets.ISO_8859_1);
    assertTrue(samples.contains("$SwitchMap$io$vmxlab$build$SwitchSamples$Colour"), samples);
    assertFalse(samples.contains("$SwitchMap$io$vmxlab$build$SwitchSamples$Letter"), samples);
  }

  @Test
  void folding_again_changes_nothing() throws IOException {
    List<byte[]> once = samples();
    once.set(0, SwitchFolder.fold(once).get(HERE + "SwitchSamples"));
    Map<String, byte[]> again = SwitchFolder.fold(once);
    assertFalse(again.containsKey(HERE + "SwitchSamples"), () -> again.keySet().toString());
  }

  private static List<byte[]> samples() throws IOException {
    List<byte[]> samples = new ArrayList<>();
    for (String name : SAMPLES) {
      samples.add(FoldedClasses.bytes(name));
    }
    return samples;
  }
}
