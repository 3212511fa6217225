package io.vmxlab.fuzz;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Dialect;
import io.vmxlab.explain.JsonText;
import io.vmxlab.explain.Sheet;
import io.vmxlab.explain.Style;
import io.vmxlab.lab.Listing;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Assembly text in a dialect, listed and run. */
final class AssemblyTarget extends RunTarget {
  private static final int LIMIT = 300;

  private static final String NASM =
      """
      bits 64
      org 0x100000
      count equ 3
      section .data align=16
      value: dq 1, -1, 'text', `esc\\n\\0`, 1.5e3
      times count db 0x90, 0b101, 0o17, $0ff
      section .bss
      room: resb 16
      section .text
      global start
      start: mov rax, [rel value + 8*rcx]
      .local: lock add dword [rbx+4*rsi-10h], strict byte 5
      jmp short .local
      %line 3+1 other.asm
      a16 rep movsb
      align 16
      jmp far [bx]
      dd (1 << 4) | ~3 & 7 ^ 2 - -1 // 2 %% 3, $ - $$
      hlt
      """;

  private static final String MASM =
      """
      .686p
      .model flat, stdcall
      .data
      value QWORD 1, 2 dup (3, 4 dup (?))
      text BYTE "text", 0
      rec STRUCT
      first DWORD ?
      rec ENDS
      .code
      start PROC
      mov eax, DWORD PTR [ebx + 4]
      lea esi, OFFSET value
      mov al, BYTE PTR text[1]
      .if eax == 1
      .endif
      ret
      start ENDP
      size1 = SIZEOF text
      size2 EQU 5 SHL 2
      invoke start, 1
      END start
      """;

  private static final String GAS =
      """
      .intel_syntax noprefix
      .text
      .globl start
      .type start, @function
      .set five, 5
      start: mov rax, qword ptr [rip + value]
      1: lea rbx, [rbx + 4*rcx + five]
      jmp 1b # comment
      /* a comment
         of two lines */
      .section .data, "aw", @progbits
      .balign 8
      value: .quad 1, 2
      .asciz "text\\n"
      .fill 3, 2, 1
      .rept 2
      .byte 1
      .endr
      .macro name a, b
      mov \\a, \\b
      .endm
      .if 1
      .endif
      """;

  private final Dialect dialect;

  AssemblyTarget(Dialect dialect) {
    super("assembly-" + dialect.name().toLowerCase(Locale.ROOT));
    this.dialect = dialect;
  }

  @Override
  public int smallRun() {
    return 40;
  }

  @Override
  public List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>(Seeds.texts(NASM, MASM, GAS));
    seeds.addAll(Seeds.folder("docs/examples", ".asm", 10));
    return seeds;
  }

  @Override
  public List<String> dictionary() {
    return Seeds.words(seeds());
  }

  @Override
  public int longest() {
    return 1 << 14;
  }

  @Override
  public String feed(byte[] input) {
    String text = FuzzTarget.text(input);
    Listing listing = Listing.assemble("input.asm", text, CodeMode.BITS64, 0x100000, dialect);
    Sheet sheet = new Sheet(Style.PLAIN);
    listing.text(sheet);
    String shown = sheet + JsonText.document("asm", 1, listing::json);
    if (shown.isEmpty()) {
      throw new IllegalStateException("nothing is shown");
    }
    Machine machine = Machine.builder().memory("16M").limit(LIMIT).build();
    return run(machine, Program.assembly("input.asm", text).dialect(dialect));
  }
}
