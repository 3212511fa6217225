package io.vmxlab.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The ways between the blocks of a region")
class RegionWaysTest extends AssembledGraph {
  /** No way round is left without the checked ways, or the region could go on for ever. */
  private void everyWayRoundIsChecked() {
    for (Block block : blocks) {
      assertFalse(isReached(block, block, new HashSet<>()), "at " + Long.toHexString(block.rip));
    }
  }

  private boolean isReached(Block wanted, Block from, Set<Block> seen) {
    for (Block next : next(from)) {
      boolean passes = graph.piece(from).into() != null || !graph.isChecked(from, next);
      if (passes && (next == wanted || seen.add(next) && isReached(wanted, next, seen))) {
        return true;
      }
    }
    return false;
  }

  private List<Block> next(Block block) {
    List<Block> next = new ArrayList<>();
    if (graph.piece(block).into() != null) {
      next.add(graph.piece(block).into());
    } else if (block.exit() instanceof Branch branch) {
      next.add(graph.at(branch.target()));
      next.add(graph.at(branch.following()));
    } else if (block.exit() instanceof Indirect branch) {
      next.addAll(graph.targets(branch));
    }
    next.removeIf(b -> b == null);
    return next;
  }

  @Test
  void forward_are_not_checked() {
    graph(
        """
        entry:
            test    rax, rax
            jz      other
        on:
            mov     rbx, [rsi]
            push    rbx
            jmp     end
        other:
            inc     rcx
            call    end
        end:
            pop     rdx
            ret
        """,
        "entry on other end");
    assertFalse(isChecked("entry", "on"));
    assertFalse(isChecked("entry", "other"));
    assertFalse(isChecked("on", "end"));
    assertFalse(isChecked("other", "end"));
  }

  /** Behind a jump stands something else, and where a block only ends it has no target. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "entry: inc rax\njmp other\non: inc rbx\njmp other\nother: ret",
        "entry: inc rax\njmp other\non: jz entry\njz other\nother: ret",
        "entry: times 64 nop\non: ret\nother: ret"
      })
  void are_none_that_nothing_takes(String assembly) {
    graph(assembly, "entry on other");
    assertEquals(code.at("entry").count, ahead("entry"));
    assertFalse(isChecked("entry", "entry"));
    assertFalse(isChecked("on", "entry"));
  }

  @Test
  void of_a_block_to_itself_are_checked() {
    graph("again: dec rcx\njnz again\nend: ret", "again end");
    assertTrue(isChecked("again", "again"));
    assertFalse(isChecked("again", "end"));
  }

  @Test
  void back_in_nested_loops_are_checked_and_those_forward_are_not() {
    graph(
        """
        outer:
            mov     rcx, 3
            jmp     inner
        inner:
            add     rax, rcx
            jz      skip
        odd:
            inc     rbx
            jmp     skip
        skip:
            dec     rcx
            jnz     inner
        behind:
            dec     rdx
            jnz     outer
        """,
        "outer inner odd skip behind");
    everyWayRoundIsChecked();
    assertTrue(isChecked("skip", "inner"));
    assertTrue(isChecked("behind", "outer"));
    assertFalse(isChecked("outer", "inner"));
    assertFalse(isChecked("inner", "odd"));
    assertFalse(isChecked("inner", "skip"));
    assertFalse(isChecked("odd", "skip"));
    assertFalse(isChecked("skip", "behind"));
  }

  /** The entry does not lead to the loop, since nothing returns in the region. */
  @Test
  void round_behind_an_indirect_call_are_checked() {
    graph(
        """
        entry:
            call    rax
        again:
            dec     rcx
            jz      again
        other:
            dec     rdx
            jnz     again
        """,
        "entry again other");
    everyWayRoundIsChecked();
    assertTrue(isChecked("again", "again"));
    assertTrue(isChecked("other", "again"));
  }

  @Test
  void round_by_a_call_and_its_return_are_checked() {
    graph(
        """
        entry:
            call    function
        behind:
            dec     rcx
            jnz     entry
        end:
            jmp     end
        function:
            inc     rax
            ret
        """,
        "entry function behind");
    everyWayRoundIsChecked();
    assertTrue(isChecked("behind", "entry"));
    assertFalse(isChecked("function", "behind"));
  }

  @Test
  void round_by_where_an_indirect_jump_went_are_checked() {
    code =
        new AssembledBlocks(
            """
            entry:
                inc     rax
                jmp     next
            next:
                inc     rbx
                jmp     rdx
            """);
    code.went("next", "entry");
    graph("entry next");
    everyWayRoundIsChecked();
    assertTrue(isChecked("next", "entry"));
  }

  /** The way back is within a block's code, so those that lead to the block are checked. */
  @ParameterizedTest(name = "entered at {0}")
  @ValueSource(strings = {"first second third", "second first third", "third first second"})
  void round_by_a_shared_tail_are_checked_where_a_block_ends(String labels) {
    graph(
        """
        first:
            inc     rax
        second:
            inc     rbx
        third:
            inc     rcx
            jmp     first
        """,
        labels);
    everyWayRoundIsChecked();
    assertTrue(isChecked("third", "first"));
    assertFalse(isChecked("first", "second"));
    assertFalse(isChecked("second", "third"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "in al, 80h",
        "in eax, dx",
        "cpuid",
        "rdmsr",
        "rdtsc",
        "movaps xmm1, [rsi]",
        "mov rax, cr3",
        "inc rax\nrdtsc\ninc rax"
      })
  void are_checked_behind_what_may_move_the_horizon(String moves) {
    graph(
        "entry: %s\ntest rax, rax\njz other\non: inc rbx\njmp other\nother: ret".formatted(moves),
        "entry on other");
    assertTrue(isChecked("entry", "on"));
    assertTrue(isChecked("entry", "other"));
    assertFalse(isChecked("on", "other"));
  }

  /** LOOP and JRCXZ are branches that get all of the processor. */
  @Test
  void are_checked_behind_a_branch_that_may_move_the_horizon() {
    graph("entry: inc rax\njrcxz other\non: inc rbx\njmp other\nother: ret", "entry on other");
    assertTrue(isChecked("entry", "on"));
    assertTrue(isChecked("entry", "other"));
    assertFalse(isChecked("on", "other"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mov rax, [fs:rsi]",
        "lock add [rsi], rbx",
        "push rax\npop rbx",
        "popcnt rbx, [rsi]",
        "cmovz rax, [rsi]",
        "setz [rsi]",
        "lea rax, [rsi + 8 * rcx]"
      })
  void are_not_checked_behind_what_computes_and_accesses_memory(String computes) {
    graph("entry: %s\njz other\nother: ret".formatted(computes), "entry other");
    assertFalse(isChecked("entry", "other"));
  }

  /** They are the same as of blocks of the usual length, but a block is short to end exactly. */
  @Test
  void of_short_blocks_are_all_checked() {
    code =
        new AssembledBlocks(
            "entry: inc rax\njz other\non: inc rbx\njmp other\nother: ret",
            Translator.MAX_BLOCK - 1);
    graph("entry on other");
    assertTrue(isChecked("entry", "on"));
    assertTrue(isChecked("entry", "other"));
    assertTrue(isChecked("on", "other"));
  }
}
