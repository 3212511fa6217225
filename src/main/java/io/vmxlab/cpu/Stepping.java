package io.vmxlab.cpu;

import io.vmxlab.arch.Debugctl;
import io.vmxlab.arch.Dr6;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Rflags;

/**
 * What lasts for exactly one instruction: the trap flag, the resume flag, blocking by STI and by
 * MOV SS; and the debug traps that are due after it.
 */
public final class Stepping {
  /** Blocking by STI. */
  public static final int STI = 1;

  /** Blocking by MOV SS or POP SS. */
  public static final int MOV_SS = 2;

  private final Cpu cpu;

  /** {@link #STI} and {@link #MOV_SS}. */
  private int shadow;

  /** The current instruction has set what would end with it. */
  private boolean shadowIsNew;

  private boolean resumeIsNew;

  /** The instruction has been left between two iterations, and goes on later. */
  private boolean unfinished;

  /** RFLAGS.TF was 1 when the current instruction began. */
  private boolean single;

  /** A VM exit follows every instruction: the monitor trap flag. */
  private boolean monitored;

  /** It was so when the current instruction began. */
  private boolean exits;

  /** Bits that DR6 gets by the trap that is due after the current instruction, or is held back. */
  private long traps;

  Stepping(Cpu cpu) {
    this.cpu = cpu;
  }

  /** Interrupts are blocked until after the next instruction. */
  public void block(int by) {
    shadow = by;
    shadowIsNew = true;
  }

  /** IRET, a task switch or a VM entry has loaded RF, which stays for the next instruction. */
  public void resumeFlagLoaded() {
    resumeIsNew = true;
  }

  /** A repeated string instruction pauses between two iterations. */
  public void pause() {
    unfinished = true;
    cpu.nextRip = cpu.rip;
  }

  /** A repeated string instruction begins, or goes on. */
  public void goOn() {
    unfinished = false;
  }

  /** The last instruction has been left between two iterations. */
  public boolean paused() {
    return unfinished;
  }

  /**
   * SYSCALL or SYSRET has loaded TF: other than elsewhere the new value decides whether a
   * single-step trap follows this very instruction.
   */
  public void trapFlagLoaded() {
    single = false;
    if ((cpu.flagsRest & Rflags.TF) != 0) {
      traps |= Dr6.BS;
      cpu.events.signal(Event.DEBUG_TRAP);
    }
  }

  /**
   * A software interrupt clears TF; no single-step trap follows it, not even one that MOV SS has
   * held back, but those of breakpoints do. After INT1 none do: its own debug exception comes in
   * their place.
   */
  void softwareInterrupt(boolean debug) {
    single = false;
    traps &= debug ? 0 : ~Dr6.BS;
    if (traps == 0) {
      cpu.events.withdraw(Event.DEBUG_TRAP);
    }
  }

  /** The current instruction has met breakpoints: bits of DR6. */
  void trapAfter(long breakpoints) {
    traps |= breakpoints;
    cpu.events.signal(Event.DEBUG_TRAP);
  }

  /** The TSS of a task that begins asks for a trap. */
  void trapAfterTaskSwitch() {
    traps |= Dr6.BT;
    cpu.events.signal(Event.TASK_SWITCH);
  }

  /** Blocking in force: {@link #STI} and {@link #MOV_SS}. */
  public int shadow() {
    return shadow;
  }

  /** {@link #STI} or {@link #MOV_SS} is in force before the next instruction. */
  public void setShadow(int value) {
    shadow = value;
    shadowIsNew = value != 0;
  }

  boolean pending() {
    return shadow != 0 || traps != 0 || monitored || (cpu.flagsRest & Rflags.RF) != 0;
  }

  void begin() {
    unfinished = false;
    shadowIsNew = false;
    resumeIsNew = false;
    single = (cpu.flagsRest & Rflags.TF) != 0;
    exits = monitored;
  }

  /** A VM exit follows every instruction from now on, or none does. */
  public void monitor(boolean now) {
    monitored = now;
    exits = false;
  }

  /** Whether a VM exit follows every instruction. */
  public boolean monitored() {
    return monitored;
  }

  /** An event has been delivered, after which a VM exit may follow. */
  void delivered() {
    if (monitored) {
      cpu.events.signal(Event.MONITOR_TRAP);
    }
  }

  /** Debug traps that are due or held back, as bits of DR6. */
  public long traps() {
    return traps;
  }

  /** Debug traps are due before the next instruction: bits of DR6. */
  public void setTraps(long bits) {
    traps = bits;
    if (bits != 0) {
      cpu.events.signal(Event.DEBUG_TRAP);
    }
  }

  /**
   * The instruction is over.
   *
   * @param branched it has not gone on to the instruction behind it
   */
  void end(boolean branched) {
    if (!resumeIsNew && !unfinished) {
      cpu.flagsRest &= ~Rflags.RF;
    }
    if (!shadowIsNew) {
      shadow = 0;
    }
    if (single && (branched || (cpu.get(Msr.IA32_DEBUGCTL) & Debugctl.BTF) == 0)) {
      traps |= Dr6.BS;
    }
    if (traps != 0) {
      cpu.events.signal(Event.DEBUG_TRAP);
    }
    if (exits) {
      cpu.events.signal(Event.MONITOR_TRAP);
    }
  }

  /** Debug traps wait for the instruction after MOV SS. */
  boolean holdsTraps() {
    return (shadow & MOV_SS) != 0;
  }

  /**
   * Delivers the debug traps that are due, all as one exception. DR6 shows an instruction
   * breakpoint at the next instruction too, although its own exception follows later.
   */
  void deliverTraps() {
    long next = cpu.breakpoints.atInstruction(cpu.codeAddress(cpu.rip));
    cpu.deliver(cpu.debugException(traps | next, cause(traps)));
  }

  private static Requirement cause(long bits) {
    if ((bits & Dr6.BT) != 0) {
      return Requirement.NO_TASK_TRAP;
    }
    return (bits & Dr6.BREAKPOINTS) != 0
        ? Requirement.NO_DATA_BREAKPOINT
        : Requirement.NO_SINGLE_STEP;
  }

  /** Nothing is due or blocked any more: after a fault, a VM exit, RESET or INIT. */
  public void clear() {
    single = false;
    unfinished = false;
    shadow = 0;
    traps = 0;
    cpu.events.withdraw(Event.DEBUG_TRAP);
    cpu.events.withdraw(Event.TASK_SWITCH);
  }
}
