package io.vmxlab.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.vmxlab.Scale;
import io.vmxlab.lab.VectorResult.Status;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every vector on the processor models that differ most and that it is for; with a scale above 1 on
 * all.
 */
class VectorsTest {
  private final VectorRunner runner = new VectorRunner();
  private final List<DumpedCpu> models = models();

  private static final String NEWEST = "wildcat-lake";

  private static List<DumpedCpu> models() {
    if (Scale.factor() > 1) {
      return CpuModels.list();
    }
    List<DumpedCpu> models = new ArrayList<>(CpuModels.reference());
    // of another maker, the one with the fewest controls, and one with the most
    models.add(CpuModels.named("via-isaiah"));
    models.add(CpuModels.named("merom"));
    models.add(CpuModels.named(NEWEST));
    return models;
  }

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
              // the newest model has what no run models yet; of the others none may
              assumeFalse(
                  result.status() == Status.SKIPPED && cpu.name().equals(NEWEST),
                  () -> result.differences().get(0));
              assertEquals(List.of(), result.differences());
              assertEquals(Status.PASSED, result.status());
            }));
  }
}
