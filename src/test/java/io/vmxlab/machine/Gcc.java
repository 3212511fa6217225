package io.vmxlab.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The C compiler of this computer, if it has one for x86-64. */
final class Gcc {
  private static final boolean PRESENT = present("gcc");
  private static final boolean PRESENT_CPP = present("g++");

  private Gcc() {}

  /**
   * Makes an object file of a source in C, or in C++ by the ending of its name; false if there is
   * no compiler.
   */
  static boolean compile(Path source, Path object, Path include, List<String> options)
      throws IOException, InterruptedException {
    boolean cpp = source.toString().endsWith(".cpp");
    if (cpp ? !PRESENT_CPP : !PRESENT) {
      return false;
    }
    List<String> command = new ArrayList<>(List.of(cpp ? "g++" : "gcc", "-c"));
    command.addAll(options);
    command.addAll(List.of("-ffreestanding", "-mgeneral-regs-only", "-I", include.toString()));
    command.addAll(List.of(source.toString(), "-o", object.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + output);
    }
    return true;
  }

  private static boolean present(String compiler) {
    try {
      Process process = new ProcessBuilder(compiler, "-dumpmachine").start();
      String machine = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 && machine.startsWith("x86_64");
    } catch (IOException none) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
