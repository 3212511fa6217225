package io.vmxlab.cpu;

import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.McgStatus;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.Vector;

/**
 * Events that wait for the end of the current instruction: a bit each of one word. Whatever makes
 * one due lowers {@link Cpu#horizon}, so that the engine looks here; while nothing is due, running
 * costs nothing.
 */
public final class Events {
  /** A {@link Cpu#horizon} that has always been reached. */
  public static final long NOW = Long.MIN_VALUE;

  /** Events after which {@link #take} lets others look whether there is an end to them. */
  public static final int MOST_AT_ONCE = 64;

  private static final Event[] BY_PRIORITY = Event.values();

  /** Events that wait for RFLAGS.IF. */
  private static final int BY_IF =
      Event.INTERRUPT_WINDOW.bit | Event.VIRTUAL_INTERRUPT.bit | Event.INTERRUPT.bit;

  /** Events that blocking by STI and MOV SS holds back. */
  private static final int MASKABLE = Event.NMI.bit | Event.NMI_WINDOW.bit | BY_IF;

  /** What VMX non-root operation can have pending. */
  private static final int OF_GUEST =
      Event.APIC_TRAP.bit
          | Event.MONITOR_TRAP.bit
          | Event.PREEMPTION_TIMER.bit
          | Event.NMI_WINDOW.bit
          | Event.INTERRUPT_WINDOW.bit
          | Event.VIRTUAL_INTERRUPT.bit;

  /** What ends the shutdown state. */
  private static final int AWAKENING = Event.NMI.bit | Event.NMI_WINDOW.bit | Event.SMI.bit;

  /** What system-management mode holds back to its end. */
  private static final int UNMANAGED = Event.SMI.bit | Event.INIT.bit | OF_GUEST;

  private static final int TRAPS = Event.TASK_SWITCH.bit | Event.DEBUG_TRAP.bit;

  /** What a processor attends to that does nothing else. */
  private static final int NEVER_HELD =
      Event.STOP.bit | Event.A20M.bit | Event.INIT.bit | Event.SIPI.bit;

  private final Cpu cpu;
  private int pending;
  private int blocked;

  /** An instruction may be executing, so that events have to wait. */
  private boolean running;

  /** Events wait even while no instruction may be executing. */
  private boolean deferring;

  /** Events are happening, so that another one waits for its turn. */
  private boolean taking;

  /** External interrupts cause VM exits, whatever RFLAGS.IF is. */
  private boolean interruptsExit;

  /** Virtual NMIs are blocked, which holds back the NMI window. */
  private boolean virtualNmiBlocked;

  /** Address of the instruction that INIT came with, or that unblocked it. */
  private long before;

  /** Of the SIPI that is pending. */
  private int startVector;

  Events(Cpu cpu) {
    this.cpu = cpu;
  }

  /** The event happens between two instructions: now, or after the current one. */
  public void signal(Event event) {
    pending |= event.bit;
    look();
  }

  /**
   * A start-up inter-processor interrupt arrives.
   *
   * @param vector number of the 4-KByte page, below 1 MByte, at which code begins
   */
  public void signalStartUp(int vector) {
    startVector = vector & 0xFF;
    signal(Event.SIPI);
  }

  /** Of the last SIPI. */
  public int startVector() {
    return startVector;
  }

  /**
   * Something that held events back may have gone: RFLAGS.IF has been set, or NMIs are no longer
   * blocked. What is due happens after the current instruction.
   */
  void reconsider() {
    if (running && pending != 0) {
      cpu.horizon = NOW;
    }
  }

  /** External interrupts cause VM exits from now on, whatever RFLAGS.IF is, or do not. */
  public void interruptsExit(boolean now) {
    interruptsExit = now;
    reconsider();
  }

  /** In VMX non-root operation virtual NMIs are blocked, or are not. */
  public void blockVirtualNmi(boolean now) {
    virtualNmiBlocked = now;
    reconsider();
  }

  public boolean virtualNmiBlocked() {
    return virtualNmiBlocked;
  }

