package io.vmxlab.asm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.isa.InstructionTable;
import io.vmxlab.isa.TableTest;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whole programs of labels, branches, data and alignment: the bytes are those of nasm. */
@DisplayName("Programs against nasm")
class ProgramComparisonTest {
  private static final String[] BRANCHES = {"jmp", "jz", "jnz", "call", "jc", "jg"};

  private final InstructionTable table = InstructionTable.of(TableTest.rows());

  @Test
  @DisplayName("some programs")
  void some() throws IOException {
    compare(30, 1);
  }

  @Test
  @Tag("slow")
  @DisplayName("many programs")
  void many() throws IOException {
    compare(1000, 2);
  }

  @Test
  @DisplayName("sections are laid out as nasm does: code, data, what is reserved")
  void sections() throws IOException {
    assumeTrue(Nasm.installed(), "nasm is not installed");
    String text =
        """
        org 0x1000
        bits 64
        section .data
        m: db 1, 2, 3
        align 16
        m2: db 4
        section .foo
        f: db 9
        section .bss
        b: resb 5
        section .text
        mov eax, m
        mov eax, f
        mov eax, b
        mov eax, [m2]
        section .data
        dd $-$$, b
        section .text
        jmp $$
        """;
    byte[] theirs = Nasm.program(text);
    Assembler assembler = new Assembler(table, "test", CodeMode.BITS64, 0, Map.of());
    byte[] ours = assembler.assemble(text).bytes();
    HexFormat hex = HexFormat.of();
    // nasm leaves out what is reserved at the end.
    assertEquals(hex.formatHex(theirs), hex.formatHex(ours, 0, theirs.length));
    assertEquals(hex.formatHex(new byte[8]), hex.formatHex(ours, theirs.length, ours.length));
  }

  private void compare(int count, long seed) throws IOException {
    assumeTrue(Nasm.installed(), "nasm is not installed");
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < count; i++) {
      CodeMode mode = CodeMode.values()[i % 3];
      String text = "bits " + mode.bits + "\norg 0x1000\n" + program(random, mode, seed + i);
      byte[] ours = new Assembler(table, "test", mode, 0, Map.of()).assemble(text).bytes();
      HexFormat hex = HexFormat.of();
      assertEquals(hex.formatHex(Nasm.program(text)), hex.formatHex(ours), text);
    }
  }

  /** Free statements may have registers that cannot be encoded together. */
  private boolean accepted(String statement, CodeMode mode) {
    try {
      new Assembler(table, "test", mode, 0, Map.of("origin", 0x1000L)).assemble(statement);
      return true;
    } catch (AssemblyException e) {
      return false;
    }
  }

  private String program(SplittableRandom random, CodeMode mode, long seed) {
    Statements statements = new Statements(seed);
    StringBuilder text = new StringBuilder("origin:\n");
    int lines = 20 + random.nextInt(150);
    int labels = 1 + lines / 4;
    for (int i = 0; i < labels; i++) {
      text.append("l").append(i).append(":\n");
      for (int k = 0; k < 4; k++) {
        line(text, random, labels, statements, mode, i);
      }
    }
    return text.toString();
  }

  private void line(
      StringBuilder text,
      SplittableRandom random,
      int labels,
      Statements statements,
      CodeMode mode,
      int i) {
    String label = "l" + random.nextInt(labels);
    switch (random.nextInt(10)) {
      case 0:
        text.append("align ").append(1 << random.nextInt(5)).append('\n');
        break;
      case 1:
        text.append("dd ").append(label).append(", ").append(label).append("-$, $-$$\n");
        break;
      case 2:
        text.append("times ").append(random.nextInt(20)).append(" nop\n");
        break;
      case 3:
        text.append("mov eax, [").append(label).append("]\n");
        break;
      case 4:
        text.append("mov ecx, ").append(label).append("-l0\n");
        break;
      case 5:
        text.append(".x").append(i).append(random.nextInt(1 << 30)).append(": loop $\n");
        break;
      case 6:
        String statement = statements.next(mode);
        text.append(accepted(statement, mode) ? statement : "nop").append('\n');
        break;
      default:
        String branch = BRANCHES[random.nextInt(BRANCHES.length)];
        text.append(branch).append(' ').append(label).append('\n');
        break;
    }
  }
}
