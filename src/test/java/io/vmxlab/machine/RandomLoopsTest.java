package io.vmxlab.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class RandomLoopsTest {
  private static final long SEED = Long.getLong("vmxlab.seed", 1);

  @Test
  void loops() {
    run("loops", (e, s) -> RandomBoard.ofLoops(s, Integer.getInteger("limit", 300_000), e));
  }

  @Test
  void guests() {
    run("guest loops", (e, s) -> RandomBoard.ofGuestLoops(s, Integer.getInteger("limit", 300_000), e));
  }

  interface Maker { RandomBoard make(EngineChoice e, long seed); }

  private static void run(String what, Maker maker) {
    long n = Long.getLong("n", 40);
    long spent = 0, regions = 0;
    Map<String,Integer> ends = new TreeMap<>();
    long t = System.nanoTime();
    for (long seed = SEED << 32; seed < (SEED << 32) + n; seed++) {
      long s = seed;
      var l = new Lockstep<>(e -> maker.make(e, s).paced(), 256);
      try {
        var r = l.run();
        assertEquals(Optional.empty(), l.difference(), what + " seed " + s + " noticed " + l.noticed());
        spent += r.get().retired();
        ends.merge(r.get().ending().id(), 1, Integer::sum);
        if (Boolean.getBoolean("each")) System.out.println(s - (SEED << 32) + " " + r.get().ending() + " " + r.get().why() + " " + r.get().retired() + " regions " + l.regions() + " " + r.get().exits());
        regions += l.regions();
      } catch (RuntimeException e) { throw new AssertionError("seed " + s, e); }
    }
    double sec = (System.nanoTime() - t) / 1e9;
    System.out.printf("%s %d instr, %d regions, %.1f s, %.2f M/s %s%n", what, spent, regions, sec, spent / sec / 1e6, ends);
  }
}
