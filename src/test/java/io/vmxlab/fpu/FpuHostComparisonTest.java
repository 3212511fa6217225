package io.vmxlab.fpu;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.vmxlab.Scale;
import io.vmxlab.host.HostRecords;
import io.vmxlab.host.HostUnavailable;
import io.vmxlab.host.NativeRunner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Floating-point operations give the bits, flags and codes that the host processor gives. */
@DisplayName("Floating-point operations against the host processor")
class FpuHostComparisonTest {
  private static final int BATCH = 100_000;
  private static final int SHOWN = 30;

  @TempDir Path directory;

  @Test
  @DisplayName("100,000 generated cases")
  void someCases() throws Exception {
    compare(1, 1);
  }

  @Test
  @Tag("slow")
  @DisplayName("4,000,000 generated cases, times the scale")
  void manyCases() throws Exception {
    compare(40 * Scale.factor(), 1000);
  }

  private void compare(int batches, long seed) throws Exception {
    int compared = 0;
    int wrong = 0;
    StringBuilder text = new StringBuilder();
    try {
      HostRecords<FpuCase, FpuOutcome> host = FpuHost.build(directory);
      FpuOperation[] operations = operations(NativeRunner.features());
      for (int batch = 0; batch < batches; batch++) {
        FpuCases made = new FpuCases(seed + batch);
        List<FpuCase> cases = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
          cases.add(made.next(operations[i % operations.length]));
        }
        List<FpuOutcome> outcomes = host.run(cases);
        for (int i = 0; i < BATCH; i++) {
          FpuCase c = cases.get(i);
          FpuOutcome theirs = outcomes.get(i);
          FpuOutcome mine = c.operation().run(c);
          theirs.memory &= c.operation().written();
          mine.memory &= c.operation().written();
          if (!mine.same(theirs) && ++wrong <= SHOWN) {
            text.append("\n").append(c).append("\n  host ").append(theirs);
            text.append("\n  mine ").append(mine);
          }
          compared++;
        }
      }
    } catch (HostUnavailable e) {
      System.out.println("floating point is not compared with the host: " + e.getMessage());
      abort(e.getMessage());
    }
    if (wrong > 0) {
      fail(wrong + " of " + compared + " cases differ from the host processor" + text);
    }
    System.out.println(compared + " floating-point cases agree with " + NativeRunner.description());
  }

  private static FpuOperation[] operations(Set<String> features) {
    return java.util.Arrays.stream(FpuOperation.values())
        .filter(o -> features.contains(o.needs()))
        .toArray(FpuOperation[]::new);
  }
}
