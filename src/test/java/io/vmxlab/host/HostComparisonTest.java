package io.vmxlab.host;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmxlab.Scale;
import io.vmxlab.isa.Form;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** User-mode integer instructions do what the processor does that the tests run on. */
@DisplayName("User-mode instructions against the host processor")
class HostComparisonTest {
  private static final int BATCH = 20_000;

  @TempDir Path directory;

  @Test
  @DisplayName("20,000 generated cases, every row")
  void someCases() throws Exception {
    compare(1, 1);
  }

  @Test
  @Tag("slow")
  @DisplayName("300,000 generated cases, every row, times the scale")
  void manyCases() throws Exception {
    compare(15 * Scale.factor(), 2);
  }

  private void compare(int batches, long seed) throws Exception {
    Optional<NativeRunner> host = NativeRunner.build(directory);
    assumeTrue(host.isPresent(), "needs Linux on x86-64 with gcc");
    List<Form> forms = HostCases.forms(NativeRunner.features());
    Disagreements disagreements = new Disagreements();
    for (int batch = 0; batch < batches; batch++) {
      List<HostCase> cases = HostCases.make(forms, BATCH, seed * 1000 + batch);
      List<HostResult> results = host.get().run(cases);
      for (int i = 0; i < cases.size(); i++) {
        disagreements.compare(cases.get(i), results.get(i));
      }
    }
    disagreements.report();
  }
}
