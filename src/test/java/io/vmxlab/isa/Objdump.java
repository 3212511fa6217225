package io.vmxlab.isa;

import io.vmxlab.Tools;
import io.vmxlab.arch.CodeMode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Asks objdump what byte strings mean. */
final class Objdump {
  /** Longer than any instruction twice, so that a wrong length does not reach the next string. */
  private static final int SLOT = 32;

  /** Words before the mnemonic. */
  private static final Set<String> PREFIX_WORDS =
      Set.of(
          "lock",
          "rep",
          "repz",
          "repnz",
          "bnd",
          "notrack",
          "xacquire",
          "xrelease",
          "data16",
          "data32",
          "addr16",
          "addr32",
          "es",
          "cs",
          "ss",
          "ds",
          "fs",
          "gs");

  private Objdump() {}

  /** What objdump says about one byte string. */
  record Answer(int length, String mnemonic) {}

  static boolean installed() {
    return Tools.installed("objdump");
  }

  static Answer[] ask(List<byte[]> strings, CodeMode mode) throws IOException {
    byte[] all = new byte[strings.size() * SLOT];
    Arrays.fill(all, (byte) 0x90);
    for (int i = 0; i < strings.size(); i++) {
      System.arraycopy(strings.get(i), 0, all, i * SLOT, strings.get(i).length);
    }
    Path file = Files.createTempFile("vmxlab", ".bin");
    try {
      Files.write(file, all);
      String machine =
          mode == CodeMode.BITS64 ? "i386:x86-64" : mode == CodeMode.BITS32 ? "i386" : "i8086";
      Process process =
          new ProcessBuilder(
                  "objdump",
                  "-D",
                  "-z",
                  "-w",
                  "-b",
                  "binary",
                  "-m",
                  machine,
                  "-M",
                  "intel,intel64",
                  "--no-show-raw-insn",
                  file.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      Answer[] answers = new Answer[strings.size()];
      try (BufferedReader in =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        read(in, answers);
      }
      return answers;
    } finally {
      Files.delete(file);
    }
  }

  private static void read(BufferedReader in, Answer[] answers) throws IOException {
    int start = -1;
    String text = "";
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      int colon = line.indexOf(":\t");
      if (colon < 0) {
        continue;
      }
      int address = Integer.parseInt(line.substring(0, colon).trim(), 16);
      if (start >= 0) {
        answers[start / SLOT] = new Answer(address - start, mnemonic(text));
      }
      start = address % SLOT == 0 ? address : -1;
      text = line.substring(colon + 2);
    }
  }

  static String mnemonic(String text) {
    for (String word : text.trim().split("[ ,]+")) {
      if (!PREFIX_WORDS.contains(word) && !word.startsWith("rex")) {
        return word;
      }
    }
    return text.trim();
  }
}
