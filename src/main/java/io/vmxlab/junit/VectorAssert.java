package io.vmxlab.junit;

import io.vmxlab.lab.TestVector;
import io.vmxlab.lab.VectorResult.Status;
import io.vmxlab.lab.VectorRunner;
import java.util.List;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** Assertions about a test vector. */
public final class VectorAssert {
  private final VectorCase vector;

  VectorAssert(VectorCase vector) {
    this.vector = vector;
  }

  /**
   * The processor does what the vector says. The test is aborted, as by a failed assumption, if the
   * vector is for other processors or needs what vmxlab does not model.
   *
   * @throws AssertionFailedError if it does not; with the differences and the checklist
   */
  public VectorAssert passes() {
    VectorRunner.Trial trial = vector.run();
    List<String> lines = trial.result().differences();
    if (trial.result().status() == Status.SKIPPED) {
      throw new TestAbortedException(vector + ": " + String.join(", ", lines));
    }
    if (trial.result().status() == Status.FAILED) {
      throw new AssertionFailedError(failure(lines, trial));
    }
    return this;
  }

  private String failure(List<String> differences, VectorRunner.Trial trial) {
    TestVector v = vector.vector();
    StringBuilder text = new StringBuilder(vector + " is not as the vector says:\n");
    differences.forEach(d -> text.append("  ").append(d).append('\n'));
    text.append("\n  vector  ").append(v.where()).append("\n  about   ").append(v.about());
    text.append("\n  manual  ").append(v.citation()).append("\n\n");
    return trial.run().map(r -> text + RunReport.of(v.id(), r)).orElseGet(text::toString);
  }
}
