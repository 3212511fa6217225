package io.vmxlab.cpu;

import io.vmxlab.arch.Rflags;

/**
 * What lasts for exactly one instruction: the trap flag, the resume flag, blocking by STI and by
 * MOV SS.
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

  /** A single-step trap is due after the current instruction. */
  private boolean trap;

  /** A trap that MOV SS held back. */
  private boolean heldBack;

  Stepping(Cpu cpu) {
    this.cpu = cpu;
  }

  /** Interrupts are blocked until after the next instruction. */
  public void block(int by) {
    shadow = by;
    shadowIsNew = true;
  }

  /** IRET has loaded RF, which stays for the next instruction. */
  void resumeFlagLoaded() {
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
  boolean paused() {
    return unfinished;
  }

  /**
   * SYSCALL or SYSRET has loaded TF: other than elsewhere the new value decides whether a
   * single-step trap follows this very instruction.
   */
  public void trapFlagLoaded() {
    trap = false;
    if ((cpu.flagsRest & Rflags.TF) != 0) {
      cpu.events.signal(Event.SINGLE_STEP);
    }
  }

  /** A software interrupt clears TF; no single-step trap follows it. */
  void softwareInterrupt() {
    trap = false;
    heldBack = false;
  }

  /** Blocking in force: {@link #STI} and {@link #MOV_SS}. */
  public int shadow() {
    return shadow;
  }

  void setShadow(int value) {
    shadow = value;
    shadowIsNew = value != 0;
  }

  boolean pending() {
    return shadow != 0 || heldBack || (cpu.flagsRest & Rflags.RF) != 0;
  }

  void begin() {
    unfinished = false;
    shadowIsNew = false;
    resumeIsNew = false;
    trap = (cpu.flagsRest & Rflags.TF) != 0 || heldBack;
    heldBack = false;
  }

  void end() {
    if (!resumeIsNew && !unfinished) {
      cpu.flagsRest &= ~Rflags.RF;
    }
    if (!shadowIsNew) {
      shadow = 0;
    }
    if (trap) {
      trap = false;
      if ((shadow & MOV_SS) != 0) {
        heldBack = true;
        return;
      }
      cpu.events.signal(Event.SINGLE_STEP);
    }
  }

  /** Nothing is due or blocked any more: after a fault, RESET or INIT. */
  void clear() {
    trap = false;
    heldBack = false;
    unfinished = false;
    shadow = 0;
    cpu.events.withdraw(Event.SINGLE_STEP);
  }
}
