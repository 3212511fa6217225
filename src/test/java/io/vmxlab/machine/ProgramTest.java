package io.vmxlab.machine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.platform.Objects;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgramTest {
  private static byte[] text(String s) {
    return s.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void hexTextMayBeWrittenInManyWays() {
    byte[] expected = {(byte) 0xF3, 0x0F, (byte) 0xC7, 0x30};
    for (String text :
        new String[] {
          "F30FC730", "f3 0f c7 30", "0xF3, 0x0F,\n0xC7 0x30 ; vmxon", "# code\nF3\n0F\nC7\n30\n"
        }) {
      assertArrayEquals(expected, Program.hex(text).content(), text);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"F3 0", "F", "F3 0G", "zz", "F 3"})
  void malformedHexNamesItsPlace(String text) {
    BadInputException e =
        assertThrows(BadInputException.class, () -> Program.hex("x.hex", "90\n" + text));
    assertTrue(e.where().startsWith("x.hex:2:"), e.getMessage());
  }

  @Test
  void formIsRecognised() {
    assertEquals(Program.Form.ASSEMBLY, Program.file("a.asm", text("90")).form());
    assertEquals(Program.Form.FLAT, Program.file("a.hex", text("90")).form());
    assertEquals(Program.Form.FLAT, Program.file("a.bin", text("nop")).form());
    assertEquals(Program.Form.ASSEMBLY, Program.file("-", text("nop\nret")).form());
    assertEquals(Program.Form.FLAT, Program.file("-", text("; x\n90 c3")).form());
    assertEquals(Program.Form.FLAT, Program.file("-", new byte[] {(byte) 0xC3, 0}).form());
    assertEquals(Program.Form.ELF_OBJECT, Program.file("x", Objects.read("matrix-O0.o")).form());
    assertEquals(
        Program.Form.ELF_EXECUTABLE, Program.file("x", Objects.read("start-64.elf")).form());
  }

  @Test
  void filesOfOtherKindsAreNamedWithAdvice() {
    BadInputException e =
        assertThrows(BadInputException.class, () -> Program.file("lib.a", text("!<arch>\n")));
    assertEquals(
        "lib.a: this is an archive of object files; give one of its members: ar x FILE",
        e.getMessage());
    assertThrows(BadInputException.class, () -> Program.elf("x", text("nop")));
  }

  @Test
  void objectWithoutFunctionListsThem() {
    Program program = Program.elf("m.o", Objects.read("matrix-O2.o"));
    BadInputException e =
        assertThrows(BadInputException.class, () -> Machine.create().run(program));
    assertTrue(e.getMessage().contains("enable_vmx_operation"), e.getMessage());
    assertTrue(e.getMessage().contains("Program.call"), e.getMessage());
  }

  @Test
  void argumentsNeedAFunction() {
    Program program = Program.assembly("nop").argument(1);
    assertThrows(BadInputException.class, () -> Machine.create().run(program));
  }
}
