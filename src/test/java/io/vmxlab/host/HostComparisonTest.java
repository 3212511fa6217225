package io.vmxlab.host;

import static org.junit.jupiter.api.Assumptions.abort;

import io.vmxlab.Scale;
import io.vmxlab.arch.CodeMode;
import io.vmxlab.isa.Form;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** User-mode integer instructions do what the processor does that the tests run on. */
@DisplayName("User-mode instructions against the host processor")
class HostComparisonTest {
  private static final int BATCH = 20_000;

  @TempDir Path directory;

  @ParameterizedTest(name = "20,000 generated cases, every row, {0}")
  @EnumSource(CodeMode.class)
  void someCases(CodeMode mode) throws Exception {
    compare(mode, 1, 1);
  }

  @ParameterizedTest(name = "200,000 generated cases, every row, times the scale, {0}")
  @EnumSource(CodeMode.class)
  @Tag("slow")
  void manyCases(CodeMode mode) throws Exception {
    compare(mode, 10 * Scale.factor(), 2);
  }

  /** What the host has not got is skipped, visibly; what it answered before that counts. */
  private void compare(CodeMode mode, int batches, long seed) throws Exception {
    Disagreements disagreements = new Disagreements();
    String unavailable = null;
    try {
      NativeRunner host = NativeRunner.build(directory);
      host.check(mode);
      List<Form> forms = HostCases.forms(NativeRunner.features());
      Hits hits = new Hits(mode, forms);
      for (int batch = 0; batch < batches; batch++) {
        List<HostCase> cases = HostCases.make(forms, BATCH, seed * 1000 + batch, hits::count, mode);
        List<HostResult> results = host.runAll(cases);
        for (int i = 0; i < cases.size(); i++) {
          disagreements.compare(cases.get(i), results.get(i));
        }
      }
      hits.check();
    } catch (HostUnavailable e) {
      unavailable = mode + " code is not compared with the host processor: " + e.getMessage();
    }
    disagreements.report();
    if (unavailable != null) {
      System.out.println(unavailable);
      abort(unavailable);
    }
    System.out.println(
        disagreements.cases() + " " + mode + " cases agree with " + NativeRunner.description());
  }
}
