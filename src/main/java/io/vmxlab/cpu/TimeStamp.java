package io.vmxlab.cpu;

/** What the time-stamp counter counts. */
@FunctionalInterface
public interface TimeStamp {
  /** Virtual time. */
  TimeStamp VIRTUAL = cpu -> cpu.time.now();

  /** Ticks since power-up; never decreases. */
  long ticks(Cpu cpu);
}
