package io.vmxlab.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("How far a region goes without looking at the horizon")
class RegionAheadTest extends AssembledGraph {
  @Test
  void are_the_instructions_of_the_longest_way_that_is_not_checked() {
    graph(
        """
        entry:
            inc     rax
            jz      short_way
        long_way:
            inc     rbx
            inc     rbx
            inc     rbx
            jmp     end
        short_way:
            inc     rcx
            jmp     end
        end:
            inc     rdx
            jnz     entry
        """,
        "entry short_way long_way end");
    assertEquals(0, ahead("end"));
    assertEquals(2, ahead("short_way"));
    assertEquals(4, ahead("long_way"));
    assertEquals(6, ahead("entry"));
  }

  @Test
  void are_those_of_pieces_where_blocks_share_code() {
    graph(
        """
        first:
            inc     rax
            inc     rax
        second:
            inc     rbx
            jmp     end
        end:
            jmp     end
        """,
        "first second end");
    assertEquals(0, ahead("end"));
    assertEquals(2, ahead("second"));
    assertEquals(4, ahead("first"));
  }

  @Test
  void are_none_beyond_what_may_move_the_horizon() {
    graph(
        "entry: inc rax\njmp moves\nmoves: inc rcx\nrdtsc\njmp end\nend: jmp end",
        "entry moves end");
    assertEquals(0, ahead("end"));
    assertEquals(0, ahead("moves"));
    assertEquals(2, ahead("entry"));
  }

  /** Without a checked way in the loop that the entry does not lead to, there is no end of it. */
  @Test
  void are_found_for_a_loop_behind_an_indirect_call() {
    graph("entry: call rax\nagain: dec rcx\njnz again\nend: ret", "entry again end");
    assertEquals(0, ahead("entry"));
    assertEquals(2, ahead("again"));
    assertEquals(0, ahead("end"));
  }
}
