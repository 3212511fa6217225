package io.vmxlab.asm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.isa.InstructionTable;
import io.vmxlab.isa.TableTest;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What NASM's texts and the output of {@code nasm -E} are made of: the bytes are nasm's. */
class NasmTextTest {
  private static final InstructionTable TABLE = InstructionTable.of(TableTest.rows());

  private static String ours(String text) {
    Assembler assembler = new Assembler(TABLE, "x.asm", CodeMode.BITS16, 0, Map.of());
    Assembly assembly = assembler.assemble(text);
    return HexFormat.of().formatHex(assembly.bytes(), 0, assembly.stored());
  }

  private static String refusal(String text) {
    return assertThrows(AssemblyException.class, () -> ours(text)).mistakes().get(0).toString();
  }

  /** Text with | for the ends of lines, and the bytes that nasm 2.16 makes of it. */
  static String[][] recorded() {
    return new String[][] {
      // numbers
      {"mov ax, $0020", "b82000"},
      {"dw 0h, 0b, 0o, 0d, 0q, 0y, 0t", "0000".repeat(7)},
      {"mov eax, 0h | mov ecx, 0b", "66b80000000066b900000000"},
      {"dw 0b1h, 0d10h, 1x, 0x1b, $0a, 0d10, 1_0", "b100100d01001b000a000a000a00"},
      {"dd 1.5, -0.25 | dq 2.0", "0000c03f000080be0000000000000040"},
      {"db `\\x41\\101\\u263a\\e`", "4141e298ba1b"},
      {"dw __utf16__('ab'), 0", "610062000000"},
      // labels
      {"x: equ 5 | mov ax, x", "b80500"},
      {"start mov ax, 1 | jmp start", "b80100ebfb"},
      {"$ax: dw $ax", "0000"},
      {"a: | ..@b: | .c: dw a.c", "0000"},
      {"x equ 1 | x equ 1 | db x", "01"},
      {"es db 5", "05"},
      // sizes beside the number
      {"mov [es:di+20], dword 1", "2666c7451401000000"},
      {"cmp [bx], byte 5 | add [bx], word 5", "803f05830705"},
      {"mov [bx], strict word 1 | test [bx], byte 1", "c7070100f60701"},
      {"jmp far [bx] | call far [bx] | jmp far dword [bx]", "ff2fff1f66ff2f"},
      {"bits 64 | push strict qword 1 | mov rax, qword 5", "6801000000b805000000"},
      // names with a size, operands that are meant
      {"bits 64 | retfq | retf | retfq 8 | retfd | retfw | retnq", "48cbcb48ca0800cb66cbc3"},
      {"bits 64 | o64 sysret | movd rsi, mm7", "480f07480f7efe"},
      {"fadd | fsub | fcomip | fxch | fadd st1 | fadd to st1", "dec1dee9dff1d9c9d8c1dcc1"},
      {"finit | fstcw [es:bx] | fsave [bx]", "9bdbe39b26d93f9bdd37"},
      {"xchg ch, cl | xchg bx, cx | xchg ax, bx", "86e987d993"},
      // addresses
      {"bits 32 | mov al, [esi*1+ebp-128] | mov al, [dword ebx]", "8a4435808a8300000000"},
      {
        "mov bx, [bx+14+bp+4-bp] | mov ax, [bx-x+y] | x: nop | y:",
        "8b5f128b47019 0".replace(" ", "")
      },
      {
        "bits 64 | default rel | mov eax, [0x1000] | mov eax, [x] | x:",
        "8b0425001000008b0500000000"
      },
      // lists
      {"db 1, 2, | db 2 dup (1, 2), ? | dw 2 dup 7", "01020102010200" + "07000700"},
      {"times 3 dd $ | times 2 jmp $", "0".repeat(24) + "ebf2ebf0".substring(0, 0) + "ebfeebfc"},
      // what the preprocessor leaves
      {"%line 7+1 boot.asm | nop", "90"},
      {
        "[absolute 0] | s: | .a: resb 1 | .size: resb 2 | s_size equ ($-s) | [section .text] |"
            + " mov al, [bx+s.size] | db s_size",
        "8a470103"
      },
      {"nop | [sectalign 4] | times (((4) - (($-$$) % (4))) % (4)) nop | ret", "90909090c3"},
      {"[list -] | [warning -all] | [cpu 386] | nop", "90"},
      {"cpu 8086 | x: times 130 nop | jz x", "90".repeat(130) + "7503e979ff"},
      // sections
      {"section .text | nop | section .data vstart=0x1000 | x: dw x, $$", "9000000000100010"},
      {"section .text | nop | section .data start=0x10 | x: dw x", "90" + "00".repeat(15) + "1000"},
      {
        "section .text | nop | section .a align=16 | section .b align=1 | db 1",
        "90" + "00".repeat(15) + "01"
      },
      {
        "section .data | x: dw x | section .z follows=.text align=1 | dw x",
        "0400" + "0000" + "0400"
      },
      {"absolute 0x100 | q: resw 2 | r: | section .text | dw q, r", "00010401"},
      {"section .text | jmp x | section .data | x: dw 1", "e90100" + "00" + "0100"},
      // registers and sizes beside each other
      {"o32 mov ds, eax | o16 mov ds, eax | mov ds, ax", "668ed88ed88ed8"},
      {
        "bits 32 | o16 mov ds, eax | bits 64 | o64 mov ds, rax | o16 mov ds, ax", "668ed88ed8668ed8"
      },
      {"movzx ax, [bx] | movsx cx, [bx]", "0fb6070fbe0f"},
      {"bits 64 | rdpid eax | rdpid rax", "f30fc7f8f30fc7f8"},
      {
        "bits 64 | jmp far [rax] | call far [rax] | jmp far dword [rax] | jmp far word [rax]",
        "48ff2848ff18ff2866ff28"
      },
      {
        "push long 5 | jmp 0x300:word (x) | jmp 0x300:dword x | x:",
        "666a05ea1000000366ea100000000003"
      },
      // numbers whose sign the field does not have
      {
        "bits 64 | push byte 0x80 | and rax, 0xffffffc0 | mov qword [rax], 0xffffffff",
        "6a804883e0c048c700ffffffff"
      },
      {"dd -(0xe85250d6 + 16) | dw -40000", "1aafad17c063"},
      // the whole field
      {
        "bits 32 | push strict 5 | add cx, strict 5 | jmp strict x | jz strict x | x:",
        "68050000006681c10500e9060000000f8400000000"
      },
      {
        "bits 64 | push strict 5 | add rcx, strict 5 | mov rax, strict 5",
        "68050000004881c10500000048b80500000000000000"
      },
      // addresses
      {
        "bits 32 | default rel | x: mov eax, [x] | mov ebx, [rel x] | bits 64 | mov eax, [x]",
        "a1000000008b1d000000008b05efffffff"
      },
      {"org 0x10000 | x: lgdt [cs:x] | mov si, x", "2e0f01160000be0000"},
      {
        "bits 32 | mov eax, [(esp+0)+((5-1)&7)*4] | mov eax, [4*(ecx+1)+ebx] |"
            + " mov eax, [((ecx)+1)*4+ebx-(3)]",
        "8b4424108b448b048b448b01"
      },
      {
        "%line 1+1 x.asm | .: | dw . | mov eax, gs:8 | mov dl, 4[bx] | mov ax, x | x:",
        "00006566a108008a5704b80d00"
      },
      {"x: | .loop cmp cl, 11 | jz .loop | y:", "80f90b74fb"},
      // AMD's
      {
        "vmrun | vmmcall | rep vmmcall | clzero eax | stgi | vmsave",
        "0f01d80f01d9f30f01d9670f01fc0f01dc0f01db"
      },
      {"bits 64 | invlpga eax, ecx | clzero rax | monitorx rax, ecx, edx", "670f01df0f01fc0f01fa"},
      // sections
      {"[section .text start=0x200] | x: dw x, $$", "00020002"},
      {"section .rodata: | db 1", "01"},
      {
        "org 3 | section .data | dd $ | align 16 | db 1",
        "00".repeat(13) + "10" + "000000" + "90".repeat(12) + "01"
      },
      {"org 3 | align 16 | db 1", "00".repeat(13) + "01"},
      {"org 3 | db 1 | section .data | dd $", "0104000000"},
      {"section .rodata start=0x10 | db 1 | section .data | db 2", "00".repeat(16) + "0100000002"},
      {
        "section .data | db 1 | section .rodata follows=.text | db 2 | section .a | db 3",
        "020000000300000001"
      },
      {"section .a follows=.b | db 1 | section .b | db 2", "0200000001"},
      {"section .a vfollows=.text valign=1 | dd $$ | section .text | db 1, 2", "0102000002000000"},
      {"section .bss | l: resb 3 | section .text | dw l", "0400"},
      {"section .a | db 1 | align 2 | db 2 | section .b | section .c align=1 | db 3", "0190020003"},
      {"x: nop | .end ret | .size mov al, 1 | .text nop", "90c3b00190"},
      {"section \".x\" | db 1", "01"},
    };
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("recorded")
  void bytes(String text, String bytes) {
    assertEquals(bytes, ours(text.replace(" | ", "\n")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("recorded")
  @DisplayName("the nasm that is installed agrees")
  void nasm(String text, String bytes) throws IOException {
    assumeTrue(Nasm.installed(), "nasm is not installed");
    assertEquals(bytes, HexFormat.of().formatHex(Nasm.program(text.replace(" | ", "\n"))));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      value = {
        "a equ b+1 | b equ a+1 ! x.asm:2:1: 'b' is made of itself: b needs a needs b",
        "x: times 1-(y-x) db 0 | y: ! x.asm:1:1: the value of 'y' changes from pass to pass without end: something depends on its own size",
        "section .a nowrite ! x.asm:1:12: a flat program's memory can be written and executed: leave noexec, nowrite and rdata out, or run the object file of nasm -f elf64",
        "section .a tls ! x.asm:1:12: the section attribute 'tls' has no meaning in a flat program: leave it out",
        "section .a start=16 | db 1 | section .a start=32 ! x.asm:3:12: start was 16 before: give the section one place",
        "section .a start=16 follows=.text ! x.asm:1:12: start and follows both say where the section is loaded: leave one out",
        "section .a vstart=16 vfollows=.text ! x.asm:1:12: vstart and vfollows both say where the section runs: leave one out",
        "section .a start=16 valign=16 ! x.asm:1:12: valign does not move a section that has a start: write vstart",
        "section .bss progbits ! x.asm:1:14: the section only reserves memory: give what has bytes another section",
        "section .a nobits | resb 1 | section .b | db 1 ! x.asm:1:1: nasm gives .a the addresses of .b: put it behind, or write vfollows=.b",
        "extern _GLOBAL_OFFSET_TABLE_ | x: dd _GLOBAL_OFFSET_TABLE_+$$-x ! x.asm:2:7: '_GLOBAL_OFFSET_TABLE_' is defined in another file: define it here, or run the object file of nasm -f elf64, with --call NAME",
        "section .text | dd 1 | section .b start=2 | db 1 ! x.asm:3:1: the sections .text and .b overlap",
        "nop | section .a start=0x8000000 | db 1 ! x.asm:2:1: the program has more than 64 MBytes",
        "section .bss | db 1 ! x.asm:2:1: this section only reserves memory: what is written there would be lost",
        "extern f | call f ! x.asm:2:6: 'f' is defined in another file: define it here, or run the object file of nasm -f elf64, with --call NAME",
        "incbin 'x' ! x.asm:1:8: incbin reads a file: assemble with nasm -f bin, and run the file that it writes, or write the bytes with db",
        "%macro m 0 ! x.asm:1:1: this is for NASM's preprocessor: assemble what it makes of the file (nasm -E FILE | vmxlab run -)",
        "%line 7+1 boot.asm | hlt nop ! boot.asm:7:5: HLT takes no operands, found 'nop'",
        "vmxof ! x.asm:1:1: 'vmxof' is no instruction; did you mean vmxoff?; a label ends with ':'",
        "vmmcall 5 ! x.asm:1:1: VMMCALL takes no operands",
        "vmrun ebx ! x.asm:1:1: VMRUN takes no operands, or the registers that it reads anyway",
        "mov eax, [rip+4] ! x.asm:1:11: RIP addresses memory in 64-bit code only",
        "mov al, 0x1ff ! x.asm:1:9: 511 (0x1ff) does not fit the other operand",
        "mov eax, [0x12345] ! x.asm:1:10: the address 0x12345 cannot be written in 16 bits",
        "in bx, dx ! x.asm:1:1: no form of IN takes these operands; it takes IN AX, DX; IN AL, DX; IN EAX, DX; IN AX, imm8; IN AL, imm8; IN EAX, imm8",
        "mov ds, 5 ! x.asm:1:1: no form of MOV takes these operands; it takes MOV r8, imm8; MOV r16, imm16; MOV r32, imm32; MOV r/m8, imm8; MOV r/m16, imm16; MOV r/m32, imm32; MOV Sreg, r/m16; ...",
        "movzx eax, ebx ! x.asm:1:1: no form of MOVZX takes these operands; it takes MOVZX r32, r/m8; MOVZX r32, r/m16; MOVZX r16, r/m8; MOVZX r16, r/m16",
        "dw seg x | x: ! x.asm:1:4: seg is for object files: a program that is assembled flat has no segments to name",
        "mov ax, $10 ! x.asm:1:9: '$10' is hexadecimal in NASM, decimal in AT&T syntax: write 0x10 or 10"
      })
  void refuses(String text, String message) {
    assertEquals(message, refusal(text.replace(" | ", "\n")));
  }

  @Test
  @DisplayName("a label alone on a line needs no colon, unless it looks like an instruction")
  void alone() {
    assertEquals("ebfe", ours("again\njmp again"));
    assertEquals("ebfe", ours("hl\njmp hl"));
  }

  @Test
  @DisplayName("a chain of 3,000 constants, each of which is made of the next, has nasm's value")
  void chain() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 3000; i++) {
      text.append("c").append(i).append(" equ c").append(i + 1).append("+1\n");
    }
    assertEquals("b90b", ours(text + "c3000 equ 1\ndw c0"));
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {"(", "-", "not ", "~", "!", "[", "5 dup (", "times 1 ", "1 ? 1 : ", "rep "})
  @DisplayName("what is nested without end is refused, not followed")
  void nested(String opening) {
    refusal("db " + opening.repeat(50_000) + "1\n");
    refusal("mov ax, " + opening.repeat(50_000) + "1\n");
    refusal(opening.repeat(50_000) + "nop\n");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "times 67108864 times 67108864 resb 0",
        "times 67108864 jmp x | x: nop",
        "1 mod 0",
        "rep 1",
        ": nop",
        "db 1 mod 0",
        "times 67108864 dq 0",
        "times 16777217 dd 0",
        "db 100 dup (100 dup (100 dup (100 dup (0))))",
        "x: times 1-(y-x) db 0 | y:"
      })
  @DisplayName("what is no program, too large or without end is refused soon")
  void refusedSoon(String text) {
    org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
        java.time.Duration.ofSeconds(20), () -> refusal(text.replace(" | ", "\n")));
  }

  @Test
  @DisplayName("64 MBytes can be had, and not more")
  void size() {
    Assembler assembler = new Assembler(TABLE, "x.asm", CodeMode.BITS16, 0, Map.of());
    assertEquals(1 << 26, assembler.assemble("times 67108864 nop").bytes().length);
    assertEquals(
        "x.asm:2:1: the program has more than 64 MBytes", refusal("times 67108864 nop\nnop"));
  }
}
