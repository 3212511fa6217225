package io.vmxlab.machine;

import io.vmxlab.cpu.Cpu;
import io.vmxlab.engine.Engine;
import java.io.ByteArrayOutputStream;
import java.util.List;

/**
 * A run that goes on piece by piece, so that it can be looked at in between.
 *
 * @param <R> what it results in
 */
interface Paced<R> {
  /** One of its processors. */
  record Executing(int number, Cpu cpu, Engine engine, CodeReader reader) {}

  /**
   * Runs on, whatever the time of the host is.
   *
   * @param spent what a limit counts, by all processors since the run began, at which to pause
   * @return false if it has come to its end
   */
  boolean runTo(long spent);

  /** Nobody outside ends it, nor the time of the host; tells the host how far it has come. */
  boolean goesOn();

  /** Ends it soon; from any thread. */
  void stop();

  /** What a limit counts, by all processors since the run began. */
  long spent();

  List<Executing> processors();

  /** How it ended; empty if it has not. */
  String ending();

  /** Bytes that came out of it. */
  ByteArrayOutputStream output();

  /** What came of it. */
  R result();
}
