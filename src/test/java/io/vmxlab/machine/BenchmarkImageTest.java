package io.vmxlab.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmxlab.Tools;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image of {@code src/bench} knows its checksums; vmxlab is one of those that compute them. */
@DisplayName("The benchmark's image")
class BenchmarkImageTest {
  @Test
  void allKernelsComputeWhatTheyShould(@TempDir Path folder) throws Exception {
    assumeTrue(Tools.installed("gcc", "ld", "od"), "gcc or binutils is not installed");
    Process build =
        new ProcessBuilder("src/bench/guest/build", folder.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, build.waitFor(), said);
    Board board = Board.builder().memory("64M").append("check").build();
    BootRun run = board.boot("image", Files.readAllBytes(folder.resolve("image")));
    assertEquals(List.of(), run.lines());
    assertEquals(OptionalInt.of(0), run.reported());
  }
}
