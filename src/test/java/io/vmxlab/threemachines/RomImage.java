package io.vmxlab.threemachines;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.asm.Assembler;
import io.vmxlab.engine.Engine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A ROM of 64 KBytes made of {@code runtime.asm} and a file of cases: lines {@code case NAME}, each
 * followed by what the case does.
 */
record RomImage(byte[] bytes, List<String> cases) {
  static final int SIZE = 0x1_0000;
  static final long BASE = 0xF_0000;

  /** Where every processor begins. */
  private static final String RESET =
      "    times 0FFF0h - ($ - $$) db 0\n    bits 16\n    jmp 0F000h:start - 0F0000h\n";

  private static final String CASE = "case ";

  static RomImage of(String file) {
    List<String> names = new ArrayList<>();
    StringBuilder text = new StringBuilder(read("runtime.asm"));
    for (String line : read(file).lines().toList()) {
      if (line.startsWith(CASE)) {
        names.add(line.substring(CASE.length()));
        text.append("    jmp next_case\ncase_").append(names.size()).append(":\n");
      } else {
        text.append(line).append('\n');
      }
    }
    text.append("    jmp next_case\n").append(tables(names)).append(stubs()).append(RESET);
    byte[] rom =
        new Assembler(Engine.table(), file, CodeMode.BITS32, BASE, Map.of())
            .assemble(text.toString())
            .bytes();
    return new RomImage(Arrays.copyOf(rom, SIZE), names);
  }

  private static String tables(List<String> names) {
    StringBuilder text = new StringBuilder("    align 4\naddresses:\n");
    for (int i = 1; i <= names.size(); i++) {
      text.append("    dd case_").append(i).append('\n');
    }
    text.append("names:\n");
    for (int i = 1; i <= names.size(); i++) {
      text.append("    dd name_").append(i).append('\n');
    }
    for (int i = 1; i <= names.size(); i++) {
      text.append("name_").append(i).append(": db '").append(names.get(i - 1)).append(":', 0\n");
    }
    return text.append("CASES equ ").append(names.size()).append('\n').toString();
  }

  /**
   * Handlers of 16 bytes each that push an error code, where the processor has not, and a number.
   */
  private static String stubs() {
    StringBuilder text = new StringBuilder("    align 16\nstubs:\n");
    for (int vector = 0; vector < 256; vector++) {
      boolean code = vector == 8 || vector >= 10 && vector <= 14 || vector == 17 || vector == 21;
      text.append("    align 16\n");
      text.append(code ? "" : "    push dword 0\n");
      text.append("    push dword ").append(vector).append("\n    jmp caught\n");
    }
    return text.toString();
  }

  private static String read(String file) {
    try (InputStream in = RomImage.class.getResourceAsStream("/threemachines/" + file)) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new IllegalStateException(file, e);
    }
  }
}
