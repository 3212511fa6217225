package io.vmxlab.jmh;

import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.CpuObserver;
import io.vmxlab.engine.Engine;
import io.vmxlab.engine.EngineMode;
import io.vmxlab.engine.Stop;
import io.vmxlab.machine.Firmware;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Program;

/**
 * A program that does the same again and again and never ends, of which {@link #run} runs {@value
 * #OPERATIONS} operations more.
 */
final class Loop {
  /** Operations of a run. */
  static final int OPERATIONS = 16_000;

  /** Operations in the body of the loop, so that its jump counts little. */
  private static final int UNROLLED = 16;

  /** Until the program is in its loop. */
  private static final int PREPARING = 200_000;

  private final Engine engine;
  private final long work;

  private Loop(Machine machine, long work, EngineMode mode) {
    Cpu cpu = machine.cpu();
    cpu.observer = CpuObserver.NONE;
    engine = new Engine(cpu, Engine.decoder(cpu), mode);
    this.work = work;
  }

  /** A machine for programs without preparation. */
  static Machine machine() {
    return Machine.builder().firmware(Firmware.LOCKED_ON).memory(64 << 20).build();
  }

  /**
   * A loop of one operation.
   *
   * @param before what comes once, in front of it
   * @param operation one or several instructions, without labels
   * @param work what it adds to {@link Engine#spent}: instructions, and exceptions and VM exits
   */
  static Loop of(Machine machine, String before, String operation, int work, EngineMode mode) {
    String body = (operation + "\n").repeat(UNROLLED);
    String text = before + "\nagain:\n" + body + "jmp again\n";
    long passes = OPERATIONS / UNROLLED;
    return endless(machine, text, passes * (UNROLLED * work + 1L), mode);
  }

  /**
   * A program that is in its loop after some thousand instructions.
   *
   * @param work what {@value #OPERATIONS} operations add to {@link Engine#spent}
   */
  static Loop endless(Machine machine, String text, long work, EngineMode mode) {
    machine.limit(PREPARING);
    machine.run(Program.assembly("loop.asm", text));
    return new Loop(machine, work, mode);
  }

  /** Runs on. */
  void run() {
    Stop stop = engine.turn(work);
    if (stop.kind() != Stop.Kind.LIMIT) {
      throw new IllegalStateException("the loop has ended: " + stop);
    }
  }
}
