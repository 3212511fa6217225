package io.vmxlab.asm;

import io.vmxlab.Tools;
import io.vmxlab.arch.CodeMode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Asks GNU as and ld what statements mean. */
final class Gas {
  private static final int HEADER_LINES = 3;
  private static final int ROUNDS = 10;

  private Gas() {}

  static boolean installed() {
    return Tools.installed("as", "ld");
  }

  /**
   * The bytes of each statement, filled with 90H; null where as refuses it.
   *
   * @param statements at {@link Nasm#address}; {@code origin} in them is {@link Nasm#ORIGIN}
   */
  static byte[][] ask(List<String> statements, CodeMode mode) throws IOException {
    String[] texts = statements.toArray(new String[0]);
    Path folder = Files.createTempDirectory("vmxlab");
    Path source = folder.resolve("x.s");
    Path object = folder.resolve("x.o");
    Path output = folder.resolve("x.bin");
    try {
      for (int round = 0; round < ROUNDS; round++) {
        write(source, texts, mode);
        if (assembled(source, object, texts, mode)) {
          link(object, output, mode);
          return split(Files.readAllBytes(output), texts);
        }
      }
      throw new IllegalStateException("as finds ever new mistakes");
    } finally {
      for (Path p : List.of(source, object, output, folder)) {
        Files.deleteIfExists(p);
      }
    }
  }

  private static void write(Path source, String[] texts, CodeMode mode) throws IOException {
    try (Writer out = Files.newBufferedWriter(source)) {
      out.write(".intel_syntax noprefix\n.code" + mode.bits + "\norigin:\n");
      for (int i = 0; i < texts.length; i++) {
        out.write((texts[i] == null ? "" : texts[i]) + "\n");
        out.write(".org " + Nasm.SLOT * (i + 1) + ", 0x90\n");
      }
    }
  }

  /** False if some statements were refused: they are null then. */
  private static boolean assembled(Path source, Path object, String[] texts, CodeMode mode)
      throws IOException {
    String format = mode == CodeMode.BITS64 ? "--64" : "--32";
    Process process =
        new ProcessBuilder("as", format, "-o", object.toString(), source.toString())
            .redirectErrorStream(true)
            .start();
    boolean accepted = true;
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] columns = line.split(":", 4);
        if (columns.length == 4 && columns[2].equals(" Error")) {
          int at = (Integer.parseInt(columns[1]) - HEADER_LINES - 1) / 2;
          texts[at] = null;
          accepted = false;
        }
      }
    }
    return accepted;
  }

  private static void link(Path object, Path output, CodeMode mode) throws IOException {
    Process process =
        new ProcessBuilder(
                "ld",
                "-m",
                mode == CodeMode.BITS64 ? "elf_x86_64" : "elf_i386",
                "--oformat",
                "binary",
                "-e",
                "0",
                "-Ttext",
                Integer.toString(Nasm.ORIGIN, 16),
                "-o",
                output.toString(),
                object.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IllegalStateException(said);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[][] split(byte[] all, String[] texts) {
    byte[][] parts = new byte[texts.length][];
    for (int i = 0; i < texts.length; i++) {
      parts[i] =
          texts[i] == null ? null : Arrays.copyOfRange(all, Nasm.SLOT * i, Nasm.SLOT * (i + 1));
    }
    return parts;
  }
}
