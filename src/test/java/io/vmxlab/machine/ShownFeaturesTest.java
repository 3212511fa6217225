package io.vmxlab.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vmxlab.arch.Feature;
import io.vmxlab.engine.Engine;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a run shows works: docs/decisions/hidden-features.md. */
class ShownFeaturesTest {
  @Test
  void everyInstructionOfAFeatureThatIsShownIsModelled() {
    Set<Feature> broken = EnumSet.noneOf(Feature.class);
    Engine.table().forms().stream()
        .filter(f -> f.feature() != null && !f.modelled())
        .filter(f -> CpuModels.list().stream().anyMatch(m -> m.has(f.feature())))
        .forEach(f -> broken.add(f.feature()));
    // XCR0, XGETBV and XSETBV are modelled, saving and restoring is not
    assertEquals(Set.of(Feature.XSAVE), broken);
  }

  /** The processor has these instructions, so their bytes are not #UD, even if a run hides them. */
  @Test
  void hiddenInstructionsStillDecode() {
    for (DumpedCpu model : CpuModels.list()) {
      for (Feature f : Feature.values()) {
        assertEquals(model.real().has(f), model.decodes(f), model + " " + f);
      }
    }
  }
}
