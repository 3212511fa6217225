package io.vmxlab.cpu;

/** What the time-stamp counter counts. */
@FunctionalInterface
public interface TimeStamp {
  /** One tick an instruction. */
  TimeStamp RETIRED = cpu -> cpu.retired + cpu.position;

  /** Ticks since power-up; never decreases. */
  long ticks(Cpu cpu);
}
