package io.vmxlab.jmh;

import io.vmxlab.engine.EngineMode;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Nanoseconds of an operation that a loop of the guest consists of, with each engine. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public abstract class LoopBenchmark {
  /** Which engine runs it. */
  @Param({"INTERPRETER", "AUTO"})
  public EngineMode engine;

  private Loop loop;

  /** The loop, once it runs. */
  abstract Loop loop();

  /** Brings the program into its loop. */
  @Setup
  public void prepare() {
    loop = loop();
  }

  /** One operation. */
  @Benchmark
  @OperationsPerInvocation(Loop.OPERATIONS)
  public void run() {
    loop.run();
  }
}
