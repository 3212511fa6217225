package io.vmxlab.machine;

import io.vmxlab.engine.Engine;
import io.vmxlab.engine.Stop;
import java.util.function.BooleanSupplier;

/**
 * Runs an engine in slices that last about a tenth of a second, however long an instruction takes,
 * so that a wish to stop is heard soon. How a program is sliced changes nothing of what it does.
 */
final class Slices {
  private static final long FIRST = 10_000;
  private static final long SMALLEST = 100;
  private static final long LARGEST = 20_000_000;

  /** A slice that took less was too small, in ns; one that took four times as long, too large. */
  private static final long SHORT = 50_000_000;

  private final Engine engine;
  private long left;
  private long size = FIRST;

  /**
   * @param limit what the run may spend, see {@link Engine#spent}
   */
  Slices(Engine engine, long limit) {
    this.engine = engine;
    left = limit;
  }

  /** Runs to the end, to the limit, or soon after someone wants it to stop. */
  Stop run(BooleanSupplier stopping) {
    while (true) {
      long from = System.nanoTime();
      long before = engine.spent();
      Stop stop = engine.run(Math.min(left, size));
      left -= engine.spent() - before;
      if (stop.kind() != Stop.Kind.LIMIT || left <= 0 || stopping.getAsBoolean()) {
        return stop;
      }
      long took = System.nanoTime() - from;
      if (took < SHORT) {
        size = Math.min(2 * size, LARGEST);
      } else if (took > 4 * SHORT) {
        size = Math.max(size / 4, SMALLEST);
      }
    }
  }
}
