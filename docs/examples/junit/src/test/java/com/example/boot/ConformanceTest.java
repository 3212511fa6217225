package com.example.boot;

import static io.vmxlab.junit.VmxlabAssertions.assertThat;

import io.vmxlab.junit.VectorCase;
import io.vmxlab.junit.VectorCases;
import io.vmxlab.junit.VectorSource;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;

/** Does the processor that the boot code is tested on do what the manual says? */
class ConformanceTest {
  /** The tag decides which of vmxlab's vectors run: those of the rules that stand there. */
  @ParameterizedTest
  @Tag("sdm-enabling-vmx")
  @VectorSource(cpus = {"penryn", "ice-lake-sp"})
  void enablesVmxByTheManual(VectorCase vector) {
    assertThat(vector).passes();
  }

  /** Vectors of this project, on every model. */
  @TestFactory
  @VectorSource("src/test/vectors")
  Stream<DynamicNode> ownVectors(VectorCases vectors) {
    return vectors.tests();
  }
}
