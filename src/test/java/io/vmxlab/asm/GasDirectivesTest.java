package io.vmxlab.asm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.isa.InstructionTable;
import io.vmxlab.isa.TableTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every directive that GNU as 2.40 knows for x86: done, or refused with the way out. */
@DisplayName("Directives of GNU as")
class GasDirectivesTest {
  private static final InstructionTable TABLE = InstructionTable.of(TableTest.rows());

  /** What to do instead, or what the operand has to be. */
  private static final Pattern WAY_OUT =
      Pattern.compile("object file of gcc -c|expected |write |\\.intel_syntax noprefix");

  static List<String> directives() throws IOException {
    try (var in = GasDirectivesTest.class.getResourceAsStream("gas-directives.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  private static String refusal(String text) {
    try {
      new Assembler(TABLE, "x.s", CodeMode.BITS64, 0, Map.of()).assemble(".globl f\nnop\n" + text);
      return "";
    } catch (AssemblyException e) {
      return e.mistakes().get(0).message();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("directives")
  void done_or_refused_with_the_way_out(String word) {
    for (String operands : List.of("", " 1", " f, 1", " \"a\"")) {
      String refusal = refusal(word + operands);
      boolean known = !refusal.contains("is no directive that is supported");
      // .popsection: what is wrong is that nothing was pushed
      boolean way = WAY_OUT.matcher(refusal).find() || word.equals(".popsection");
      boolean operand = !operands.isEmpty(); // what is said then is about the operand
      assertTrue(known && (refusal.isEmpty() || way || operand), word + operands + ": " + refusal);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {".nonsense", ".dcb.q", ".cfj_offset 1"})
  void unknown_words_name_a_way_out_too(String text) {
    assertTrue(refusal(text).contains("run the object file of gcc -c"), refusal(text));
  }

  @Test
  void data_of_other_names() {
    String text =
        ".extern g\n.dc 5\n.dc.b 1\n.dc.w 2\n.dc.l 9\n.slong 3\n.string8 \"a\"\n.protected f\n";
    byte[] bytes = new Assembler(TABLE, "x.s", CodeMode.BITS64, 0, Map.of()).assemble(text).bytes();
    assertEquals(2 + 1 + 2 + 4 + 4 + 2, bytes.length);
  }
}
