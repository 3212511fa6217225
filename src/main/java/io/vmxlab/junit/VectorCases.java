package io.vmxlab.junit;

import io.vmxlab.arch.Sdm;
import io.vmxlab.explain.RuleBook;
import io.vmxlab.lab.TestVector;
import io.vmxlab.lab.VectorRunner;
import io.vmxlab.lab.Vectors;
import io.vmxlab.machine.BadInputException;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import io.vmxlab.text.Names;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;

/**
 * Test vectors, each on every processor model that it is for.
 *
 * @param cases in the order of the vectors, then of the models; at least one
 */
@SuppressWarnings("exports") // users without JUnit must not need its modules
public record VectorCases(List<VectorCase> cases) {
  /**
   * The same for a list that others can no longer change.
   *
   * @throws BadInputException if there are no cases
   */
  public VectorCases {
    cases = List.copyOf(cases);
    if (cases.isEmpty()) {
      throw new BadInputException(
          "vectors", "none is for these rules, sections and processors", "");
    }
  }

  /** The vectors that come with vmxlab, on the models of {@link CpuModels#reference}. */
  public static VectorCases builtIn() {
    return of(Vectors.builtIn(), CpuModels.reference());
  }

  /**
   * The vectors of files and directories, on the models of {@link CpuModels#reference}.
   *
   * @throws BadInputException if one cannot be read or is no file of vectors, or there are none
   */
  public static VectorCases read(Path... paths) {
    return of(Vectors.read(List.of(paths)), CpuModels.reference());
  }

  /**
   * Vectors on processor models.
   *
   * @throws BadInputException if no vector is for any of the models
   */
  public static VectorCases of(List<TestVector> vectors, List<DumpedCpu> cpus) {
    List<VectorCase> cases = new ArrayList<>();
    for (TestVector v : vectors) {
      for (DumpedCpu cpu : cpus) {
        if (VectorRunner.applies(v, cpu)) {
          cases.add(new VectorCase(v, cpu));
        }
      }
    }
    return new VectorCases(cases);
  }

  /** What an annotation asks for, of the sections that the test is tagged with. */
  static VectorCases of(VectorSource source, Set<String> tags) {
    List<Path> paths = Stream.of(source.value()).map(Path::of).toList();
    List<TestVector> vectors = paths.isEmpty() ? Vectors.builtIn() : Vectors.read(paths);
    List<String> rules = Stream.of(source.rules()).map(id -> rule(id, vectors)).toList();
    Set<Sdm> sections = ManualTag.sections(tags);
    List<DumpedCpu> cpus =
        source.cpus().length == 0
            ? CpuModels.reference()
            : Stream.of(source.cpus()).map(Processors::find).toList();
    return of(
        vectors.stream()
            .filter(v -> rules.isEmpty() || rules.contains(v.rule()))
            .filter(v -> sections.isEmpty() || in(sections, v))
            .toList(),
        cpus);
  }

  private static boolean in(Set<Sdm> sections, TestVector vector) {
    return ManualTag.section(vector).filter(sections::contains).isPresent();
  }

  private static String rule(String id, List<TestVector> vectors) {
    List<String> known = vectors.stream().map(TestVector::rule).distinct().toList();
    String asked = RuleBook.book().find(id).map(e -> e.rule().id()).orElse(id);
    if (!known.contains(asked)) {
      throw new BadInputException(
          "rule", "no vector is about \"" + id + "\"" + Names.hint(id, known), "");
    }
    return asked;
  }

  /** A test for each case, in containers by section of the manual and by vector. */
  public Stream<DynamicNode> tests() {
    Map<String, Map<String, List<VectorCase>>> bySection = new LinkedHashMap<>();
    for (VectorCase c : cases) {
      bySection
          .computeIfAbsent(c.vector().citation(), k -> new LinkedHashMap<>())
          .computeIfAbsent(c.vector().id(), k -> new ArrayList<>())
          .add(c);
    }
    List<DynamicNode> sections = new ArrayList<>();
    bySection.forEach(
        (citation, byVector) -> {
          List<DynamicNode> vectors = new ArrayList<>();
          byVector.forEach((id, onModels) -> vectors.add(container(id, onModels)));
          sections.add(DynamicContainer.dynamicContainer(citation, vectors));
        });
    return sections.stream();
  }

  private static DynamicNode container(String id, List<VectorCase> onModels) {
    return DynamicContainer.dynamicContainer(id, onModels.stream().map(VectorCases::test).toList());
  }

  private static DynamicTest test(VectorCase c) {
    return DynamicTest.dynamicTest(
        c.toString(), c.source().orElse(null), () -> VmxlabAssertions.assertThat(c).passes());
  }
}
