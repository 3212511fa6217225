package io.vmxlab.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.Scale;
import java.lang.ref.Reference;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random code in every mode, over random page tables and descriptor tables, on one processor and on
 * two, while interrupts, NMIs, INIT, SIPI, machine checks and timers arrive: the library throws
 * nothing, stops at its limit, does the same again, and needs no more memory than the guest has and
 * a constant.
 *
 * <p>{@code mvn -Pfull test -Dtest=RandomBoardTest -Dvmxlab.scale=N} runs N times 10,000,000
 * instructions; {@code -Dvmxlab.seed=N} those of other programs.
 */
@DisplayName("Random systems on a board")
class RandomBoardTest {
  private static final long SEED = Long.getLong("vmxlab.seed", 1);
  private static final int PIECE = 10_000_000;

  /** A limit is looked at where a block of instructions ends. */
  private static final int EXCESS = 1_100;

  /** Most programs fault their way to an end soon; few come upon code that goes on. */
  private static final int SHORT = 40_000;

  private static final int LONG = 4_000_000;
  private static final int ONE_IS_LONG = 8;

  /** Programs of which one is run a second time. */
  private static final int AGAIN = 50;

  /** What all programs together may leave behind, and the last one needs beyond the guest's RAM. */
  private static final long BEYOND_RAM = 64 << 20;

  /** Programs after which memory is measured. */
  private static final int MEASURED = 500;

  @Test
  @DisplayName("a program does the same twice, and one processor's watched too")
  void programs_repeat_themselves() {
    RandomBoard board = run(new RandomBoard(0, SHORT), 0);
    LivingMemory memory = new LivingMemory();
    for (long seed = 1; seed <= 150; seed++) {
      board = run(new RandomBoard(seed, SHORT), seed);
      repeat(seed, SHORT, board);
    }
    requireBounded(memory, board);
  }

  @Test
  @Tag("slow")
  @DisplayName("10,000,000 instructions times the scale")
  void many_instructions() {
    long retired = 0;
    long hash = 0;
    long program = SEED << 32;
    Map<String, Integer> endings = new TreeMap<>();
    run(new RandomBoard(program, LONG), program);
    LivingMemory memory = new LivingMemory();
    for (; retired < (long) PIECE * Scale.factor(); program++) {
      int most = program % ONE_IS_LONG == 0 ? LONG : SHORT;
      RandomBoard board = run(new RandomBoard(program, most), program);
      retired += board.retired();
      hash = 31 * hash + board.hash();
      endings.merge(board.ending().id(), 1, Integer::sum);
      if (program % AGAIN == 0) {
        repeat(program, most, board);
      }
      if (program % MEASURED == 0) {
        requireBounded(memory, board);
      }
    }
    System.out.printf(
        "random boards: seed %d, %,d programs, %,d instructions, trace hash %016x, %s%n",
        SEED, program - (SEED << 32), retired, hash, endings);
  }

  private static void requireBounded(LivingMemory memory, RandomBoard board) {
    long most = RandomSystem.RAM + BEYOND_RAM;
    long added = memory.added(most);
    Reference.reachabilityFence(board);
    assertTrue(added <= most, () -> String.format("%,d bytes more than before", added));
  }

  private static void repeat(long seed, int most, RandomBoard first) {
    RandomBoard second = run(new RandomBoard(seed, most), seed);
    assertEquals(first.hash(), second.hash(), () -> "program " + seed);
    if (first.processors() == 1) {
      RandomBoard watched = run(new RandomBoard(seed, most).watched(), seed);
      assertEquals(first.hash(), watched.hash(), () -> "program " + seed + ", watched");
    }
  }

  private static RandomBoard run(RandomBoard board, long seed) {
    try {
      board.run();
      assertTrue(board.spent() <= board.limit() + EXCESS, () -> "program " + seed + " ran on");
      return board;
    } catch (RuntimeException | Error e) {
      throw new AssertionError("program " + seed, e);
    }
  }
}
