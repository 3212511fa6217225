package io.vmxlab.platform;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** The recorded files of {@code src/test/resources/io/vmxlab/objects}, as gcc 12 made them. */
public final class Objects {
  /** All that can be loaded. */
  public static final List<String> LOADABLE =
      List.of(
          "matrix-O0.o",
          "matrix-O2-no-pic.o",
          "language-O0.o",
          "language-O2-no-pic.o",
          "language-Os-large.o",
          "small-32.o",
          "start-64.elf",
          "start-32.elf");

  private Objects() {}

  public static byte[] read(String name) {
    try (InputStream in = Objects.class.getResourceAsStream("/io/vmxlab/objects/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
