package io.vmxlab.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What is written of the blocks of a region")
class RegionPiecesTest extends AssembledGraph {
  @Test
  void end_where_the_nearest_block_begins_that_ends_alike() {
    graph(
        """
        first:
            inc     rax
            inc     rax
        second:
            inc     rbx
        third:
            inc     rcx
            jmp     first
        """,
        "third first second");
    assertSame(code.at("second"), piece("first").into());
    assertEquals(2, piece("first").count());
    assertEquals(2, piece("first").plain().size());
    assertSame(code.at("third"), piece("second").into());
    assertEquals(1, piece("second").count());
    isWhole("third");
    assertEquals(5, written(), "what they share counts once");
  }

  @Test
  void end_before_a_branch_that_is_a_block_itself() {
    graph(
        """
        first:
            inc     rax
            inc     rax
        last:
            jmp     first
        """,
        "first last");
    assertSame(code.at("last"), piece("first").into());
    assertEquals(2, piece("first").count());
    assertEquals(2, piece("first").plain().size());
    assertEquals(3, written());
  }

  @Test
  void end_before_the_last_instruction_of_a_page() {
    graph(
        """
            times   4094 nop
        first:
            nop
        last:
            nop
        """,
        "first last");
    assertSame(code.at("last"), piece("first").into());
    assertEquals(1, piece("first").count());
    assertEquals(1, piece("first").plain().size());
    assertEquals(2, written());
  }

  /** The second block begins within the first one's REX prefix and opcode. */
  @Test
  void are_whole_blocks_where_instructions_only_overlap() {
    graph(
        """
        first:
            db      48h
        second:
            inc     eax
            jmp     first
        """,
        "first second");
    isWhole("first");
    isWhole("second");
    assertEquals(4, written());
  }

  /** Else the way into the tail would have to be checked, where no block ends. */
  @Test
  void are_whole_blocks_if_the_horizon_may_move() {
    graph(
        """
        first:
            cpuid
        second:
            inc     rax
            jmp     first
        """,
        "first second");
    isWhole("first");
    assertEquals(5, written());
  }
}
