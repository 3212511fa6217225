package io.vmxlab.junit;

import static io.vmxlab.junit.VmxlabAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.displayName;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import io.vmxlab.arch.Sdm;
import io.vmxlab.lab.Conformance;
import io.vmxlab.lab.TestVector;
import io.vmxlab.lab.VectorResult.Status;
import io.vmxlab.lab.VectorRunner;
import io.vmxlab.lab.Vectors;
import io.vmxlab.machine.BadInputException;
import io.vmxlab.model.CpuModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

class VectorSourceTest {
  private static final List<TestVector> BUILT_IN = Vectors.builtIn();

  static class BuiltInCase {
    @ParameterizedTest
    @VectorSource(cpus = "skylake")
    void conforms(VectorCase vector) {
      assertThat(vector).passes();
    }
  }

  static class SectionCase {
    @ParameterizedTest
    @Tag("sdm-enabling-vmx")
    @Tag("fast")
    @VectorSource
    void conforms(VectorCase vector) {
      assertEquals(Sdm.ENABLING_VMX, ManualTag.section(vector.vector()).orElseThrow());
    }
  }

  static class WrongSectionCase {
    @ParameterizedTest
    @Tag("sdm-vmxn")
    @VectorSource
    void conforms(VectorCase vector) {
      assertThat(vector).passes();
    }
  }

  static class WrongRuleCase {
    @ParameterizedTest
    @VectorSource(rules = "vmxon-cr4-vmx")
    void conforms(VectorCase vector) {
      assertThat(vector).passes();
    }
  }

  static class DynamicCase {
    @TestFactory
    @VectorSource(rules = "vmxon-cr4-vmxe")
    Stream<DynamicNode> vectors(VectorCases vectors) {
      return vectors.tests();
    }
  }

  @TempDir Path folder;

  private static EngineExecutionResults execute(Class<?> tests) {
    return EngineTestKit.engine("junit-jupiter").selectors(selectClass(tests)).execute();
  }

  @Test
  void aParameterizedTestGetsEveryVectorOfTheModel() {
    Conformance direct =
        Conformance.run(
            BUILT_IN, List.of(CpuModels.named("skylake")), Conformance.Shard.WHOLE, 1, n -> {});
    long forIt =
        BUILT_IN.stream().filter(v -> VectorRunner.applies(v, CpuModels.named("skylake"))).count();
    execute(BuiltInCase.class)
        .testEvents()
        .assertStatistics(
            s ->
                s.succeeded(direct.count(Status.PASSED))
                    .aborted(forIt - direct.count(Status.PASSED))
                    .failed(0));
  }

  @Test
  void aTagOfTheManualSelectsItsVectors() {
    long expected =
        VectorCases.builtIn().cases().stream()
            .filter(c -> c.vector().citation().equals(Sdm.ENABLING_VMX.cite()))
            .count();
    assertTrue(expected > 0);
    execute(SectionCase.class).testEvents().assertStatistics(s -> s.succeeded(expected).failed(0));
  }

  @Test
  void aTestFactoryGetsThemAsDynamicTests() {
    long expected =
        VectorCases.builtIn().cases().stream()
            .filter(c -> c.vector().rule().equals("vmxon-cr4-vmxe"))
            .count();
    EngineExecutionResults results = execute(DynamicCase.class);
    results.testEvents().assertStatistics(s -> s.succeeded(expected).failed(0));
    results
        .containerEvents()
        .assertThatEvents()
        .haveAtLeast(1, event(displayName(Sdm.VMXON.cite())));
  }

  @Test
  void unknownSectionsAndRulesAreNamed() {
    failsWith(WrongSectionCase.class, "did you mean sdm-vmxon?");
    failsWith(WrongRuleCase.class, "no vector is about \"vmxon-cr4-vmx\"; did you mean");
  }

  private static void failsWith(Class<?> tests, String words) {
    execute(tests)
        .allEvents()
        .assertThatEvents()
        .haveExactly(1, finishedWithFailure(message(m -> m.contains(words))));
  }

  @Test
  void aFailureShowsTheDifferenceTheVectorAndTheChecklist() throws Exception {
    String text = Files.readString(Path.of("test-vectors/vmx/vmxon.yaml"));
    int from = text.indexOf("- id: vmxon-cr4-vmxe-clear");
    int to = text.indexOf("- id:", from + 1);
    String changed = text.substring(from, to).replace("vector: '#UD'", "vector: '#GP'");
    Path file = folder.resolve("mine.yaml");
    Files.writeString(file, "title: mine\nvectors:\n" + changed);
    VectorCase first = VectorCases.read(file).cases().get(0);
    String message =
        assertThrows(AssertionError.class, () -> assertThat(first).passes()).getMessage();
    assertTrue(message.startsWith("vmxon-cr4-vmxe-clear on penryn is not as the vector says:\n"));
    assertTrue(message.contains("  expected #GP, found #UD\n"), message);
    assertTrue(message.contains("  vector  " + file + ":3:3\n"), message);
    assertTrue(message.contains("FAIL  vmxon-cr4-vmxe"), message);
    assertEquals(file.toUri() + "?line=3&column=3", first.source().orElseThrow().toString());
  }

  @Test
  void aSourceWithoutVectorsIsAnError() throws Exception {
    assertThrows(BadInputException.class, () -> VectorCases.read(folder));
    assertThrows(BadInputException.class, () -> VectorCases.of(BUILT_IN, List.of()));
  }

  @Test
  void everyBuiltInVectorStandsInASection() {
    BUILT_IN.forEach(v -> assertEquals(v.citation(), ManualTag.section(v).orElseThrow().cite()));
    assertEquals(Set.of(Sdm.VMXON), ManualTag.sections(Set.of("slow", ManualTag.of(Sdm.VMXON))));
  }
}
