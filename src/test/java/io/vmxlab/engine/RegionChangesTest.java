package io.vmxlab.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vmxlab.arch.Gpr;
import java.util.BitSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What a region may have changed before a block")
class RegionChangesTest extends AssembledGraph {
  private void before(String label, boolean flags, int... registers) {
    BitSet expected = new BitSet();
    for (int register : registers) {
      expected.set(register);
    }
    assertEquals(new Changes(expected, flags), graph.before(code.at(label)), label);
  }

  @Test
  void a_block_is_what_those_on_the_way_to_it_change() {
    graph(
        """
        entry:
            mov     rbx, rcx
            jz      flags
        flags:
            cmp     rsi, rdi
            mov     bh, 1
            jz      end
        stack:
            push    rax
            bswap   rdx
            lea     r9, [rsi + 1]
            mov     [rsi], r10
            jz      end
        end:
            ret
        """,
        "entry flags stack end");
    before("entry", false);
    before("flags", false, Gpr.RBX);
    before("stack", true, Gpr.RBX);
    before("end", true, Gpr.RBX, Gpr.RSP, Gpr.RDX, Gpr.R9);
  }

  @Test
  void a_loop_is_also_what_the_loop_changes() {
    graph(
        """
        entry:
            mov     rbx, rcx
            jz      again
        again:
            mov     r8, rbx
            jz      on
        on:
            mov     r9, rbx
            dec     rcx
            jnz     again
        """,
        "entry again on");
    before("entry", false);
    before("again", true, Gpr.RBX, Gpr.R8, Gpr.R9, Gpr.RCX);
    before("on", true, Gpr.RBX, Gpr.R8, Gpr.R9, Gpr.RCX);
  }

  /** What is written for the first block ends where the second begins. */
  @Test
  void a_shared_tail_is_what_the_rest_of_the_block_changes() {
    graph(
        """
        first:
            mov     rbx, rsi
        second:
            mov     rdx, rsi
            call    third
        third:
            ret
        """,
        "first second third");
    before("first", false);
    before("second", false, Gpr.RBX);
    before("third", false, Gpr.RBX, Gpr.RDX, Gpr.RSP);
  }
}
