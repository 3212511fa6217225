package io.vmxlab.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vmxlab.machine.EngineChoice;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Outcome;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A loop that has run long enough for its instructions to be executed several at a time ends by a
 * fault as by that of a single operation, which is where a region leaves it: what stands before the
 * instruction is done, nothing else.
 */
@DisplayName("A fault in a sequence of instructions")
class SequencesTest {
  private static final String[] REGISTERS = {
    "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "rip", "rflags"
  };

  /** Goes round until RSI points where there is no page. */
  private static final String LOOP =
      """
          mov     ecx, 40000
          mov     esi, 200000h
          mov     r10, 00007FFFFFFFF000h
          mov     qword [rsi], 5
          mov     rbp, rsp
      again:
          mov     rsp, rbp
          add     rbx, rcx
          cmp     ecx, 1
          cmove   rsi, r10
          %s
      on:
          adc     r9, rbx
          xor     edx, ecx
          dec     ecx
          jnz     again
          ret
      """;

  private static Run run(String instructions, EngineChoice engine) {
    Machine machine = Machine.builder().engine(engine).limit(1_000_000).build();
    return machine.run(Program.assembly(LOOP.formatted(instructions)));
  }

  @ParameterizedTest
  @DisplayName("leaves what the instruction leaves alone")
  @ValueSource(
      strings = {
        "mov rax, [rsi]",
        "mov [rsi], rax",
        "inc rax\nmov [rsi + 8], ah\ninc rax",
        "add rax, rcx\nadd [rsi + 16], rax\nsub rax, rdx",
        "sub rax, [rsi]\nrol rax, 3",
        "add al, cl\ncmp byte [rsi], 4\nsetc dl",
        "cmp rax, rdx\ncmovb rax, [rsi]",
        "or edx, 1\npush qword [rsi]\npop rax",
        "lea rsp, [rsi + 64]\nand rax, rcx\npush rax\npop rdx",
        "lea rsp, [rsi]\nadd rax, 1\npop rsp\nadd rsp, 8",
        "lea rsp, [rsi + 8]\nxor eax, ecx\ncall on",
        "lea r8, [rel on]\nlea rax, [rbp - 64]\nmov [rax], r8\ncmp ecx, 1\ncmove rax, rsi\n"
            + "sub r8, r9\njmp qword [rax]",
      })
  void leaves_what_the_instruction_leaves_alone(String instructions) {
    Run sequences = run(instructions, EngineChoice.INTERPRETER);
    Run alone = run(instructions, EngineChoice.TRANSLATOR);
    assertEquals(Outcome.Kind.FAULT, alone.kind(), alone.outcome().toString());
    assertEquals(alone.kind(), sequences.kind(), sequences.outcome().toString());
    assertEquals(alone.instructions(), sequences.instructions());
    for (String register : REGISTERS) {
      assertEquals(alone.register(register), sequences.register(register), register);
    }
  }
}
