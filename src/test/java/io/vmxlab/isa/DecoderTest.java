package io.vmxlab.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Feature;
import io.vmxlab.isa.Decoded.Reason;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of the instruction format. SDM Vol. 2A "Instruction Format". */
class DecoderTest {
  private static final InstructionTable TABLE = InstructionTable.of(TableTest.rows());
  private static final Decoder ALL = new Decoder(TABLE, EnumSet.allOf(Feature.class));
  private static final Decoder NONE = new Decoder(TABLE, EnumSet.noneOf(Feature.class));

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static Decoded decode(Decoder decoder, String hex, int mode) {
    byte[] code = bytes(hex);
    return decoder.decode(code, 0, code.length, CodeMode.valueOf("BITS" + mode));
  }

  private static Instruction valid(String hex, int mode) {
    return assertInstanceOf(Decoded.Valid.class, decode(ALL, hex, mode)).instruction();
  }

  @ParameterizedTest(name = "{0} in {1}-bit mode: {2}")
  @CsvSource({
    "01 18, 64, 'add dword [rax], ebx'",
    "48 01 18, 64, 'add qword [rax], rbx'",
    "66 01 18, 64, 'add word [rax], bx'",
    "66 48 01 18, 64, 'add qword [rax], rbx'",
    "48 66 01 18, 64, 'add word [rax], bx'",
    "01 18, 16, 'add word [bx+si], bx'",
    "66 67 01 18, 16, 'add dword [eax], ebx'",
    "67 01 18, 64, 'add dword [eax], ebx'",
    "2e 8b 00, 64, 'mov eax, dword [rax]'",
    "64 2e 8b 00, 64, 'mov eax, dword [fs:rax]'",
    "2e 8b 00, 32, 'mov eax, dword [cs:eax]'",
    "8b 05 00 01 00 00, 64, 'mov eax, dword [rel 0x1106]'",
    "8b 04 25 00 01 00 00, 64, 'mov eax, dword [0x100]'",
    "8b 05 00 01 00 00, 32, 'mov eax, dword [0x100]'",
    "8a e1, 64, 'mov ah, cl'",
    "40 8a e1, 64, 'mov spl, cl'",
    "66 e8 00 00 00 00, 64, 'call 0x1006'",
    "e8 00 00, 16, 'call 0x1003'",
    "50, 64, 'push rax'",
    "66 50, 64, 'push ax'",
    "50, 32, 'push eax'",
    "90, 64, 'nop'",
    "f3 90, 64, 'pause'",
    "41 90, 64, 'xchg eax, r8d'",
    "f3 0f 1e fa, 64, 'endbr64'",
    "f3 0f bc c1, 64, 'tzcnt eax, ecx'",
    "f3 0f c7 30, 64, 'vmxon [rax]'",
    "66 0f c7 30, 64, 'vmclear [rax]'",
    "0f c7 30, 64, 'vmptrld [rax]'",
    "0f c7 f0, 64, 'rdrand eax'",
    "0f 01 c4, 64, 'vmxoff'",
    "0f 20 00, 64, 'mov rax, cr0'",
    "0f 22 e0, 32, 'mov cr4, eax'",
    "44 0f 20 c0, 64, 'mov rax, cr8'",
    "c4 e2 f0 f2 c2, 64, 'andn rax, rcx, rdx'",
    "c4 00, 32, 'les eax, [eax]'",
    "48 8e d8, 64, 'mov ds, ax'",
    "44 8e d8, 64, 'mov ds, ax'",
    "48 cf, 64, 'iretq'",
    "f2 a6, 64, 'repne cmpsb'",
    "d5 0a, 32, 'aad 0xa'",
    "62 f1 7c 48 58 c2, 64, 'evex.0f'"
  })
  void decodes(String hex, int mode, String text) {
    assertEquals(text, new Disassembler(SymbolNames.NONE).text(valid(hex, mode), 0x1000));
  }

  @ParameterizedTest(name = "{0} in {1}-bit mode is #UD: {2}")
  @CsvSource({
    "f0 01 c0, 64, LOCK_NOT_ALLOWED",
    "f0 8b 00, 64, LOCK_NOT_ALLOWED",
    "f0 90, 64, LOCK_NOT_ALLOWED",
    "06, 64, NOT_IN_THIS_MODE",
    "0f 05, 32, NOT_IN_THIS_MODE",
    "8d c0, 64, MEMORY_OPERAND_REQUIRED",
    "0f f7 00, 64, REGISTER_OPERAND_REQUIRED",
    "66 0f 01 c4, 64, PREFIX_NOT_ALLOWED",
    "66 c4 e2 f0 f2 c2, 64, PREFIX_NOT_ALLOWED",
    "48 c4 e2 f0 f2 c2, 64, PREFIX_NOT_ALLOWED",
    "f0 c4 e2 f0 f2 c2, 64, PREFIX_NOT_ALLOWED",
    "8e c8, 64, NO_INSTRUCTION",
    "8e f0, 64, NO_INSTRUCTION",
    "44 0f 21 c0, 64, NO_INSTRUCTION",
    "0f 04, 64, NO_INSTRUCTION",
    "62 00 00 00, 64, NO_INSTRUCTION"
  })
  void refuses(String hex, int mode, Reason reason) {
    Decoded decoded = decode(ALL, hex + " 00 00", mode);
    assertEquals(reason, assertInstanceOf(Decoded.Undefined.class, decoded).reason());
  }

