package io.vmxlab.asm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.isa.InstructionTable;
import io.vmxlab.isa.TableTest;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every directive of MASM: done, or refused with the way out. */
@DisplayName("Directives of MASM")
class MasmDirectivesTest {
  private static final InstructionTable TABLE = InstructionTable.of(TableTest.rows());

  /** What to do instead, or what the operand has to be. */
  private static final Pattern WAY_OUT =
      Pattern.compile(
          "write |expected |put its text here|keep the lines|leave |give each|only reserves");

  static List<String> directives() {
    return List.of(
        (".x64 .x64p .xmm .k3d .mmx .fpo .safeseh .alpha .seq .dosseg dosseg .const .data .data? .code .fardata .fardata? .stack .startup .exit .endprolog .pushreg .allocstack .savereg .setframe .pushframe .savexmm128 .listall .list .nolist .xlist .cref .nocref .xcref .lall .sall .xall .lfcond .sfcond .tfcond .listif .nolistif .listmacro .listmacroall .nolistmacro .radix .break .continue .if .while .repeat .until .untilcxz .else .elseif .endif .endw .err .errb .errdef .erre .errnb .errndef .errnz .errdif .errdifi .erridn .erridni name title subttl subtitle page option assume alias align even echo extern externdef extrn comm public invoke include includelib if ifdef ifndef else elseif endif for forc irp irpc repeat rept while goto exitm purge local org pushcontext popcontext db dw dd dq .8086 .186 .286 .286p .287 .386 .386p .387 .486 .486p .586 .586p .686 .686p .no87 .model")
            .split(" "));
  }

  private static byte[] bytes(String text) {
    return new Assembler(TABLE, "x.asm", CodeMode.BITS64, 0, Map.of()).assemble(text).bytes();
  }

  private static String refusal(String text) {
    try {
      bytes(text);
      return "";
    } catch (AssemblyException e) {
      return e.mistakes().get(0).message();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("directives")
  void done_or_refused_with_the_way_out(String word) {
    for (String operands : List.of("", " 1", " main", " <a>, <a>")) {
      String refusal = refusal(".code\nmain proc\nnop\nmain endp\n" + word + operands + "\n");
      boolean known = !refusal.contains("is no ") && !refusal.contains("GNU as");
      boolean way = WAY_OUT.matcher(refusal).find();
      boolean operand = !operands.isEmpty(); // what is said then is about the operand
      assertTrue(known && (refusal.isEmpty() || way || operand), word + operands + ": " + refusal);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x catstr <a>, <b>",
        "x substr <abc>, 1",
        "x sizestr <abc>",
        "x instr <abc>, <b>",
        "x tbyte ?",
        "x oword ?",
        "x xmmword ?",
        "x ymmword ?",
        "x real10 1.0",
        "x struct"
      })
  void behind_a_name_refused_with_the_way_out(String text) {
    String refusal = refusal(".code\nnop\n" + text + "\n");
    assertTrue(WAY_OUT.matcher(refusal).find() || refusal.contains(": give"), refusal);
  }

  @Test
  void words_to_linkers_and_listings_before_anything_else() {
    String text = "name boot\n.xlist\n.8086\nsubttl first\ndgroup group _data\n.code\nnop\nend\n";
    assertArrayEquals(new byte[] {(byte) 0x90}, bytes(text));
  }

  @Test
  void a_pointer_of_six_bytes() {
    assertEquals(1 + 6 + 6, bytes(".code\nnop\nx fword ?\ny fword 5\n").length);
  }

  @Test
  void the_same_words_are_labels_in_text_of_nasm() {
    String text = "section .text\nbits 64\njmp name\nname db 1\necho: db 2\nfor db 3\ncomm db 4\n";
    assertArrayEquals(new byte[] {(byte) 0xEB, 0, 1, 2, 3, 4}, bytes(text));
  }
}