  /** VMX non-root operation has ended: what only it can have pending is gone. */
  public void withdrawGuest() {
    pending &= ~OF_GUEST;
    interruptsExit = false;
    virtualNmiBlocked = false;
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

  /** System-management mode begins, or ends. */
  void manage(boolean now) {
    blocked = now ? blocked | UNMANAGED : blocked & ~UNMANAGED;
    look();
  }

  public boolean blocked(Event event) {
    return (blocked & event.bit) != 0;
  }

  /** Says that instructions are executed from now on, or that none is. For the engine. */
  public void running(boolean now) {
    running = now;
  }

  /** From now on events wait until the engine runs, since other processors run in between. */
  public void defer() {
    deferring = true;
  }

  /** Something is pending that nothing holds back. */
  public boolean isDue() {
    return due() != 0;
  }

  private void look() {
    if (due() == 0) {
      return;
    }
    before = cpu.rip;
    if (running || deferring) {
      cpu.horizon = NOW;
    } else if (!taking) {
      take();
    }
  }

  /** Something happens after the current instruction, or between its iterations. */
  public boolean anyDue() {
    return pending != 0 && due() != 0;
  }

  /** Pending events that nothing holds back. */
  private int due() {
    int due = pending & ~blocked;
    return (due & ~NEVER_HELD) == 0 ? due : due & ~heldBack();
  }

  /** Events that have to wait because of the processor's own state. */
  private int heldBack() {
    if (cpu.activity == Activity.WAIT_FOR_SIPI) {
      return ~NEVER_HELD;
    }
    if (cpu.activity == Activity.SHUTDOWN) {
      return ~(NEVER_HELD | Event.PREEMPTION_TIMER.bit | AWAKENING & ~nmisHeldBack());
    }
    if (cpu.stepping.shadow() != 0) {
      int held = MASKABLE | Event.SMI.bit;
      return cpu.stepping.holdsTraps() ? held | TRAPS : held;
    }
    boolean interruptible = (cpu.flagsRest & Rflags.IF) != 0;
    boolean exits = interruptsExit && cpu.inGuest();
    int held = interruptible ? 0 : exits ? BY_IF & ~Event.INTERRUPT.bit : BY_IF;
    return nmisHeldBack() | held;
  }

  private int nmisHeldBack() {
    return (cpu.nmiBlocked ? Event.NMI.bit : 0) | (virtualNmiBlocked ? Event.NMI_WINDOW.bit : 0);
  }

  /**
   * The boundary between two instructions: what is due happens, by priority. Ends early if a stop
   * is requested, which is for the engine to see, and after {@value #MOST_AT_ONCE} events: an
   * interrupt whose handler does not block it comes for ever.
   *
   * @return events that have happened
   */
  public int take() {
    taking = true;
    int taken = 0;
    try {
      for (int due = due(); due != 0 && !pending(Event.STOP) && taken < MOST_AT_ONCE; due = due()) {
        taken++;
        Event first = BY_PRIORITY[Integer.numberOfTrailingZeros(due)];
        withdraw(first);
        if (!cpu.inGuest() || !cpu.interception.event(cpu, first)) {
          happen(first);
        }
      }
    } finally {
      taking = false;
    }
    return taken;
  }

  private void happen(Event event) {
    switch (event) {
      case MACHINE_CHECK:
        checkMachine();
        break;
      case A20M:
        cpu.updateA20m();
        break;
      case SMI:
        cpu.management().enter();
        break;
      case INIT:
        cpu.observer.onInit(cpu, before);
        Reset.init(cpu);
        break;
      case SIPI:
        if (cpu.activity == Activity.WAIT_FOR_SIPI) {
          Reset.startUp(cpu, startVector);
        }
        break;
      case TASK_SWITCH:
      case DEBUG_TRAP:
        wake();
        cpu.stepping.deliverTraps();
        break;
      case NMI:
        wake();
        cpu.nmiBlocked = true;
        cpu.externalInterrupt(Vector.NMI.number, Delivery.Source.NMI);
        break;
      case INTERRUPT:
        int vector = cpu.interrupts.acknowledge(cpu);
        if (vector != InterruptSource.NO_VECTOR) {
          wake();
          cpu.externalInterrupt(vector, Delivery.Source.EXTERNAL);
        }
        break;
      default:
        throw new IllegalStateException(event.toString());
    }
  }

  /** HLT ends, and by an NMI the shutdown state. */
  private void wake() {
    cpu.activity = Activity.ACTIVE;
  }

  /**
   * SDM Vol. 3A "Interrupt 18-Machine-Check Exception (#MC)": without CR4.MCE, or while an earlier
   * one is in progress, the processor shuts down.
   */
  private void checkMachine() {
    Fault check = cpu.raise(Vector.MC, 0, Requirement.NO_MACHINE_CHECK);
    long status = cpu.msrs.get(Msr.IA32_MCG_STATUS);
    if ((cpu.cr4 & Cr4.MCE) == 0 || (status & McgStatus.MCIP) != 0) {
      cpu.observer.onException(cpu, check);
      cpu.observer.onShutdown(cpu, check);
      cpu.activity = Activity.SHUTDOWN;
      return;
    }
    wake();
    cpu.msrs.set(Msr.IA32_MCG_STATUS, McgStatus.MCIP | McgStatus.RIPV);
    cpu.deliver(check);
  }
}
