package io.vmxlab.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.vmxlab.arch.Feature;
import io.vmxlab.engine.Engine;
import io.vmxlab.isa.Form;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
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

  /**
   * Bits of CPUID leaves 1 and 7 that announce no instruction, or one whose bytes are a NOP without
   * it (MPX, PREFETCHI, CLDEMOTE), or that have only EVEX encodings, which are rows whatever they
   * are.
   */
  // spotless:off
  private static final Map<String, Long> WITHOUT_ROWS =
      Map.of(
          "7.0.EBX", bits(1, 4, 6, 7, 9, 12, 13, 14, 15, 17, 21, 22, 25, 26, 27, 28, 30, 31),
          "7.0.ECX", bits(0, 1, 2, 6, 11, 12, 13, 14, 16, 17, 18, 19, 20, 21, 24, 25, 26, 30, 31),
          "7.0.EDX", bits(1, 2, 3, 4, 6, 8, 9, 10, 11, 12, 13, 15, 17, 19, 20, 21, 23, 26, 27, 28, 29, 30, 31),
          "7.1.EAX", bits(5, 6, 8, 10, 11, 12, 26, 30),
          "7.1.EBX", bits(0),
          "7.1.ECX", bits(1),
          "7.1.EDX", bits(14, 17, 18, 19));
  // spotless:on

  private static long bits(int... numbers) {
    return Arrays.stream(numbers).mapToLong(n -> 1L << n).reduce(0, (a, b) -> a | b);
  }

  @Test
  @DisplayName("every instruction that a processor announces in CPUID leaf 7 has its rows")
  void everyAnnouncement() {
    Set<Feature> withRows = EnumSet.noneOf(Feature.class);
    Engine.table().forms().stream()
        .map(Form::feature)
        .filter(Objects::nonNull)
        .forEach(withRows::add);
    Set<String> without = new TreeSet<>();
    for (DumpedCpu model : CpuModels.list()) {
      for (int subleaf = 0; subleaf < 2; subleaf++) {
        int[] registers = model.real().cpuid(7, subleaf);
        for (Feature.Out out : Feature.Out.values()) {
          String name = "7." + subleaf + "." + out;
          long known = WITHOUT_ROWS.getOrDefault(name, name.equals("7.0.EAX") ? -1L : 0L);
          for (Feature f : withRows) {
            boolean here = f.leaf == 7 && f.subleaf == subleaf && f.register == out;
            known |= here ? 1L << f.bit : 0;
          }
          for (int bit = 0; bit < Integer.SIZE; bit++) {
            if ((registers[out.ordinal()] >>> bit & 1) != 0 && (known >>> bit & 1) == 0) {
              without.add(name + " bit " + bit);
            }
          }
        }
      }
    }
    assertEquals(Set.of(), without);
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
