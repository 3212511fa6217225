package io.vmxlab.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.Scale;
import io.vmxlab.arch.ExitReason;
import io.vmxlab.arch.Vector;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random guests do the same by interpreter and translator, on one processor and on two: hot loops
 * with faults, interrupts, writes into code and changes of translations; the same as guests in VMX
 * non-root operation; random systems, which fault their way through, and random VMCSs.
 *
 * <p>{@code mvn -Pfull test -Dtest=LockstepRandomTest -Dvmxlab.scale=N} runs N times 20,000,000
 * instructions; {@code -Dvmxlab.seed=N} those of other programs.
 */
@DisplayName("Lockstep of random guests")
class LockstepRandomTest {
  private static final long SEED = Long.getLong("vmxlab.seed", 1);

  /** Instructions between two comparisons at least. */
  private static final int SHORTEST = 256;

  private static final int SHORTEST_OF_FEW = 24;

  /** Kinds of guests, with their part of the instructions. */
  private enum Guests {
    LOOPS(10, 60_000, 12_000_000, 6_000_000) {
      @Override
      RandomBoard board(long seed, int most, EngineChoice engine) {
        return RandomBoard.ofLoops(seed, most, engine);
      }
    },
    GUEST_LOOPS(4, 40_000, 4_000_000, 3_000_000) {
      @Override
      RandomBoard board(long seed, int most, EngineChoice engine) {
        return RandomBoard.ofGuestLoops(seed, most, engine);
      }
    },
    SYSTEMS(20, 20_000, 3_000_000, 2_000_000) {
      @Override
      RandomBoard board(long seed, int most, EngineChoice engine) {
        return new RandomBoard(seed, most, engine);
      }
    },
    GUESTS(20, 6_000, 1_000_000, 100_000) {
      @Override
      RandomBoard board(long seed, int most, EngineChoice engine) {
        return RandomBoard.ofGuests(seed, most, engine);
      }
    };

    /** Programs of a short test. */
    final int few;

    /** Instructions of each. */
    final int fewMost;

    /** Instructions of a long test, times the scale. */
    final long many;

    /** Instructions of the longest programs. */
    final int longest;

    Guests(int few, int fewMost, long many, int longest) {
      this.few = few;
      this.fewMost = fewMost;
      this.many = many;
      this.longest = longest;
    }

    abstract RandomBoard board(long seed, int most, EngineChoice engine);
  }

  private final Map<String, Integer> endings = new TreeMap<>();
  private final Map<ExitReason, Integer> exits = new EnumMap<>(ExitReason.class);
  private final Map<Vector, Integer> exceptions = new EnumMap<>(Vector.class);
  private long programs;
  private long retired;
  private long regions;
  private long comparisons;

  @ParameterizedTest
  @EnumSource
  @DisplayName("a few programs")
  void few(Guests guests) {
    for (long seed = 0; seed < guests.few; seed++) {
      run(guests, seed, guests.fewMost, SHORTEST_OF_FEW);
    }
    assertTrue(regions > guests.few / 2, regions + " regions");
    assertTrue(comparisons > guests.few, comparisons + " comparisons");
    assertEquals(guests == Guests.LOOPS || guests == Guests.SYSTEMS, exits.isEmpty());
  }

  @ParameterizedTest
  @Tag("slow")
  @EnumSource
  @DisplayName("20,000,000 instructions of all kinds together, times the scale")
  void many(Guests guests) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long began = threads.getCurrentThreadCpuTime();
    for (long seed = SEED << 32; retired < guests.many * Scale.factor(); seed++) {
      run(guests, seed, Math.max(guests.fewMost, guests.longest >> seed % 8), SHORTEST);
    }
    System.out.printf(
        "lockstep of %s: seed %d, %,d programs, %,d instructions by each engine, %,d regions, %,d"
            + " comparisons, %,d s of processor time%n%s%n%s%n%s%n",
        guests,
        SEED,
        programs,
        retired,
        regions,
        comparisons,
        (threads.getCurrentThreadCpuTime() - began) / 1_000_000_000L,
        endings,
        exceptions,
        exits);
  }

  private void run(Guests guests, long seed, int most, int shortest) {
    Lockstep<RandomBoard> both =
        new Lockstep<>(engine -> guests.board(seed, most, engine).paced(), shortest);
    Optional<RandomBoard> run;
    try {
      run = both.run();
    } catch (RuntimeException | Error e) {
      throw new AssertionError(guests + " " + seed + " most " + most, e);
    }
    assertEquals(
        Optional.empty(),
        both.difference(),
        () -> guests + " " + seed + " most " + most + ", noticed by " + both.noticed());
    RandomBoard board = run.orElseThrow();
    programs++;
    retired += board.retired();
    regions += both.regions();
    comparisons += both.comparisons();
    endings.merge(board.ending().id(), 1, Integer::sum);
    board.exceptions().forEach((vector, n) -> exceptions.merge(vector, n, Integer::sum));
    board.exits().forEach((reason, n) -> exits.merge(reason, n, Integer::sum));
  }
}