  @Test
  @DisplayName("without the feature the prefix is ignored, where the manual says so")
  void fallsBack() {
    String[][] cases = {{"f3 0f bc c1", "BSF"}, {"f3 0f bd c1", "BSR"}};
    for (String[] c : cases) {
      Decoded decoded = decode(NONE, c[0], 64);
      assertEquals(c[1], ((Decoded.Valid) decoded).instruction().form.mnemonic());
    }
    Decoded popcnt = decode(NONE, "f3 0f b8 c1", 64);
    assertEquals("POPCNT", ((Decoded.Undefined) popcnt).missing().mnemonic());
    assertEquals(Reason.FEATURE_ABSENT, ((Decoded.Undefined) popcnt).reason());
  }

  @Test
  @DisplayName("15 bytes are an instruction, 16 are #GP")
  void lengthLimit() {
    byte[] code = new byte[32];
    Arrays.fill(code, (byte) 0x66);
    code[14] = (byte) 0x90;
    Decoded fifteen = ALL.decode(code, 0, 32, CodeMode.BITS64);
    assertEquals(15, ((Decoded.Valid) fifteen).instruction().length());
    code[14] = 0x66;
    code[15] = (byte) 0x90;
    assertInstanceOf(Decoded.TooLong.class, ALL.decode(code, 0, 32, CodeMode.BITS64));
    assertInstanceOf(Decoded.TooLong.class, ALL.decode(code, 0, 15, CodeMode.BITS64));
    assertInstanceOf(Decoded.Truncated.class, ALL.decode(code, 0, 14, CodeMode.BITS64));
    byte[] operand = bytes("66666666 66666666 66 48 81 84 08 11111111 22222222");
    assertInstanceOf(
        Decoded.TooLong.class, ALL.decode(operand, 0, operand.length, CodeMode.BITS64));
  }

  @Test
  @DisplayName("every row, cut off at every byte, needs more bytes")
  void truncation() {
    ByteStrings generator = new ByteStrings(4);
    for (CodeMode mode : CodeMode.values()) {
      for (Form form : TABLE.forms()) {
        byte[] code = ByteStrings.possible(form, mode) ? generator.next(form, mode) : new byte[0];
        Decoded whole = ALL.decode(code, 0, code.length, mode);
        if (!(whole instanceof Decoded.Valid)) {
          continue;
        }
        for (int end = 0; end < ((Decoded.Valid) whole).instruction().length(); end++) {
          Decoded decoded = ALL.decode(code, 0, end, mode);
          String text = mode + " " + HexFormat.of().formatHex(code) + " to " + end;
          assertInstanceOf(Decoded.Truncated.class, decoded, text);
        }
      }
    }
  }

  @Test
  @DisplayName("random bytes never throw, and lengths are 1 to 15")
  void randomBytes() {
    SplittableRandom random = new SplittableRandom(5);
    Disassembler disassembler = new Disassembler(SymbolNames.NONE);
    byte[] code = new byte[20];
    for (int i = 0; i < 400_000; i++) {
      random.nextBytes(code);
      CodeMode mode = CodeMode.values()[i % 3];
      int end = random.nextInt(code.length + 1);
      Decoded decoded =
          (i & 1) == 0 ? ALL.decode(code, 0, end, mode) : NONE.decode(code, 0, end, mode);
      if (decoded instanceof Decoded.Valid) {
        Instruction insn = ((Decoded.Valid) decoded).instruction();
        assertTrue(insn.length() >= 1 && insn.length() <= 15 && insn.length() <= end);
        assertTrue(disassembler.text(insn, random.nextLong()).length() > 1);
      }
    }
  }

  @Test
  @DisplayName("bytes that are no instruction name none")
  void noInstruction() {
    Decoded.Undefined undefined = (Decoded.Undefined) decode(ALL, "0f 04", 64);
    assertNull(undefined.missing());
    assertEquals(2, undefined.length());
  }
}
