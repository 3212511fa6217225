package io.vmxlab;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Programs of this computer that tests compare with. */
public final class Tools {
  private Tools() {}

  /** All of the programs are in the path. */
  public static boolean installed(String... programs) {
    return Arrays.stream(programs).allMatch(Tools::isInPath);
  }

  private static boolean isInPath(String program) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
