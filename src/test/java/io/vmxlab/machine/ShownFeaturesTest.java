package io.vmxlab.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vmxlab.arch.Feature;
import io.vmxlab.engine.Engine;
import io.vmxlab.model.CpuModels;
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
    assertEquals(Set.of(), broken);
  }
}
