package io.vmxlab.cpu;

import io.vmxlab.arch.Debugctl;
import io.vmxlab.arch.Dr6;
import io.vmxlab.arch.Dr7;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.Vector;

/**
 * Exceptions and software interrupts on their way to a handler. SDM Vol. 3A "Exception and
 * Interrupt Handling".
 */
public final class Delivery {
  /** Exceptions met in delivering one another before the processor is given up. */
  private static final int ENDLESS = 64;

  /** What an event comes from, which decides about privilege checks and error codes. */
  public enum Source {
    /** A fault, trap or abort. */
    EXCEPTION,
    /** INT n, INT3 and INTO: the gate's DPL counts. */
    SOFTWARE,
    /** INT1: no DPL check, and EXT = 1 like an exception. */
    PRIVILEGED_SOFTWARE,
    /** An external interrupt or NMI. */
    EXTERNAL
  }

  private final Cpu cpu;
  private final GateIa32e ia32e;
  private final GateLegacy legacy;

  // the event being delivered
  int vector;
  Source source;
  boolean hasCode;
  int code;
  long returnAddress;
  long flagsImage;

  /** The gate of a software interrupt leads to another task. */
  boolean throughTaskGate;

  private boolean comesAgain;

  Delivery(Cpu cpu) {
    this.cpu = cpu;
    ia32e = new GateIa32e(cpu, this);
    legacy = new GateLegacy(cpu, this);
  }

  /** EXT bit of error codes of faults met on the way. */
  int ext() {
    return source == Source.SOFTWARE ? 0 : 1;
  }

  /** A fault of the IDT entry itself: vector number, IDT and EXT. */
  Fault refuseGate(Vector with, Requirement cause) {
    return cpu.raise(with, vector * 8 + 2 + ext(), cause);
  }

  /**
   * Delivers an exception.
   *
   * @param again the instruction before it is not over, but goes on after the handler
   */
  void deliver(Fault thrown, boolean again) {
    Fault current = thrown;
    comesAgain = again;
    for (int i = 0; i < ENDLESS; i++) {
      cpu.observer.onException(cpu, current);
      Vector first = current.vector();
      try {
        begin(current);
        go();
        cpu.rip = cpu.nextRip;
        return;
      } catch (Fault second) {
        cpu.observer.onNestedException(cpu, first, second);
        Vector.Severity severity = second.vector().severity;
        boolean grave =
            severity == Vector.Severity.CONTRIBUTORY || severity == Vector.Severity.PAGE_FAULT;
        if (first.severity == Vector.Severity.DOUBLE_FAULT && grave) {
          cpu.observer.onShutdown(cpu, second);
          cpu.activity = Activity.SHUTDOWN;
          return;
        }
        if (doubles(first.severity, severity)) {
          if (second.vector() == Vector.PF) {
            cpu.cr2 = second.address();
          }
          current = cpu.raise(Vector.DF, 0, Requirement.DOUBLE_FAULT_RULE);
        }
      }
    }
    throw new Unmodelled("an exception that recurs without end in its own delivery");
  }

  /** Table "Conditions for Generating a Double Fault". */
  private static boolean doubles(Vector.Severity first, Vector.Severity second) {
    switch (first) {
      case CONTRIBUTORY:
        return second == Vector.Severity.CONTRIBUTORY;
      case PAGE_FAULT:
        return second == Vector.Severity.CONTRIBUTORY || second == Vector.Severity.PAGE_FAULT;
      default:
        return false;
    }
  }

  /**
   * Delivers an external interrupt or an NMI. A fault on the way is delivered in its place: the
   * interrupt has been acknowledged and is lost.
   *
   * @param again the instruction before it is not over, but goes on after the handler
   */
  void external(int number, boolean again) {
    cpu.observer.onInterrupt(cpu, number);
    vector = number;
    source = Source.EXTERNAL;
    hasCode = false;
    code = 0;
    returnAddress = cpu.rip;
    flagsImage = cpu.rflags() | (again ? Rflags.RF : 0);
    try {
      go();
      cpu.rip = cpu.nextRip;
    } catch (Fault onTheWay) {
      deliver(onTheWay, again);
    }
  }

  private void begin(Fault fault) {
    Vector v = fault.vector();
    vector = v.number;
    source = Source.EXCEPTION;
    hasCode = v.pushesErrorCode;
    code = fault.errorCode();
    returnAddress = cpu.rip;
    flagsImage = cpu.rflags() | (comesAgain || v.kind == Vector.Kind.FAULT ? Rflags.RF : 0);
    comesAgain = false;
    if (v == Vector.PF) {
      cpu.cr2 = fault.address();
    } else if (v == Vector.DB) {
      beginDebug(fault);
    }
  }

  private void beginDebug(Fault fault) {
    cpu.dr[7] &= ~Dr7.GD;
    cpu.dr[6] = (cpu.dr[6] & ~Dr6.BREAKPOINTS) | fault.address();
    if (fault.violated() == Requirement.GENERAL_DETECT_DISABLED) {
      flagsImage |=
          Rflags.RF; // a fault; for that of an instruction breakpoint the image is as it is
    }
    cpu.msrs.set(Msr.IA32_DEBUGCTL, cpu.msrs.get(Msr.IA32_DEBUGCTL) & ~Debugctl.ENDED_BY_DB);
  }

  void interrupt(int number, Source from, long next) {
    vector = number;
    source = from;
    hasCode = false;
    code = 0;
    returnAddress = next;
    flagsImage = cpu.rflags() & ~Rflags.RF; // a software interrupt begins by clearing it
    cpu.observer.beforeSoftwareInterrupt(cpu, number);
    throughTaskGate = false;
    try {
      go();
    } catch (Fault fault) {
      if (!throughTaskGate || !cpu.tasks().hasBegun()) {
        throw fault;
      }
      cpu.deliver(fault);
      cpu.nextRip = cpu.rip;
    }
    cpu.stepping.softwareInterrupt(from == Source.PRIVILEGED_SOFTWARE);
    cpu.observer.onSoftwareInterrupt(cpu, number);
  }

  private void go() {
    if (cpu.inIa32eMode()) {
      ia32e.go();
    } else {
      legacy.go();
    }
  }

  /** Flags on entry to a handler. */
  void enterHandler(boolean interruptGate) {
    long cleared = Rflags.TF | Rflags.NT | Rflags.RF | Rflags.VM;
    cpu.flagsRest &= ~(interruptGate ? cleared | Rflags.IF : cleared);
  }
}
