package io.vmxlab.cpu;

/**
 * The time of a machine, in ticks: retired instructions times a ratio, so that a run is repeatable.
 * Timers put deadlines into one queue; the engine stops exactly at the earliest one. Processors
 * that share a time take turns: it passes with the instructions of the one whose turn it is.
 */
public final class VirtualTime {
  /** In place of an instruction count: never. */
  public static final long NEVER = Long.MAX_VALUE;

  private final long ticksPerInstruction;

  /** The processor whose turn it is. */
  private Cpu cpu;

  /** Ticks that passed otherwise than with this processor's instructions; may be negative. */
  private long skipped;

  /** Others may be active while this processor is halted, so that time does not skip. */
  private boolean shared;

  private Deadline earliest;

  VirtualTime(Cpu cpu, long ticksPerInstruction) {
    this.cpu = cpu;
    this.ticksPerInstruction = ticksPerInstruction;
  }

  /**
   * A processor has its turn, before any of its instructions. From now on time does not skip
   * because one processor is halted.
   */
  public void turn(Cpu next) {
    skipped += (cpu.retired - next.retired) * ticksPerInstruction;
    cpu = next;
    shared = true;
  }

  /** Ticks since power-up. */
  public long now() {
    return (cpu.retired + cpu.position) * ticksPerInstruction + skipped;
  }

  /** Ticks pass that no instruction stands for. */
  public void pass(long ticks) {
    skipped += ticks;
    if (earliest != null) {
      cpu.horizon = Events.NOW;
    }
  }

  /**
   * Lets a deadline expire at a moment; one that is waiting already changes its moment. Deadlines
   * of one moment expire in the order in which they were scheduled.
   *
   * @param when in ticks; a moment that has passed means the end of the current instruction
   */
  public void schedule(Deadline deadline, long when) {
    cancel(deadline);
    deadline.when = when;
    deadline.waiting = true;
    Deadline before = null;
    Deadline after = earliest;
    while (after != null && after.when <= when) {
      before = after;
      after = after.later;
    }
    deadline.later = after;
    if (before == null) {
      earliest = deadline;
      cpu.horizon = Events.NOW; // what the engine knew is too late
    } else {
      before.later = deadline;
    }
  }

  /** The deadline does not expire; nothing happens if it is not waiting. */
  public void cancel(Deadline deadline) {
    if (!deadline.waiting) {
      return;
    }
    deadline.waiting = false;
    if (earliest == deadline) {
      earliest = deadline.later;
      return;
    }
    Deadline before = earliest;
    while (before.later != deadline) {
      before = before.later;
    }
    before.later = deadline.later;
  }

  /** Value of {@link Cpu#retired} at which the earliest deadline expires, or {@link #NEVER}. */
  public long horizon() {
    if (earliest == null) {
      return NEVER;
    }
    long ticks = earliest.when - skipped;
    return ticks <= 0 ? 0 : (ticks - 1) / ticksPerInstruction + 1;
  }

  /** Between two instructions: lets the deadlines expire whose moment has come. */
  public void expire() {
    while (earliest != null && cpu.retired >= horizon()) {
      Deadline due = earliest;
      cancel(due);
      due.expire();
    }
  }

  /**
   * The processor is halted: time moves on to the earliest deadline.
   *
   * @return false if there is none, so that nothing will ever happen, or if others are active
   */
  public boolean skip() {
    return !shared && skipTogether();
  }

  /**
   * All processors are halted: time moves on to the earliest deadline.
   *
   * @return false if there is none, so that nothing will ever happen
   */
  public boolean skipTogether() {
    if (earliest == null) {
      return false;
    }
    skipped = Math.max(skipped, earliest.when - cpu.retired * ticksPerInstruction);
    return true;
  }
}
