package io.vmxlab.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.Known;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.VmInstructionError;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.explain.RuleBook;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every VM-instruction error and every VMCS field has a vector, or a reason why not. */
class CatalogueVectorsTest {
  private static final List<TestVector> VECTORS = Vectors.builtIn();
  private static final String DUAL_MONITOR = "the dual-monitor treatment is not modelled";

  // spotless:off
  private static final Map<VmInstructionError, String> WITHOUT = Map.of(
      VmInstructionError.VMRESUME_AFTER_VMXOFF,                    "needs a VMXOFF in another environment: no processor of ours reports it",
      VmInstructionError.INVALID_EXECUTIVE_VMCS_POINTER,           DUAL_MONITOR,
      VmInstructionError.NON_LAUNCHED_EXECUTIVE_VMCS,              DUAL_MONITOR,
      VmInstructionError.EXECUTIVE_VMCS_POINTER_NOT_VMXON_POINTER, DUAL_MONITOR,
      VmInstructionError.VMCALL_NON_CLEAR_VMCS,                    DUAL_MONITOR,
      VmInstructionError.VMCALL_INVALID_EXIT_CONTROL_FIELDS,       DUAL_MONITOR,
      VmInstructionError.VMCALL_INCORRECT_MSEG_REVISION,           DUAL_MONITOR,
      VmInstructionError.VMXOFF_UNDER_DUAL_MONITOR_TREATMENT,      DUAL_MONITOR,
      VmInstructionError.VMCALL_INVALID_SMM_MONITOR_FEATURES,      DUAL_MONITOR,
      VmInstructionError.INVALID_CONTROLS_IN_EXECUTIVE_VMCS,       DUAL_MONITOR);
  // spotless:on

  /** The newest of the models that are modelled wholly. */
  private static final DumpedCpu NEWEST = CpuModels.named("ice-lake-sp");

  /** Fields whose value a vector expects, or that a rule reads which it satisfies or violates. */
  private static final Set<StateItem> FIELDS =
      VECTORS.stream().flatMap(CatalogueVectorsTest::items).collect(Collectors.toSet());

  private static Stream<StateItem> items(TestVector v) {
    Set<StateItem> items = new HashSet<>(v.expect().vmcs().keySet());
    for (List<String> ids : List.of(v.satisfies(), v.violates())) {
      for (String id : ids) {
        items.addAll(RuleBook.book().find(id).orElseThrow().rule().reads());
      }
    }
    return items.stream();
  }

  @ParameterizedTest
  @EnumSource(VmInstructionError.class)
  void everyErrorHasAVector(VmInstructionError error) {
    boolean found = VECTORS.stream().anyMatch(v -> v.expect().error().orElse(-1) == error.number());
    assertEquals(WITHOUT.containsKey(error), !found, WITHOUT.getOrDefault(error, error.name()));
  }

  @ParameterizedTest
  @EnumSource(VmcsField.class)
  void everyFieldHasAVector(VmcsField field) {
    boolean later = field.on(NEWEST.real()) != Known.HAS;
    assertTrue(later || FIELDS.contains(field), field.itemName());
  }
}
