package io.vmxlab.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.vmxlab.lab.VectorResult.Status;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every vector on every processor model that it is for. */
class VectorsTest {
  private final VectorRunner runner = new VectorRunner();
  private final List<DumpedCpu> models = CpuModels.reference();

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
              assertEquals(List.of(), result.differences());
              assertEquals(Status.PASSED, result.status());
            }));
  }
}
