package io.vmxlab.junit;

import io.vmxlab.machine.Run;

/** Where the assertions begin; to be imported statically. */
public final class VmxlabAssertions {
  private VmxlabAssertions() {}

  /** Begins assertions about a run. */
  public static RunAssert assertThat(Run run) {
    return new RunAssert(run);
  }

  /** Begins an assertion about a test vector, which it runs. */
  public static VectorAssert assertThat(VectorCase vector) {
    return new VectorAssert(vector);
  }
}
