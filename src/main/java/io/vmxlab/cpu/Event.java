package io.vmxlab.cpu;

/**
 * What a logical processor attends to between two instructions, in the order in which it does. SDM
 * Vol. 3A "Priority Among Simultaneous Exceptions and Interrupts"; the numbers are those of its
 * table, where a smaller one comes first. Faults of the next instruction (7 to 10) come after all
 * of these.
 */
public enum Event {
  /** A device or an observer ends the run: nothing of the processor happens any more. */
  STOP(0),
  /** A machine check of which software is told. */
  MACHINE_CHECK(1),
  /** Trap on a task switch: the T flag of the new task's TSS. */
  TASK_SWITCH(2),
  /** External hardware intervention: A20M# has been asserted, deasserted or unblocked. */
  A20M(3),
  /** External hardware intervention: INIT. */
  INIT(3),
  /** A start-up inter-processor interrupt; lost unless the processor waits for one. */
  SIPI(3),
  /** Traps on the previous instruction: single step, data and I/O breakpoints. */
  DEBUG_TRAP(4),
  /** Nonmaskable interrupt. */
  NMI(5),
  /** The {@link InterruptSource} has a maskable interrupt to deliver. */
  INTERRUPT(6);

  /** Its class in the manual's table; 0 for what the manual does not know. */
  public final int priority;

  /** Its bit in the word of pending events. */
  final int bit = 1 << ordinal();

  Event(int priority) {
    this.priority = priority;
  }
}
