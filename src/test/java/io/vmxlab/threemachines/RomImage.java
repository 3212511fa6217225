package io.vmxlab.threemachines;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.asm.Assembler;
import io.vmxlab.engine.Engine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A ROM of 64 KBytes made of {@code runtime.asm}, {@code modes.asm} and a {@link CaseFile}. */
record RomImage(byte[] bytes, List<String> cases, CaseFile file) {
  static final int SIZE = 0x1_0000;
  static final long BASE = 0xF_0000;

  /** Offset of the number of the first case, of where cases begin, and where a case ends. */
  private static final int FIRST = 0xFFE0;

  /** Where every processor begins. */
  private static final String RESET =
      "    times 0FFE0h - ($ - $$) db 0\nfirst: dd 0, addresses, next_case\n"
          + "    times 0FFF0h - ($ - $$) db 0\n    bits 16\n    jmp 0F000h:start - 0F0000h\n";

  static RomImage of(String name) {
    CaseFile cases = CaseFile.of(read(name));
    String text =
        String.join("\n", read("runtime.asm"))
            + String.join("\n", read("modes.asm"))
            + "\n"
            + cases.text()
            + tables(cases)
            + stubs()
            + RESET;
    byte[] rom =
        new Assembler(Engine.table(), name, CodeMode.BITS32, BASE, Map.of()).assemble(text).bytes();
    return new RomImage(Arrays.copyOf(rom, SIZE), cases.names(), cases);
  }

  /**
   * The same ROM, in which some cases are left out.
   *
   * @param first case that is not
   */
  RomImage without(Predicate<String> which, int first) {
    ByteBuffer rom = ByteBuffer.wrap(bytes.clone()).order(ByteOrder.LITTLE_ENDIAN);
    rom.putInt(FIRST, first);
    int addresses = rom.getInt(FIRST + 4) - (int) BASE;
    for (int i = 0; i < cases.size(); i++) {
      if (which.test(cases.get(i))) {
        rom.putInt(addresses + 4 * i, rom.getInt(FIRST + 8));
      }
    }
    return new RomImage(rom.array(), cases, file);
  }

  int processors() {
    return file.processors();
  }

  boolean goesThroughList(String name) {
    return !file.each().get(cases.indexOf(name)).equals(CaseFile.NO_LIST);
  }

  /** Names of the items that a case goes through. */
  List<String> items(String name) {
    return file.lists().get(file.each().get(cases.indexOf(name))).names();
  }

  private static String tables(CaseFile cases) {
    List<String> names = cases.names();
    StringBuilder text = new StringBuilder("    align 4\naddresses:\n");
    for (int i = 1; i <= names.size(); i++) {
      text.append("    dd case_").append(i).append('\n');
    }
    text.append("lists:\n");
    for (String list : cases.each()) {
      String label = list.equals(CaseFile.NO_LIST) ? list : "list_" + list;
      text.append("    dd ").append(label).append('\n');
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

  /** Lines of a source. */
  static List<String> read(String file) {
    try (InputStream in = RomImage.class.getResourceAsStream("/threemachines/" + file)) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
    } catch (IOException e) {
      throw new IllegalStateException(file, e);
    }
  }
}
