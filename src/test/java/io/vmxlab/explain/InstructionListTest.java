package io.vmxlab.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.vmxlab.arch.Feature;
import io.vmxlab.engine.Engine;
import io.vmxlab.isa.Form;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a run shows works: docs/decisions/hidden-features.md. */
@DisplayName("What is not modelled is listed, and never advertised")
class InstructionListTest {
  private final List<Form> unmodelled = InstructionList.all().unmodelled().rows();

  @Test
  @DisplayName("every row has semantics or is on the list")
  void everyRow() {
    Set<Form> listed = new HashSet<>(unmodelled);
    for (Form form : Engine.table().forms()) {
      if (!form.spelling()) {
        assertEquals(form.method() == null, listed.contains(form), form.encoding());
      }
    }
  }

  @Test
  @DisplayName("no run shows what announces a row of the list, whatever the processor")
  void neverAdvertised() {
    List<DumpedCpu> models = new ArrayList<>(CpuModels.list());
    models.add(CpuModels.named(CpuModels.MAX));
    Set<Feature> advertised = EnumSet.noneOf(Feature.class);
    for (Form form : unmodelled) {
      assertNotNull(form.feature(), form.syntax() + " is on every processor");
      if (models.stream().anyMatch(m -> m.has(form.feature()))) {
        advertised.add(form.feature());
      }
    }
    assertEquals(Set.of(), advertised);
  }
}
