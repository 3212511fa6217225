package io.vmxlab.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The recorded part of the comparison with a processor, which runs everywhere. */
@DisplayName("User-mode instructions against a recorded processor")
class HostVectorsTest {
  private static final Path FOLDER = Path.of("test-vectors", "host");
  private static final Path FILE = FOLDER.resolve("epyc-9004.bin.gz");

  @ParameterizedTest(name = "every case of {0}")
  @ValueSource(strings = {"epyc-9004.bin.gz", "xeon-6-167.bin.gz"})
  void recordedCases(String file) throws Exception {
    List<PackedCases.Recorded> recorded =
        PackedCases.read(Files.newInputStream(FOLDER.resolve(file)));
    assertTrue(recorded.size() >= 20_000, () -> recorded.size() + " cases");
    Disagreements disagreements = new Disagreements();
    for (PackedCases.Recorded r : recorded) {
      disagreements.compare(r.test(), r.result());
    }
    disagreements.report();
  }

  @Test
  @DisplayName("packing loses nothing")
  void roundTrip() throws Exception {
    List<PackedCases.Recorded> recorded =
        PackedCases.read(Files.newInputStream(FILE)).subList(0, 2000);
    ByteArrayOutputStream again = new ByteArrayOutputStream();
    PackedCases.write(
        again,
        recorded.stream().map(PackedCases.Recorded::test).toList(),
        recorded.stream().map(PackedCases.Recorded::result).toList());
    List<PackedCases.Recorded> twice =
        PackedCases.read(new ByteArrayInputStream(again.toByteArray()));
    assertEquals(recorded.size(), twice.size());
    for (int i = 0; i < recorded.size(); i++) {
      assertEquals(recorded.get(i).toString(), twice.get(i).toString());
    }
  }
}
