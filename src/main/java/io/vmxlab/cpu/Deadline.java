package io.vmxlab.cpu;

/** A moment of virtual time at which something happens; see {@link VirtualTime#schedule}. */
public abstract class Deadline {
  /** The moment, in ticks. */
  long when;

  /** The next one in the queue it waits in. */
  Deadline later;

  boolean waiting;

  /**
   * The moment has come, between two instructions. The deadline has left the queue and may be
   * scheduled again.
   */
  protected abstract void expire();
}
