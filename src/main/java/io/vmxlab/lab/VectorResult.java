package io.vmxlab.lab;

import java.util.List;

/**
 * What came of a vector on a processor model.
 *
 * @param processor name of the model
 * @param differences from what was expected, a line each; of a skipped vector, why
 */
public record VectorResult(
    TestVector vector, String processor, Status status, List<String> differences) {
  /** The three results. */
  public enum Status {
    PASSED,
    FAILED,
    /** The vector is not for this processor model, or needs what vmxlab does not model. */
    SKIPPED
  }
}
