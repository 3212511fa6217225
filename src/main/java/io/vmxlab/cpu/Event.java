package io.vmxlab.cpu;

/**
 * What a logical processor attends to between two instructions, in the order in which it does. SDM
 * Vol. 3A "Priority Among Simultaneous Exceptions and Interrupts"; the numbers are those of its
 * table, where a smaller one comes first, and events of VMX non-root operation stand where Vol. 3C
 * "Event Injection and VM Entry" puts them. Faults of the next instruction (7 to 10) come after all
 * of these.
 */
public enum Event {
  /** A device or an observer ends the run: nothing of the processor happens any more. */
  STOP(0),
  /** A machine check of which software is told. */
  MACHINE_CHECK(1),
  /** In VMX non-root operation: a VM exit that APIC virtualization has led to. */
  APIC_TRAP(2),
  /** Trap on a task switch: the T flag of the new task's TSS. */
  TASK_SWITCH(2),
  /** External hardware intervention: A20M# has been asserted, deasserted or unblocked. */
  A20M(3),
  /** External hardware intervention: a system-management interrupt. */
  SMI(3),
  /** External hardware intervention: INIT. */
  INIT(3),
  /** A start-up inter-processor interrupt; lost unless the processor waits for one. */
  SIPI(3),
  /**
   * In VMX non-root operation: a VM exit that the monitor trap flag or an injected event led to.
   */
  MONITOR_TRAP(4),
  /** Traps on the previous instruction: single step, data and I/O breakpoints. */
  DEBUG_TRAP(4),
  /** In VMX non-root operation: the VMX-preemption timer has counted down. */
  PREEMPTION_TIMER(5),
  /** In VMX non-root operation: a VM exit as soon as virtual NMIs are not blocked. */
  NMI_WINDOW(5),
  /** Nonmaskable interrupt. */
  NMI(5),
  /** In VMX non-root operation: a VM exit as soon as interrupts can be delivered. */
  INTERRUPT_WINDOW(6),
  /** In VMX non-root operation: a pending virtual interrupt is delivered. */
  VIRTUAL_INTERRUPT(6),
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
