package io.vmxlab.asm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.isa.InstructionTable;
import io.vmxlab.isa.TableTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts that once assembled wrongly, were refused, or did not come to an end. */
class AssemblyCasesTest {
  private static final InstructionTable TABLE = InstructionTable.of(TableTest.rows());

  private static String read(String name) throws IOException {
    try (var in =
        AssemblyCasesTest.class.getResourceAsStream("/io/vmxlab/cases/assembly/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String hex(String name, int bits) throws IOException {
    CodeMode mode = CodeMode.valueOf("BITS" + bits);
    Assembler assembler = new Assembler(TABLE, name, mode, 0, Map.of());
    return HexFormat.of().formatHex(assembler.assemble(read(name)).bytes());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      value = {
        "zero-h.asm, 64, b800000000b900000000",
        "equ-colon.asm, 16, b8a00f",
        "imm-size.asm, 16, 2666c7451401000000803f05ff2f",
        "dollar-hex.asm, 16, b82000",
        "vstart.asm, 16, 900000000010",
        "retfq.asm, 64, 48cb",
        "line-directive.asm, 64, 90",
        "masm-code-segment.asm, 64, 0f20e0480d002000000f22e0c3",
        "gas-comment.s, 64, c3"
      })
  @DisplayName("the bytes are those of the assembler whose text it is")
  void bytes(String name, int bits, String bytes) throws IOException {
    assertEquals(bytes, hex(name, bits));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '!',
      value = {
        "circ1.asm         ! circ1.asm:2:1: 'b' is made of itself: b needs a needs b",
        "hang1.asm         ! hang1.asm:1:16: times stands once before a statement: give the product of the numbers",
        "remainder-by-zero.in ! remainder-by-zero.in:1:1: expected a label, an instruction or a directive, found '\uD83D\uDE00'",
        "repeated-data.in  ! repeated-data.in:1:1: 'cr8' is no instruction; a label ends with ':'",
        "empty-word.in     ! empty-word.in:2:7: VMXOFF takes no operands, found '<'",
        "empty-label.in    ! empty-label.in:2:1: expected a label, an instruction or a directive, found ':'"
      })
  @DisplayName("what means nothing is refused at once, with its first mistake")
  void refused(String name, String message) {
    AssemblyException e =
        Assertions.assertTimeoutPreemptively(
            Duration.ofSeconds(20),
            () -> assertThrows(AssemblyException.class, () -> hex(name, 64)));
    assertEquals(message, e.mistakes().get(0).toString());
  }
}
