package io.vmxlab.asm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmxlab.Scale;
import io.vmxlab.arch.CodeMode;
import io.vmxlab.isa.InstructionTable;
import io.vmxlab.isa.TableTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random sections with attributes: the file is nasm's, or the text is refused. */
@DisplayName("Sections against nasm")
class SectionLayoutTest {
  private static final InstructionTable TABLE = InstructionTable.of(TableTest.rows());
  private static final List<String> NAMES =
      List.of(".text", ".data", ".bss", ".rodata", ".a", ".b");

  private final List<String> lines = new ArrayList<>();
  private final List<String> labels = new ArrayList<>();

  @Test
  @DisplayName("some layouts")
  void some() throws IOException {
    compare(60, 1);
  }

  @Test
  @Tag("slow")
  @DisplayName("many layouts")
  void many() throws IOException {
    compare(3000 * Scale.factor(), 2);
  }

  private void compare(int count, long seed) throws IOException {
    assumeTrue(Nasm.installed(), "nasm is not installed");
    int compared = 0;
    for (int i = 0; i < count; i++) {
      String text = text(new Random(seed * 1_000_000 + i));
      String ours = ours(text);
      String theirs = ours == null ? null : theirs(text);
      if (theirs != null) {
        assertEquals(theirs, ours, text);
        compared++;
      }
    }
    assertTrue(compared > count / 4, compared + " of " + count);
  }

  /** Null if the text is refused. */
  private static String ours(String text) {
    try {
      Assembly all = new Assembler(TABLE, "x", CodeMode.BITS16, 0, Map.of()).assemble(text);
      return HexFormat.of().formatHex(all.bytes(), 0, all.stored());
    } catch (AssemblyException e) {
      return null;
    }
  }

  /** Null if nasm refuses the text. */
  private static String theirs(String text) throws IOException {
    try {
      return HexFormat.of().formatHex(Nasm.program(text));
    } catch (IllegalStateException refused) {
      return null;
    }
  }

  private String text(Random random) {
    lines.clear();
    labels.clear();
    if (random.nextBoolean()) {
      lines.add("org " + pick(random, "0", "3", "16"));
    }
    List<String> begun = new ArrayList<>();
    int sections = 2 + random.nextInt(5);
    for (int i = 0; i < sections; i++) {
      String name = NAMES.get(random.nextInt(NAMES.size()));
      lines.add("section " + name + (begun.contains(name) ? "" : attributes(random)));
      begun.add(name);
      content(random, name.equals(".bss"));
    }
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
      String whole = line;
      while (whole.contains("LABEL")) {
        String label = labels.isEmpty() ? "0" : labels.get(random.nextInt(labels.size()));
        whole = whole.replaceFirst("LABEL", label);
      }
      text.append(whole).append('\n');
    }
    return text.toString();
  }

  private static String attributes(Random random) {
    StringBuilder all = new StringBuilder();
    if (random.nextInt(3) == 0) {
      all.append(" align=").append(1 << random.nextInt(6));
    }
    if (random.nextInt(5) == 0) {
      all.append(" valign=").append(1 << random.nextInt(6));
    }
    String other = NAMES.get(random.nextInt(NAMES.size()));
    switch (random.nextInt(12)) {
      case 0 -> all.append(" start=").append(64 << random.nextInt(3));
      case 1 -> all.append(" follows=").append(other);
      case 2 -> all.append(" vstart=").append(pick(random, "0", "0x103", "0x8000"));
      case 3 -> all.append(" vfollows=").append(other);
      default -> {}
    }
    return all.toString();
  }

  private void content(Random random, boolean reserved) {
    int count = random.nextInt(5);
    for (int i = 0; i < count; i++) {
      int kind = random.nextInt(10);
      if (kind < 3) {
        labels.add("l" + labels.size());
        lines.add(labels.get(labels.size() - 1) + ":");
      } else if (reserved) {
        lines.add("resb " + random.nextInt(9));
      } else if (kind < 6) {
        lines.add("db " + (1 + random.nextInt(255)) + ", " + random.nextInt(255));
      } else if (kind < 7) {
        lines.add("align " + (2 << random.nextInt(4)));
      } else {
        lines.add("dd " + pick(random, "$", "$$", "$-$$", "LABEL", "LABEL-LABEL"));
      }
    }
  }

  private static String pick(Random random, String... of) {
    return of[random.nextInt(of.length)];
  }
}
