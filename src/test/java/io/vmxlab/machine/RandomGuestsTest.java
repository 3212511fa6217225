package io.vmxlab.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.Scale;
import io.vmxlab.arch.ExitReason;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random VMCSs launched with random code in every mode: the library throws nothing, stops at its
 * limit, and does the same again.
 *
 * <p>{@code mvn -Pfull test -Dtest=RandomGuestsTest -Dvmxlab.scale=N} launches N times 100,000;
 * {@code -Dvmxlab.seed=N} others.
 */
@DisplayName("Random guests on a board")
class RandomGuestsTest {
  private static final long SEED = Long.getLong("vmxlab.seed", 1);
  private static final int FEW = 300;
  private static final int MANY = 100_000;
  private static final int LIMIT = 6_000;

  /** A limit is looked at where a block of instructions ends. */
  private static final int EXCESS = 1_100;

  /** Guests of which one is run a second time. */
  private static final int AGAIN = 50;

  /** Ends that no program brings about. */
  private static final Set<Ending> NOT_OF_PROGRAMS =
      EnumSet.of(Ending.TIMEOUT, Ending.STOPPED, Ending.TEXT);

  private final Map<ExitReason, Integer> exits = new EnumMap<>(ExitReason.class);
  private final Map<String, Integer> endings = new TreeMap<>();
  private int launched;
  private long retired;
  private long hash;

  @Test
  @DisplayName("a guest does the same twice, and one processor's watched too")
  void guests_repeat_themselves() {
    for (long seed = 0; seed < FEW; seed++) {
      repeat(seed, run(seed));
    }
    assertTrue(launched > FEW / 2, launched + " were entered");
    assertTrue(exits.size() > 25, exits::toString);
  }

  @Test
  @Tag("slow")
  @DisplayName("100,000 VMCSs times the scale")
  void many_guests() {
    long first = SEED << 32;
    long guests = (long) MANY * Scale.factor();
    for (long seed = first; seed < first + guests; seed++) {
      RandomBoard board = run(seed);
      if (seed % AGAIN == 0) {
        repeat(seed, board);
      }
    }
    System.out.printf(
        "random guests: seed %d, %,d VMCSs, %,d entered, %,d instructions, trace hash"
            + " %016x%n%s%n%s%n",
        SEED, guests, launched, retired, hash, endings, exits);
    assertTrue(launched > guests / 2, launched + " were entered");
  }

  private RandomBoard run(long seed) {
    RandomBoard board = run(RandomBoard.ofGuests(seed, LIMIT), seed);
    launched += board.entries() > 0 ? 1 : 0;
    retired += board.retired();
    hash = 31 * hash + board.hash();
    endings.merge(board.ending().id(), 1, Integer::sum);
    board.exits().forEach((reason, n) -> exits.merge(reason, n, Integer::sum));
    return board;
  }

  private static void repeat(long seed, RandomBoard first) {
    RandomBoard second = run(RandomBoard.ofGuests(seed, LIMIT), seed);
    assertEquals(first.hash(), second.hash(), () -> "guest " + seed);
    if (first.processors() == 1) {
      RandomBoard watched = run(RandomBoard.ofGuests(seed, LIMIT).watched(), seed);
      assertEquals(first.hash(), watched.hash(), () -> "guest " + seed + ", watched");
    }
  }

  private static RandomBoard run(RandomBoard board, long seed) {
    try {
      board.run();
    } catch (RuntimeException | Error e) {
      throw new AssertionError("guest " + seed, e);
    }
    assertTrue(board.spent() <= board.limit() + EXCESS, () -> "guest " + seed + " ran on");
    assertTrue(
        !NOT_OF_PROGRAMS.contains(board.ending()), () -> "guest " + seed + ": " + board.ending());
    return board;
  }
}
