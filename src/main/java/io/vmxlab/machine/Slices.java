package io.vmxlab.machine;

import io.vmxlab.cpu.Cpu;
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
  private final Recorder recorder;
  private final Cpu cpu;
  private long left;
  private long size = FIRST;

  /**
   * @param recorder knows whether a VMX instruction has failed
   * @param limit what the run may spend, see {@link Engine#spent}
   */
  Slices(Engine engine, Recorder recorder, Cpu cpu, long limit) {
    this.engine = engine;
    this.recorder = recorder;
    this.cpu = cpu;
    left = limit;
  }

  /**
   * Runs to the end, to the limit, or soon after someone wants it to stop; instruction by
   * instruction after a VMX instruction has failed, to see whether the program looks at its flag.
   */
  Stop run(BooleanSupplier stopping) {
    while (true) {
      boolean watching = recorder.watching();
      long from = System.nanoTime();
      Stop stop = slice(size);
      if (stop != null) {
        return stop;
      }
      if (stopping.getAsBoolean()) {
        return new Stop(Stop.Kind.LIMIT, "");
      }
      if (watching) {
        continue;
      }
      long took = System.nanoTime() - from;
      if (took < SHORT) {
        size = Math.min(2 * size, LARGEST);
      } else if (took > 4 * SHORT) {
        size = Math.max(size / 4, SMALLEST);
      }
    }
  }

  /**
   * Runs on until so much has been spent, however long it takes.
   *
   * @param spent see {@link Engine#spent}
   * @return null if the program has not ended before
   */
  Stop runTo(long spent) {
    while (engine.spent() < spent) {
      Stop stop = slice(spent - engine.spent());
      if (stop != null) {
        return stop;
      }
    }
    return null;
  }

  /** At most so much; null if the program goes on. */
  private Stop slice(long most) {
    boolean watching = recorder.watching();
    if (watching) {
      recorder.next(cpu);
    }
    long before = engine.spent();
    Stop stop = engine.run(Math.min(left, watching ? 1 : most));
    left -= engine.spent() - before;
    boolean failed = stop.kind() == Stop.Kind.REQUESTED && recorder.takeFailure();
    return failed || stop.kind() == Stop.Kind.LIMIT && left > 0 ? null : stop;
  }
}
