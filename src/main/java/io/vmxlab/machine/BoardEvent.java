package io.vmxlab.machine;

import io.vmxlab.cpu.Event;

/** What can happen to a processor of a board from outside, beside what its devices do. */
public enum BoardEvent {
  /** A nonmaskable interrupt. */
  NMI(Event.NMI),
  /** A system-management interrupt. */
  SMI(Event.SMI),
  /** INIT, after which an application processor waits for a SIPI. */
  INIT(Event.INIT),
  /**
   * An error that the hardware could not correct: #MC, or shutdown if CR4.MCE is 0 or another one
   * is in progress. No bank of the machine-check registers tells what it is.
   */
  MACHINE_CHECK(Event.MACHINE_CHECK);

  final Event event;

  BoardEvent(Event event) {
    this.event = event;
  }
}
