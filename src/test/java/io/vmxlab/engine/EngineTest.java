package io.vmxlab.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Outcome;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import io.vmxlab.machine.RunListener;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What must not be seen of decoded blocks: that code is decoded once and goes on directly. */
class EngineTest {
  private static Run run(String assembly) {
    return Machine.create().run(Program.assembly(assembly));
  }

  private static long rax(String assembly) {
    Run run = run(assembly);
    assertEquals(Outcome.Kind.COMPLETED, run.kind(), run.outcome().toString());
    return run.register("rax");
  }

  // SDM Vol. 3A "Self-Modifying Code"
  @Test
  void a_write_into_the_running_block_counts_from_the_next_instruction_on() {
    assertEquals(
        2, rax("mov byte [rel change + 1], 2\nchange: mov eax, 1\nret"), "the new immediate");
  }

  @Test
  void a_loop_that_rewrites_itself_sees_every_rewriting() {
    String sum =
        """
            xor     eax, eax
            mov     ecx, 10
        again:
            mov     [rel add + 1], cl
        add:
            add     eax, 0x0FFFFF00
            sub     eax, 0x0FFFFF00
            dec     ecx
            jnz     again
            ret
        """;
    assertEquals(55, rax(sum));
  }

  @Test
  void a_rewritten_function_in_another_page_is_decoded_anew() {
    String calls =
        """
            call    far_away
            mov     ebx, eax
            mov     byte [rel far_away + 1], 9
            call    far_away
            shl     ebx, 4
            or      eax, ebx
            ret
            align   4096
        far_away:
            mov     eax, 3
            ret
        """;
    assertEquals(0x39, rax(calls));
  }

  @Test
  void a_repeated_string_instruction_may_overwrite_the_code_behind_it() {
    String fill =
        """
            lea     rdi, [rel behind]
            mov     ecx, 4
            mov     al, 0x90
            rep stosb
        behind:
            ud2
            ud2
            mov     eax, 5
            ret
        """;
    assertEquals(5, rax(fill));
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 1", "4096, 1", "4097, 2", "8192, 2", "8193, 3"})
  void a_repeated_string_instruction_counts_once_for_every_4096_iterations(int times, int count) {
    Run run = run("mov ecx, %d\nmov edi, 200000h\nrep stosb".formatted(times));
    assertEquals(2 + count, run.instructions());
  }

  @Test
  void data_beside_code_in_one_page_does_not_drop_the_code() {
    String count =
        """
            mov     ecx, 100000
        again:
            inc     dword [rel counter]
            loop    again
            mov     eax, [rel counter]
            ret
            align   64
        counter:
            dd      0
        """;
    assertEquals(100_000, rax(count));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
  void an_instruction_may_cross_a_page(int before) {
    String crossing =
        """
            mov     ecx, 3
            xor     eax, eax
            jmp     again
            times   4096 - %d - ($ - $$) nop
        again:
            add     rax, qword 0x01020304
            dec     ecx
            jnz     again
            ret
        """;
    assertEquals(3 * 0x01020304L, rax(crossing.formatted(before)));
  }

  @Test
  void a_page_that_is_mapped_elsewhere_brings_other_code() {
    // The machine maps memory one to one with large pages; 200000H gets the frame of 400000H.
    String remap =
        """
            mov     dword [0x200000], 0xC301B0
            mov     dword [0x400000], 0xC302B0
            xor     eax, eax
            call    there
            mov     ebx, eax
            mov     rdi, cr3
            mov     rdi, [rdi]
            and     rdi, -4096
            mov     rdi, [rdi]
            test    dil, 0x80
            jnz     refuse
            and     rdi, -4096
            mov     rax, [rdi + 16]
            mov     [rdi + 8], rax
            xor     eax, eax
            call    there
            shl     ebx, 8
            mov     bl, al
            invlpg  [0x200000]
            xor     eax, eax
            call    there
            shl     ebx, 8
            or      eax, ebx
            ret
        there:
            mov     edx, 0x200000
            jmp     rdx
        refuse:
            ud2
        """;
    // stale until INVLPG: 1, 1, 2
    assertEquals(
        0x010102,
        Machine.builder().cpu("penryn").build().run(Program.assembly(remap)).register("rax"));
  }

  static Stream<Arguments> limits() {
    return Stream.of(1, 2, 63, 64, 65, 127, 128, 129, 1000).map(n -> arguments(n));
  }

  @ParameterizedTest
  @MethodSource("limits")
  void a_limit_is_met_to_the_instruction(int limit) {
    Run run =
        Machine.builder().limit(limit).build().run(Program.assembly("again: inc rax\njmp again"));
    assertEquals(Outcome.Kind.LIMIT, run.kind());
    assertEquals(limit, run.instructions());
    assertEquals((limit + 1) / 2, run.register("rax"));
  }

  @Test
  void a_fault_in_the_middle_of_a_block_counts_what_was_before_it() {
    Run run = run("inc rax\ninc rax\ninc rax\nud2\ninc rax");
    assertEquals(Outcome.Kind.FAULT, run.kind());
    assertEquals(3, run.instructions());
    assertEquals(3, run.register("rax"));
  }

  @Test
  void the_time_stamp_is_exact_within_a_block() {
    // virtual time is the number of retired instructions: 3 stand between the readings
    assertEquals(4, rax("rdtsc\nmov ebx, eax\nnop\nnop\nrdtsc\nsub eax, ebx\nret"));
  }

  @Test
  void a_comparison_of_strings_sets_flags_whatever_stands_before_it() {
    String text =
        """
            mov     esi, 200000h
            mov     edi, 300000h
            mov     byte [rdi], 1
            xor     eax, eax
            out     80h, al
            cmpsb
            setc    al
            ret
        """;
    assertEquals(1, rax(text));
  }

  /** Iterations that are cut off by the write do not count again. */
  @Test
  void a_repeated_string_instruction_over_its_own_code_counts_alike_for_a_watcher() {
    String text =
        """
            mov     ecx, 5000
            lea     rdi, [rel again - 900]
            mov     al, 0xF4
        again:
            rep     stosb
            ret
        """;
    Run run = run("times 1000 nop\n" + text);
    Machine watched = Machine.create();
    watched.listener(
        new RunListener() {
          @Override
          public boolean wantsSteps() {
            return true;
          }
        });
    Run other = watched.run(Program.assembly("times 1000 nop\n" + text));
    assertEquals(run.outcome().kind(), other.outcome().kind());
    assertEquals(run.instructions(), other.instructions());
    assertEquals(run.register("rcx"), other.register("rcx"));
  }
}
