package io.vmxlab.machine;

import java.util.Locale;

/** How the run of a board ended. */
public enum Ending {
  /** The guest wrote to the exit port. */
  EXIT_PORT,
  /** The guest switched the power off. */
  POWER_OFF,
  /** The guest asked for a reset. */
  RESET,
  /** The text that was waited for came out of the serial port. */
  TEXT,
  /** Every processor is halted, and nothing can wake any of them. */
  HALTED,
  /** The guest branches to itself with interrupts disabled. */
  STUCK,
  /** The guest waits for a device that is not there. */
  NO_DEVICE,
  /** The guest called firmware that is not there. */
  NO_FIRMWARE,
  /** Triple fault. */
  SHUTDOWN,
  /** The limit of instructions was reached. */
  LIMIT,
  /** The time was over. */
  TIMEOUT,
  /** The user ended it. */
  STOPPED,
  /** The guest needs something that is not modelled. */
  UNMODELLED;

  /** {@code power-off}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
