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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks nasm what statements mean. */
final class Nasm {
  private static final Pattern MESSAGE = Pattern.compile("[^:]+:([0-9]+): .*");

  /** Where the first statement stands. */
  static final int ORIGIN = 0x1000;

  /** Bytes from one statement to the next. */
  static final int SLOT = 32;

  /** So few that all addresses fit in 16 bits. */
  static final int MOST = 1800;

  private static final int ROUNDS = 10;

  private Nasm() {}

  static boolean installed() {
    return Tools.installed("nasm");
  }

  static long address(int i) {
    return ORIGIN + (long) SLOT * i;
  }

  /**
   * The bytes of each statement; null where nasm refuses it.
   *
   * @param statements at most {@link #MOST}; {@code origin} in them is {@link #ORIGIN}
   */
  static byte[][] ask(List<String> statements, CodeMode mode) throws IOException {
    String[] texts = statements.toArray(new String[0]);
    Path source = Files.createTempFile("vmxlab", ".asm");
    Path output = Files.createTempFile("vmxlab", ".bin");
    try {
      for (int round = 0; round < ROUNDS; round++) {
        write(source, texts, mode);
        if (run(source, output, texts)) {
          return split(Files.readAllBytes(output), texts);
        }
      }
      throw new IllegalStateException("nasm finds ever new mistakes");
    } finally {
      Files.deleteIfExists(source);
      Files.deleteIfExists(output);
    }
  }

  /** The bytes of a whole program. */
  static byte[] program(String text) throws IOException {
    Path source = Files.createTempFile("vmxlab", ".asm");
    Path output = Files.createTempFile("vmxlab", ".bin");
    try {
      Files.writeString(source, text);
      if (!run(source, output, null)) {
        throw new IllegalStateException("nasm refuses the program");
      }
      return Files.readAllBytes(output);
    } finally {
      Files.deleteIfExists(source);
      Files.deleteIfExists(output);
    }
  }

  private static void write(Path source, String[] texts, CodeMode mode) throws IOException {
    try (Writer out = Files.newBufferedWriter(source)) {
      out.write("bits " + mode.bits + "\norg " + ORIGIN + "\norigin:\n");
      for (int i = 0; i < texts.length; i++) {
        out.write((texts[i] == null ? "" : texts[i]) + "\n");
        out.write("times " + SLOT * (i + 1) + "-($-$$) db 0x90\n");
      }
    }
  }

  /**
   * False if some statements were refused: they are null then.
   *
   * @param texts null for a whole program
   */
  private static boolean run(Path source, Path output, String[] texts) throws IOException {
    Process process =
        new ProcessBuilder(
                "nasm",
                "-w-all",
                "-w+label-orphan",
                "-w+error=label-orphan",
                "-fbin",
                "-o",
                output.toString(),
                source.toString())
            .redirectErrorStream(true)
            .start();
    boolean accepted = true;
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        Matcher message = MESSAGE.matcher(line);
        if (message.matches()) { // versions differ in what else they print
          accepted = false;
          if (texts != null) {
            texts[(Integer.parseInt(message.group(1)) - 4) / 2] = null;
          }
        }
      }
    }
    return accepted && process.onExit().join().exitValue() == 0;
  }

  private static byte[][] split(byte[] all, String[] texts) {
    byte[][] parts = new byte[texts.length][];
    for (int i = 0; i < texts.length; i++) {
      parts[i] = texts[i] == null ? null : Arrays.copyOfRange(all, SLOT * i, SLOT * (i + 1));
    }
    return parts;
  }
}
