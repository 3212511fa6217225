package io.vmxlab.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.Gpr;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The blocks of a region")
class RegionGraphTest {
  private AssembledBlocks code;
  private List<Block> blocks;
  private RegionGraph graph;

  /** Takes the blocks at the labels, the first of which is entered. */
  private void graph(String assembly, String labels) {
    code = new AssembledBlocks(assembly);
    graph(labels);
  }

  private void graph(String labels) {
    blocks = code.all(labels);
    graph = new RegionGraph(BlockCode.of(blocks));
  }

  private RegionGraph.Piece piece(String label) {
    return graph.piece(code.at(label));
  }

  /** Instructions of all pieces. */
  private int written() {
    return blocks.stream().mapToInt(b -> graph.piece(b).count()).sum();
  }

  private void isWhole(String label) {
    assertNull(piece(label).into(), label);
    assertEquals(code.at(label).count, piece(label).count(), label);
  }

  private boolean isChecked(String from, String to) {
    return graph.isChecked(code.at(from), code.at(to));
  }

  private int ahead(String label) {
    return graph.ahead(code.at(label));
  }

  @Nested
  class Pieces {
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

  @Nested
  class Ways {
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

  @Nested
  class Ahead {
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

  @Nested
  class Before {
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

  @Nested
  class Targets {
    private static final String CALLS =
        """
        entry:
            call    near_function
        behind_one:
            call    rbx
        behind_two:
            inc     rax
            %s
        usual:
            ret
        near_function:
            ret
        """;

    private List<Block> of(String label) {
      return List.copyOf(graph.targets((Indirect) code.at(label).exit()));
    }

    @ParameterizedTest
    @CsvSource({"jmp rdx", "jmp qword [rsi]", "ret", "ret 8"})
    void of_jumps_are_the_usual_block_and_those_behind_calls(String branch) {
      code = new AssembledBlocks(CALLS.formatted(branch));
      code.went("behind_two", "usual");
      graph("entry behind_one behind_two usual");
      assertEquals(code.all("usual behind_one behind_two"), of("behind_two"));
    }

    @Test
    void of_what_has_not_been_anywhere_are_those_behind_calls() {
      graph(CALLS.formatted("jmp rdx"), "entry behind_one behind_two usual");
      assertEquals(code.all("behind_one behind_two"), of("behind_two"));
    }

    @Test
    void of_calls_are_the_usual_block_only() {
      code = new AssembledBlocks(CALLS.formatted("jmp rdx"));
      code.went("behind_one", "usual");
      graph("entry behind_one behind_two usual");
      assertEquals(code.all("usual"), of("behind_one"));
    }

    @Test
    void of_calls_that_have_not_been_anywhere_are_none() {
      graph(CALLS.formatted("jmp rdx"), "entry behind_one behind_two usual");
      assertEquals(List.of(), of("behind_one"));
    }

    @Test
    void are_in_the_region() {
      code = new AssembledBlocks(CALLS.formatted("jmp rdx"));
      code.went("behind_two", "usual");
      graph("entry behind_one behind_two");
      assertEquals(code.all("behind_one behind_two"), of("behind_two"));
    }
  }
}
