package io.vmxlab.cpu;

import io.vmxlab.arch.Debugctl;
import io.vmxlab.arch.Dr6;
import io.vmxlab.arch.Dr7;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.Vector;
import io.vmxlab.arch.VmcsBits;

/**
 * Exceptions and software interrupts on their way to a handler. SDM Vol. 3A "Exception and
 * Interrupt Handling".
 */
public final class Delivery {
  /** Exceptions met in delivering one another before the processor is given up. */
  private static final int ENDLESS = 64;

  /** What an event comes from, which decides about privilege checks and error codes. */
  public enum Source {
    /** An external interrupt. */
    EXTERNAL(VmcsBits.EXTERNAL_INTERRUPT),
    NMI(VmcsBits.NMI),
    /** A fault, trap or abort. */
    EXCEPTION(VmcsBits.HARDWARE_EXCEPTION),
    /** INT n: the gate's DPL counts. */
    SOFTWARE(VmcsBits.SOFTWARE_INTERRUPT),
    /** INT1: no DPL check, and EXT = 1 like an exception. */
    PRIVILEGED_SOFTWARE(VmcsBits.PRIVILEGED_SOFTWARE_EXCEPTION),
    /** INT3 and INTO: the gate's DPL counts. */
    SOFTWARE_EXCEPTION(VmcsBits.SOFTWARE_EXCEPTION);

    /** Type of the event in VMX interruption information. */
    public final int type;

    Source(int type) {
      this.type = type;
    }

    /** It is an instruction that any program may use where the gate's DPL allows it. */
    boolean checksDpl() {
      return this == SOFTWARE || this == SOFTWARE_EXCEPTION;
    }

    /** What is saved is the address behind the instruction. */
    public boolean isInstruction() {
      return checksDpl() || this == PRIVILEGED_SOFTWARE;
    }
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

  /** Of the instruction that the event is; else 0. */
  private int length;

  private boolean inProgress;
  private boolean comesAgain;

  Delivery(Cpu cpu) {
    this.cpu = cpu;
    ia32e = new GateIa32e(cpu, this);
    legacy = new GateLegacy(cpu, this);
  }

  /** EXT bit of error codes of faults met on the way. */
  int ext() {
    return source.checksDpl() ? 0 : 1;
  }

  /** An event is on its way to its handler, or what it met there is. */
  public boolean inProgress() {
    return inProgress;
  }

  /** Nothing is on its way any more. */
  public void end() {
    inProgress = false;
  }

  /** Vector of the event in progress. */
  public int vector() {
    return vector;
  }

  public Source source() {
    return source;
  }

  public boolean hasErrorCode() {
    return hasCode;
  }

  public int errorCode() {
    return code;
  }

  /** RFLAGS as the event in progress saves it. */
  public long flagsImage() {
    return flagsImage;
  }

  /** Length of the instruction that the event in progress is; 0 if it is none. */
  public int instructionLength() {
    return length;
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
    comesAgain = again;
    ask(thrown);
    cpu.stepping.clear();
    go(thrown);
  }

  private void go(Fault thrown) {
    Fault current = thrown;
    for (int i = 0; i < ENDLESS; i++) {
      cpu.observer.onException(cpu, current);
      Vector first = current.vector();
      try {
        begin(current);
        go();
        complete();
        return;
      } catch (Fault second) {
        current = after(first, second);
        if (current == null) {
          return;
        }
      }
    }
    throw new Unmodelled("an exception that recurs without end in its own delivery");
  }

  private void complete() {
    inProgress = false;
    cpu.rip = cpu.nextRip;
    cpu.stepping.delivered();
  }

  /** Whether an exception causes a VM exit, which is thrown. */
  private void ask(Fault fault) {
    if (cpu.inGuest()) {
      int number = fault.vector().number;
      long image = image(fault);
      cpu.interception.exception(
          cpu, number, Source.EXCEPTION, fault.errorCode(), fault.address(), image, 0);
    }
  }

