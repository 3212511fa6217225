package io.vmxlab.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** What a program must not notice of short ways to memory, however many there are. */
class ManyPagesTest {
  private final Machine machine = Machine.builder().memory(1L << 30).limit(2_000_000).build();

  private long rax(String text) {
    Run run = machine.run(Program.assembly(text));
    assertEquals(Outcome.Kind.COMPLETED, run.kind(), run.outcome().toString());
    return run.register("rax");
  }

  @Test
  void memory_that_was_never_written_reads_as_zero_until_it_is_written() {
    String text =
        """
            mov     rbx, 20000000h
            mov     rax, [rbx]
            add     rax, [rbx]          ; by a short way
            add     rax, [rbx + 1000h]
            add     rax, [rbx + 1000h]
            mov     qword [rbx + 1000h], 5
            add     rax, [rbx]          ; 0 still
            add     rax, [rbx + 1000h]
            mov     qword [rbx], 30h
            add     rax, [rbx]
            ret
        """;
    assertEquals(0x35, rax(text));
  }

  @Test
  void what_is_written_from_outside_is_read() {
    String text = "mov rbx, 20000000h\nmov rax, [rbx]\nadd rax, [rbx]\nret";
    assertEquals(0, rax(text));
    machine.writeLong(0x2000_0000, 7);
    assertEquals(14, rax(text));
  }

  /** 20,000 pages, each written and read twice, in a row and back. */
  @Test
  void every_page_keeps_what_was_written_to_it() {
    String text =
        """
            mov     rbx, 10000000h
            mov     ecx, 20000
        up: mov     [rbx], rcx
            add     rbx, 1000h
            dec     ecx
            jnz     up
            xor     eax, eax
            mov     ecx, 20000
        down:
            sub     rbx, 1000h
            add     rax, [rbx]
            add     [rbx], rcx
            sub     rax, [rbx]
            dec     ecx
            jnz     down
            neg     rax
            ret
        """;
    assertEquals(20_000L * 20_001 / 2, rax(text));
  }

  // SDM Vol. 3A "Operations that Invalidate TLBs and Paging-Structure Caches"
  @Test
  void a_large_page_that_is_mapped_elsewhere_among_many_others_is_forgotten_by_INVLPG() {
    String text =
        """
            mov     qword [abs 20200008h], 9
            mov     rbx, 10000000h
            mov     ecx, 20000
        up: mov     rax, [rbx]
            add     rbx, 1000h
            dec     ecx
            jnz     up
            mov     rax, [abs 20000008h]
            mov     qword [abs 13800h], 20200083h   ; the directory's entry of 20000000h
            invlpg  [abs 20000000h]
            mov     rax, [abs 20000008h]
            ret
        """;
    assertEquals(9, rax(text));
  }
}
