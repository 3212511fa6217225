package io.vmxlab.asm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.isa.InstructionTable;
import io.vmxlab.isa.TableTest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The language: labels, data, directives, expressions and what is said about mistakes. */
class AssemblerTest {
  private static final InstructionTable TABLE = InstructionTable.of(TableTest.rows());

  private static Assembly assemble(String text) {
    return new Assembler(TABLE, "x.asm", CodeMode.BITS64, 0x1000, Map.of("given", 7L))
        .assemble(text.replace("|", "\n"));
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(assemble(text).bytes());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '#',
      value = {
        "a: jmp a | .l: jmp .l | b: | .l: jmp .l | jmp a.l # ebfeebfeebfeebfa",
        "n equ 3*4+1 | db n, -n, given # 0df307",
        "db 'ab', \"c\", `\\n`, 0 # 6162630a00",
        "dw 'abc', 1 # 616263000100",
        "dd x, $, $$ | x: # 0c1000000010000000100000",
        "dq -1, 1<<40 # ffffffffffffffff0000000000010000",
        "times 3 db 1, 2 # 010201020102",
        "db 1 | align 4 | db 2 # 0190909002",
        "db 1 | align 4, db 0 | db 2 # 0100000002",
        "resb 2 | resw 1 # 00000000",
        "org 0x7c00 | x: dw x # 007c",
        "bits 16 | mov ax, 1 | bits 32 | mov ax, 1 | [bits 64] | mov ax, 1 # b8010066b8010066b80100",
        "db 5/2, 7 % 4, 6&3, 5^1, ~0 & 0xf, (2+3)*2, 9 >> 1 # 020302040f0a04",
        "db 0x1F, 1Fh, 0b11, 11b, 0o17, 17q, 1_0 # 1f1f03030f0f0a",
        "db 'a'+1, -'a' # 629f",
        "mov eax, ';' ; comment # b83b000000",
        "lock add [rax], ecx # f00108",
        "a32 mov eax, [0x10] # 67a110000000",
        "rep movsb | repne scasd # f3a4f2af",
        "mov rax, [fs:0x28] # 64488b042528000000",
        "default rel | mov rax, [x] | x: # 488b0500000000",
        "lea rax, [rel x] | x: # 488d0500000000",
        "section .text | global x | x: ret # c3",
        "mov eax, dword ptr [rbx] # 8b03",
        "mov rax, offset x | x: # 48b80a10000000000000",
        "test eax, [rbx] | imul eax, 5 # 85036bc005",
        "jz x | je x | x: # 74027400",
        "mov rax, 5 | mov rax, -1 | mov rax, 1<<40 # b80500000048c7c0ffffffff48b80000000000010000",
        "iret | iretq | pushf | popfq # cf48cf9c9d"
      })
  void assembles(String text, String bytes) {
    assertEquals(bytes, hex(text));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "mvo eax, ebx # x.asm:1:1: 'mvo' is no instruction; did you mean mov?",
        "nop | hlt hlt # x.asm:2:6: HLT takes no operands, found 'hlt'",
        "mov eax, x # x.asm:1:10: symbol 'x' is not defined",
        "x: | x: # x.asm:2:2: 'x' is defined twice",
        "mov [rax], 5 # x.asm:1:1: the operand size is not known: write byte, word, dword or qword before [",
        "movzx eax, [rbx] # x.asm:1:1: the operand size is not known: write byte, word, dword or qword before [",
        "add al, 300 # x.asm:1:9: 300 (0x12c) does not fit the other operand",
        "mov eax, rbx # x.asm:1:10: the operands have different sizes: 32 and 64 bits",
        "mov ah, r8b # x.asm:1:9: AH, CH, DH and BH cannot be encoded beside a register that needs REX",
        "mov eax, [esp*2] # x.asm:1:10: the stack pointer cannot be an index",
        "jmp short x | times 300 nop | x: # x.asm:1:5: the target is 302 bytes away, too far for this branch",
        "mov rax, [0x123456789abc] # x.asm:1:10: the address 0x123456789abc cannot be written in 32 bits, sign-extended",
        "bound eax, [rbx] # x.asm:1:1: BOUND does not exist in 64-bit code",
        "db 'abc # x.asm:1:4: the string has no closing '",
        "db 1/0 # x.asm:1:6: division by zero",
        "align 3 # x.asm:1:7: an alignment is a power of two up to 1048576",
        "mov eax, [rip*2] # x.asm:1:11: RIP stands alone: [rip+symbol] or [rip+number]",
        "var dd 5 | mov ecx, dword ptr [var] | mov eax, var # x.asm:3:11: 'var' is what the variable holds in MASM, its address in NASM: write [var] for what it holds, offset var for its address"
      })
  void complains(String text, String message) {
    AssemblyException e = assertThrows(AssemblyException.class, () -> assemble(text));
    assertEquals(message, e.mistakes().get(0).toString());
  }

  @Test
  @DisplayName("several mistakes are reported at once, in the order of the text")
  void severalMistakes() {
    String text = "nop\nmvo eax, 1\nadd eax\nmov eax, [\n";
    AssemblyException e = assertThrows(AssemblyException.class, () -> assemble(text));
    assertEquals(
        List.of(2, 3, 4), e.mistakes().stream().map(AssemblyException.Mistake::line).toList());
  }

  @Test
  @DisplayName("the result has symbols and a listing")
  void result() {
    Assembly assembly = assemble("start: nop\nx equ 5\n.l: mov eax, x\n");
    assertEquals(Map.of("start", 0x1000L, "x", 5L, "start.l", 0x1001L), assembly.symbols());
    assertEquals(0x1000, assembly.origin());
    Assembly.Line second = assembly.listing().get(1);
    assertEquals(3, second.number());
    assertEquals(0x1001, second.address());
    assertEquals(5, second.length());
  }

  @Test
  @DisplayName("a branch is short as long as its target is within 127 bytes")
  void shortest() {
    assertEquals(2 + 127, assemble("jmp x\ntimes 127 db 0\nx:").bytes().length);
    assertEquals(5 + 128, assemble("jmp x\ntimes 128 db 0\nx:").bytes().length);
  }

  @Test
  @DisplayName("a long chain of branches, each of which depends on the next, settles")
  void relaxation() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      text.append("l").append(i).append(": jmp l").append(i + 40).append('\n');
      text.append("jz l").append(Math.max(0, i - 40)).append('\n');
    }
    for (int i = 300; i < 340; i++) {
      text.append("l").append(i).append(": nop\n");
    }
    assertTrue(assemble(text.toString()).bytes().length < 300 * 11 + 40);
  }
}
