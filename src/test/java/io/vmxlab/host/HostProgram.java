package io.vmxlab.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A C program among the test resources in {@code /host}, built for the processor of this machine.
 */
public final class HostProgram {
  /**
   * Options of programs that execute cases at fixed addresses: they stay away from them, no shadow
   * stack looks on, and nothing lies below the stack pointer.
   */
  static final String[] EXECUTES_CASES = {"-fPIE", "-pie", "-fcf-protection=none", "-mno-red-zone"};

  private static final String COMMON = "hostcase.h";

  private HostProgram() {}

  /**
   * Builds one.
   *
   * @param directory where the program is put
   * @param name of the source, without .c
   * @throws HostUnavailable if this is not Linux on x86-64 with gcc
   */
  public static Path build(Path directory, String name, String... options)
      throws IOException, InterruptedException, HostUnavailable {
    String os = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    if (!os.toLowerCase(Locale.ROOT).equals("linux amd64")) {
      throw new HostUnavailable("needs Linux on x86-64, not " + os);
    }
    copy(directory, COMMON);
    Path source = copy(directory, name + ".c");
    Path program = directory.resolve(name);
    List<String> command = new ArrayList<>(List.of("gcc", "-O2"));
    command.addAll(List.of(options));
    command.addAll(List.of("-o", program.toString(), source.toString()));
    Path messages = directory.resolve("gcc.txt");
    try {
      Process gcc =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(messages.toFile())
              .start();
      if (gcc.waitFor() != 0) {
        throw new HostUnavailable("gcc cannot build " + name + ".c: " + firstLine(messages));
      }
    } catch (IOException noCompiler) {
      throw new HostUnavailable("gcc is not installed");
    }
    return program;
  }

  private static Path copy(Path directory, String name) throws IOException {
    Path file = directory.resolve(name);
    try (InputStream in = HostProgram.class.getResourceAsStream("/host/" + name)) {
      Files.write(file, in.readAllBytes());
    }
    return file;
  }

  static String firstLine(Path file) throws IOException {
    // ISO 8859-1 can be read whatever the locale of the program was.
    List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    return lines.isEmpty() ? "no message" : lines.get(0);
  }
}
