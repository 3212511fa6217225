package io.vmxlab.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.vmxlab.lab.VectorResult.Status;
import io.vmxlab.machine.CpuModels;
import io.vmxlab.machine.DumpedCpu;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every vector on every processor model that it is for. */
class VectorsTest {
  /** Vectors that need what vmxlab does not model; each with the reason. */
  static final Set<String> NOT_MODELLED =
      Set.of(
          "vmxon-in-virtual-8086-mode", // execution in virtual-8086 mode
          "vmxoff-in-virtual-8086-mode");

  private final VectorRunner runner = new VectorRunner();
  private final List<DumpedCpu> models = CpuModels.list();

  @TestFactory
  Stream<DynamicNode> vectors() {
    return Vectors.builtIn().stream()
        .map(v -> dynamicContainer(v.id(), models.stream().flatMap(cpu -> test(v, cpu))));
  }

  private Stream<DynamicTest> test(TestVector vector, DumpedCpu cpu) {
    if (!VectorRunner.applies(vector, cpu)) {
      return Stream.empty();
    }
    return Stream.of(
        dynamicTest(
            vector.id() + " on " + cpu.name(),
            () -> {
              VectorResult result = runner.run(vector, cpu);
              boolean skipped = result.status() == Status.SKIPPED;
              assertEquals(
                  NOT_MODELLED.contains(vector.id()), skipped, result.differences()::toString);
              Assumptions.assumeFalse(skipped, result.differences()::toString);
              assertEquals(List.of(), result.differences());
            }));
  }
}