  /**
   * Delivering one exception has met another one.
   *
   * @param first null for an event that is benign whatever it meets
   * @return what is delivered now; null if the processor has shut down
   */
  private Fault after(Vector first, Fault second) {
    if (first != null) {
      cpu.observer.onNestedException(cpu, first, second);
    }
    ask(second);
    Vector.Severity before = first == null ? Vector.Severity.BENIGN : first.severity;
    Vector.Severity severity = second.vector().severity;
    boolean grave =
        severity == Vector.Severity.CONTRIBUTORY || severity == Vector.Severity.PAGE_FAULT;
    if (before == Vector.Severity.DOUBLE_FAULT && grave) {
      inProgress = false;
      if (cpu.inGuest()) {
        cpu.interception.tripleFault(cpu);
      }
      cpu.observer.onShutdown(cpu, second);
      cpu.activity = Activity.SHUTDOWN;
      return null;
    }
    if (!doubles(before, severity)) {
      return second;
    }
    if (second.vector() == Vector.PF) {
      cpu.cr2 = second.address();
    }
    inProgress = false; // a VM exit of the double fault does not tell of what it came from
    Fault both = cpu.raise(Vector.DF, 0, Requirement.DOUBLE_FAULT_RULE);
    ask(both);
    return both;
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
  void external(int number, Source from, boolean again) {
    cpu.observer.onInterrupt(cpu, number);
    begin(number, from, cpu.rip, cpu.rflags() | (again ? Rflags.RF : 0));
    goOr(null, again);
  }

  /**
   * Delivers the event that a VM entry injects. It causes no VM exit itself; what it meets on the
   * way may.
   *
   * @param withCode it pushes an error code
   * @param instruction length of the instruction that the event stands for; 0 if for none
   */
  void inject(int number, Source from, boolean withCode, int errorCode, int instruction) {
    begin(number, from, cpu.rip + (from.isInstruction() ? instruction : 0), cpu.rflags());
    hasCode = withCode;
    code = errorCode;
    length = instruction;
    boolean redirected =
        from == Source.SOFTWARE && VirtualInterrupts.redirect(cpu, number, returnAddress);
    if (redirected) {
      complete();
    } else {
      goOr(from == Source.EXCEPTION ? Vector.of(number) : null, false);
    }
  }

  /** Goes through the IDT, or delivers what is met on the way. */
  private void goOr(Vector first, boolean again) {
    try {
      go();
      complete();
    } catch (Fault onTheWay) {
      comesAgain = again;
      Fault next = after(first, onTheWay);
      if (next != null) {
        go(next);
      }
    }
  }

  private void begin(int number, Source from, long next, long image) {
    vector = number;
    source = from;
    hasCode = false;
    code = 0;
    length = 0;
    returnAddress = next;
    flagsImage = image;
    inProgress = true;
  }

  private void begin(Fault fault) {
    Vector v = fault.vector();
    begin(v.number, Source.EXCEPTION, cpu.rip, image(fault));
    hasCode = v.pushesErrorCode;
    code = fault.errorCode();
    comesAgain = false;
    if (v == Vector.PF) {
      cpu.cr2 = fault.address();
    } else if (v == Vector.DB) {
      beginDebug(fault);
    }
  }

  /**
   * RFLAGS as an exception saves it. General detection is a fault; for that of an instruction
   * breakpoint the image is as the flags are.
   */
  private long image(Fault fault) {
    boolean resumes =
        comesAgain
            || fault.vector().kind == Vector.Kind.FAULT
            || fault.violated() == Requirement.GENERAL_DETECT_DISABLED;
    return cpu.rflags() | (resumes ? Rflags.RF : 0);
  }

  private void beginDebug(Fault fault) {
    cpu.dr[7] &= ~Dr7.GD;
    cpu.dr[6] = (cpu.dr[6] & ~Dr6.BREAKPOINTS) | fault.address();
    cpu.msrs.set(Msr.IA32_DEBUGCTL, cpu.msrs.get(Msr.IA32_DEBUGCTL) & ~Debugctl.ENDED_BY_DB);
  }

  void interrupt(int number, Source from, long next) {
    long image = cpu.rflags() & ~Rflags.RF; // a software interrupt begins by clearing it
    int bytes = (int) (next - cpu.rip);
    if (cpu.inGuest() && from != Source.SOFTWARE) {
      cpu.interception.exception(cpu, number, from, 0, 0, image, bytes);
    }
    cpu.observer.beforeSoftwareInterrupt(cpu, number);
    begin(number, from, next, image);
    length = bytes;
    throughTaskGate = false;
    try {
      go();
      inProgress = false;
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
