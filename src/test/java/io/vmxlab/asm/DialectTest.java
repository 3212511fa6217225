package io.vmxlab.asm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Dialect;
import io.vmxlab.isa.InstructionTable;
import io.vmxlab.isa.TableTest;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** MASM's and GAS's spellings: what means the same is accepted, what does not is refused. */
class DialectTest {
  private static final InstructionTable TABLE = InstructionTable.of(TableTest.rows());

  private static Assembly assemble(String text, Dialect dialect) {
    return new Assembler(TABLE, "x.asm", CodeMode.BITS64, 0x1000, Map.of(), dialect)
        .assemble(text.replace(" | ", "\n"));
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(assemble(text, Dialect.BY_TEXT).bytes());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      value = {
        "mov eax, DWORD PTR [rbx] ! mov eax, dword [rbx]",
        "mov eax, [rbx]+8 ! mov eax, [rbx+8]",
        "mov eax, 8[rbx] ! mov eax, [rbx+8]",
        "mov eax, [rbx][rcx*2] ! mov eax, [rbx+rcx*2]",
        "mov rax, fs:[0] ! mov rax, [fs:0]",
        "mov rax, QWORD PTR fs:40 ! mov rax, [fs:40]",
        "x: nop | mov eax, x[rbx*4] ! x: nop | mov eax, [x+rbx*4]",
        "x: nop | mov eax, DWORD PTR x ! x: nop | mov eax, [x]",
        "x: nop | mov eax, DWORD PTR x[rip] ! x: nop | mov eax, [rel x]",
        "x: nop | lea rax, [rip+x] ! x: nop | lea rax, [rel x]",
        "mov eax, DWORD PTR [0x20] ! mov eax, [0x20]",
        "x: nop | lea rax, x ! x: nop | lea rax, [x]",
        "x: nop | mov edi, OFFSET FLAT:x ! x: nop | mov edi, x",
        "mov eax, 1 shl 13 or 1 ! mov eax, 1<<13|1",
        "mov eax, 7 mod 4 and not 2 ! mov eax, 1",
        "dd 2 dup (5, ?) | dw 3 dup (2 dup (1)) ! dd 5, 0, 5, 0 | times 6 dw 1",
        "x DWORD 5 | y BYTE 'ab', 0 ! dd 5 | db 'ab', 0",
        "f proc | ret | f endp | end ! ret",
        "@@: jmp @b | jmp @f | @@: nop ! a: jmp a | jmp b | b: nop",
        "1: jmp 1b | jmp 1f | 1: nop ! a: jmp a | jmp b | b: nop",
        ".data | x dd 5 | .code | mov eax, [x] ! mov eax, [x] | db 0 | x: dd 5",
        "_DATA segment | x dd 5 | _DATA ends | _TEXT segment | mov eax, [x] | _TEXT ends ! mov eax, [x] | db 0 | x: dd 5",
        ".intel_syntax noprefix | .globl f | .text | f: ret # comment ! ret",
        ".byte 1, 'a' | .word 2 | .long 3 | .quad 4 ! db 1, 'a' | dw 2 | dd 3 | dq 4",
        ".set n, 5 | m = 6 | mov eax, n+m ! mov eax, 11",
        "nop | .p2align 2 | nop ! nop | align 4 | nop",
        ".comm buffer, 8, 8 | mov rax, [buffer] ! mov rax, [$$+8] | dq 0",
        "x: nop | jmp [QWORD PTR x[0+rdi*8]] ! x: nop | jmp [x+rdi*8]",
        "movsx rdi, edi ! movsxd rdi, edi",
        ".globl f | f: int 3 | ret ! int3 | ret",
        "int 3 | jmp f | .globl f | f: int 03h ! int3 | jmp f | f: int3",
        ".code | n = 3 | int n | int 4 ! int3 | int 4",
        "section .text | int 3 | ret ! db 0xcd, 3 | ret",
        "bits 32 | aam | aad | aam 10 ! db 0xd4, 10, 0xd5, 10, 0xd4, 10",
        "movabs rax, 5 ! mov rax, strict qword 5",
        "notrack jmp rax | ENDBR64 ! db 3eh | jmp rax | endbr64",
        "ret /* to the caller */ ! ret",
        ".intel_syntax noprefix | /* first line |    second line */ | .text | ret ! ret",
        ".text | mov eax, 1 // a comment | # 7 \"boot.S\" | ret ! mov eax, 1 | ret",
        ".pushsection .data | .long 7 | .popsection | .text | ret ! ret | times 3 db 0 | dd 7",
        ".globl f | .section .note.GNU-stack | .long 1 | .section .boot, \"ax\" | ret ! ret",
        ".globl f | .fill 3, 2, 0x102 | .float 1.5 ! dw 102h, 102h, 102h | dd 1.5",
        "PUBLIC f | .code _text | f PROC PUBLIC | mov rax, cr4 | ret | f ENDP | END ! mov rax, cr4 | ret",
        ".code | f proc | ret | f endp | mov rax, f ! f: ret | mov rax, f",
        ".code | f proc | x: jmp x | f endp | g proc | x: jmp x | g endp ! a: jmp a | b: jmp b",
        "two MACRO r:req, n:=<5> | LOCAL at | at: mov r, n | jmp at | ENDM | .code | two eax | two ecx, 6 ! a: mov eax, 5 | jmp a | b: mov ecx, 6 | jmp b",
        ".686p | .model flat, stdcall | .code | pop eax | inc eax ! bits 32 | pop eax | inc eax",
        "h segment readonly align(16) read execute nopage | .pushframe | ret | h ends ! ret",
        "t segment page 'CODE' | f proto :qword | ret | t ends ! ret",
        "COMMENT @ anything | mov nothing @ | .code | fadd st(0), st(1) | ret ! fadd st0, st1 | ret"
      })
  void meansTheSame(String other, String nasm) {
    assertEquals(hex(nasm), hex(other));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      value = {
        "x dd 5 | mov eax, x ! 2:10: 'x' is what the variable holds in MASM, its address in NASM: write [x] for what it holds, offset x for its address",
        "x: dd 5 | mov eax, x | mov ecx, dword ptr [x] ! 2:10: 'x' is what the variable holds in MASM, its address in NASM: write [x] for what it holds, offset x for its address",
        "x: .long 5 | mov eax, x+1 ! 2:10: 'x+1' is what the variable holds in GAS, its address in NASM: write [x+1] for what it holds, offset x+1 for its address",
        ".code | x dq 5 | call x ! 3:6: 'x' is where the branch goes in NASM, the variable that says where in MASM: write [x] to go where the variable says, or a label with ':' to go there",
        ".code | mov eax, [5] ! 2:10: [5] is the number in MASM, memory in NASM: write ds:[5] or 5",
        ".code | mov eax, 'ab' ! 2:10: characters of a number stand in opposite orders in NASM and MASM: write them with db, or the number",
        ".globl x | mov eax, 010 ! 2:10: '010' is octal in GAS, decimal in NASM: write it as 0x or without 0",
        ".globl x | mov eax, 1<<2+1 ! 2:10: these operators bind in another order in GAS than in NASM: write parentheses",
        ".globl x | mov eax, -6/2 ! 2:13: a negative number is divided with sign in GAS and MASM, without in NASM",
        ".globl x | nop ; nop ! 2:6: ';' separates statements in GAS, begins a comment in NASM and MASM: give the statement a line of its own, or begin the comment with #",
        ".globl x | mov eax, n | .set n, 5 ! 2:10: the constant 'n' must stand above its use in GAS",
        "mov $5, %eax ! 1:5: this is AT&T syntax: write Intel syntax, destination first, without % and $ (mov eax, 5; gcc -S -masm=intel prints it), or run the object file of gcc -c, with --call NAME",
        "movl eax, 5 ! 1:1: 'movl' is no instruction; AT&T syntax writes the size so: write mov, Intel syntax",
        ".att_syntax ! 1:12: AT&T syntax is not supported: write .intel_syntax noprefix, or run the object file of gcc -c, with --call NAME",
        "movv eax, 1 ! 1:1: 'movv' is no instruction; did you mean mov?",
        "vmxof nop ! 1:1: 'vmxof' is no instruction; did you mean vmxoff?",
        ".rept 5 ! 1:1: '.rept' is done by GNU as: run the object file of gcc -c, with --call NAME",
        ".globl f | .else ! 2:1: '.else' is done by GNU as: run the object file of gcc -c, with --call NAME",
        ".globl f | .nonsense 5 ! 2:1: '.nonsense' is no directive that is supported; if GNU as knows it, run the object file of gcc -c, with --call NAME; a label ends with ':'",
        "pop eax ! 1:1: POP with these operands exists only outside 64-bit code (--mode 32, or bits 32 in the text); it takes POP r16; POP r64; POP r/m16; POP r/m64; POP FS; POP GS",
        ".model small ! 1:8: a segmented memory model is not supported: write .model flat, or leave it out and say --mode 16",
        "a equ [esp+4] ! 1:7: an equ that stands for text is not supported: write what it stands for where it is used",
        "%define x 5 ! 1:1: this is for NASM's preprocessor: assemble what it makes of the file (nasm -E FILE | vmxlab run -)",
        "x equ x+1 ! 1:7: symbol 'x' is not defined",
        "x = x ! 1:5: symbol 'x' is not defined",
        ".p2align 64 ! 1:10: an alignment is a power of two up to 1048576",
        "section ! 1:8: expected the name of a section, found the end of the line",
        ".code | if 1 | nop ! 2:4: conditional assembly is not supported: keep the lines that are meant, without the condition",
        ".code | f proc uses rbx ! 2:8: a procedure with saved registers or parameters is not supported: write the pushes, and take parameters from registers",
        ".code | extern h:proc | call h ! 3:6: 'h' is defined in another file: define it here, or run the object file of uasm -elf64, with --call NAME",
        "s struct ! 1:3: structures are not supported: give each member's offset a name (x equ 8)",
        "m macro | m | endm | .code | m ! 5:1: macros are nested more than 20 deep",
        "m macro | nop ! 1:1: this macro does not end: endm is missing",
        "#include <x.h> ! 1:1: #include is for C's preprocessor: assemble what it makes of the file (gcc -E -P FILE.S | vmxlab run -), or the object file of gcc -c FILE.S",
        "nop | /* open ! 2:1: this comment does not end: */ is missing",
        ".globl f | .section .boot ! 2:10: GAS gives .boot no flags, so that it is not loaded: write .section .boot, \"ax\"",
        ".globl f | call g ! 2:6: symbol 'g' is not defined; if another file has it, run the object file of gcc -c, with --call NAME",
        "mov eax, [rip+rax] ! 1:15: RIP stands alone: [rip+symbol] or [rip+number]"
      })
  void refuses(String text, String message) {
    AssemblyException e =
        assertThrows(AssemblyException.class, () -> assemble(text, Dialect.BY_TEXT));
    assertEquals("x.asm:" + message, e.mistakes().get(0).toString());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '!',
      value = {
        "msg: db 1 | mov esi, msg", "section .data | msg db 1 | section .text | mov esi, msg",
        "msg db 1 | times 2 nop | mov esi, msg", "msg db 1 | mov esi, offset msg",
        "bits 64 | msg db 1 | mov esi, msg"
      })
  @DisplayName("NASM's commonest idiom stays as it is where the text is NASM's")
  void nasm(String text) {
    String code = hex(text);
    assertEquals(true, code.contains("be"), code);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mov 8(%rdi), %rax",
        "mov f(%rip), %rax",
        "mov (%rsp), %rsi",
        "lea -8(%rbp), %rcx",
        "lea (%rax,%rbx,2), %rcx",
        "mov %fs:0, %rax",
        "call *%rax",
        "call *f",
        "jmp *f(,%rax,8)",
        "ljmp $8, $f",
        "lcall *(%rax)",
        "lret",
        "lretq",
        "movzbl %al, %eax",
        "movslq %eax, %rax",
        "movl $f, %eax",
        "push $5"
      })
  @DisplayName("AT&T syntax is called by its name")
  void atAndT(String statement) {
    String said =
        assertThrows(
                AssemblyException.class,
                () -> assemble(".globl f | f: nop | " + statement, Dialect.BY_TEXT))
            .mistakes()
            .get(0)
            .message();
    assertTrue(said.contains("AT&T syntax"), said);
  }

  @Test
  @DisplayName("a percent sign is NASM's remainder, and free in strings")
  void percent() {
    assertEquals("b801000000", hex("mov eax, 7 % 3"));
    assertEquals("6a25", hex("bits 64 | push byte '%'"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      value = {
        ".global \"a b\" ! without them",
        "\"a b\": nop ! without them",
        "GLOBAL(f) ! gcc -E",
        "ENTRY(f) ! gcc -E",
        "UNWIND_HINT_EMPTY ! gcc -E"
      })
  @DisplayName("what is left of other languages is refused with the way out")
  void wayOut(String statement, String way) {
    String said =
        assertThrows(
                AssemblyException.class,
                () -> assemble(".globl f | f: ret | " + statement, Dialect.BY_TEXT))
            .mistakes()
            .get(0)
            .message();
    assertTrue(said.contains(way), said);
  }

  @Test
  @DisplayName("GAS's strings know C's escapes")
  void strings() {
    assertEquals("095c6200", hex(".ascii \"\\t\\\\\" | .asciz \"b\""));
  }

  @Test
  @DisplayName("a chosen dialect decides without words in the text")
  void chosen() {
    String text = "x dd 5 | mov eax, x";
    assertEquals(
        "05000000b800100000", HexFormat.of().formatHex(assemble(text, Dialect.NASM).bytes()));
    assertThrows(AssemblyException.class, () -> assemble("x: dd 5 | mov eax, x", Dialect.MASM));
    assertThrows(AssemblyException.class, () -> assemble("x: dd 5 | mov eax, x", Dialect.GAS));
  }

  @Test
  @DisplayName("the program begins where END says, at a global _start, or with the first byte")
  void entry() {
    assertEquals(
        0x1001,
        assemble("f proc | ret | f endp | g proc | ret | g endp | end g", Dialect.BY_TEXT).entry());
    assertEquals(0x1001, assemble("global _start | nop | _start: ret", Dialect.BY_TEXT).entry());
    assertEquals(0x1000, assemble("nop | _start: ret", Dialect.BY_TEXT).entry());
  }
}
