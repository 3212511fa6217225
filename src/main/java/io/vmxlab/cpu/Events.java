package io.vmxlab.cpu;

import io.vmxlab.arch.Vector;

/**
 * Events that wait for the end of the current instruction: a bit each of one word. Whatever makes
 * one due lowers {@link Cpu#horizon}, so that the engine looks here; while nothing is due, running
 * costs nothing.
 */
public final class Events {
  /** A {@link Cpu#horizon} that has always been reached. */
  public static final long NOW = Long.MIN_VALUE;

  private static final Event[] BY_PRIORITY = Event.values();

  private final Cpu cpu;
  private int pending;
  private int blocked;

  /** An instruction may be executing, so that events have to wait. */
  private boolean running;

  /** Address of the instruction that INIT came with, or that unblocked it. */
  private long before;

  Events(Cpu cpu) {
    this.cpu = cpu;
  }

  /** The event happens between two instructions: now, or after the current one. */
  public void signal(Event event) {
    pending |= event.bit;
    look();
  }

  /** Sets the state as such: nothing happens before a run begins. */
  void setPending(Event event, boolean value) {
    pending = value ? pending | event.bit : pending & ~event.bit;
  }

  /** Sets the state as such: nothing happens before a run begins. */
  void setBlocked(Event event, boolean value) {
    blocked = value ? blocked | event.bit : blocked & ~event.bit;
  }

  /** The event does not happen any more. */
  public void withdraw(Event event) {
    pending &= ~event.bit;
  }

  /** Whether the event waits, be it blocked or not. */
  public boolean pending(Event event) {
    return (pending & event.bit) != 0;
  }

  /** From now on the event waits until it is unblocked. */
  public void block(Event event) {
    blocked |= event.bit;
  }

  /** The event may happen; if it is pending it happens between two instructions. */
  public void unblock(Event event) {
    blocked &= ~event.bit;
    look();
  }

  public boolean blocked(Event event) {
    return (blocked & event.bit) != 0;
  }

  /** Says that instructions are executed from now on, or that none is. For the engine. */
  public void running(boolean now) {
    running = now;
  }

  private void look() {
    if ((pending & ~blocked) == 0) {
      return;
    }
    before = cpu.rip;
    if (running) {
      cpu.horizon = NOW;
    } else {
      take();
    }
  }

  /**
   * The boundary between two instructions: what is due happens, by priority. Ends early if a stop
   * is requested, which is for the engine to see.
   */
  public void take() {
    while ((pending & ~blocked) != 0 && !pending(Event.STOP)) {
      Event first = BY_PRIORITY[Integer.numberOfTrailingZeros(pending & ~blocked)];
      withdraw(first);
      happen(first);
    }
  }

  private void happen(Event event) {
    switch (event) {
      case A20M:
        cpu.updateA20m();
        break;
      case INIT:
        cpu.observer.onInit(cpu, before);
        Reset.init(cpu);
        break;
      case SINGLE_STEP:
        cpu.activity = cpu.activity == Activity.HLT ? Activity.ACTIVE : cpu.activity;
        cpu.deliver(cpu.raise(Vector.DB, 0, Requirement.NO_SINGLE_STEP));
        break;
      default:
        throw new IllegalStateException(event.toString());
    }
  }
}
