package io.vmxlab.cpu;

import io.vmxlab.arch.Msr;

/**
 * The timer of a local APIC: one-shot, periodic or by a deadline of the time-stamp counter. It
 * counts a tick of virtual time as often as the divide configuration says. SDM Vol. 3A "APIC
 * Timer".
 */
final class ApicTimer extends Deadline {
  private static final int PERIODIC = 1;
  private static final int DEADLINE = 2;

  private final LocalApic apic;
  private int initial;
  private int divide;

  /** The moment at which the count was the initial one. */
  private long start;

  private boolean counting;

  /** IA32_TSC_DEADLINE; 0 while none is armed. */
  private long deadline;

  ApicTimer(LocalApic apic) {
    this.apic = apic;
  }

  private VirtualTime time() {
    return apic.cpu.time;
  }

  private int mode() {
    return apic.registers().timerEntry().value() >> 17 & 3;
  }

  void reset() {
    initial = 0;
    divide = 0;
    disarm();
  }

  private void disarm() {
    counting = false;
    deadline = 0;
    time().cancel(this);
  }

  /** The LVT entry has been written: another mode may count no more. */
  void modeChanged(int before) {
    int oldMode = before >> 17 & 3;
    if (oldMode != mode() && (oldMode == DEADLINE || mode() == DEADLINE)) {
      initial = 0;
      disarm();
    } else if (counting) {
      schedule();
    }
  }

  int initial() {
    return initial;
  }

  /** Starts to count down; 0 stops. */
  void initial(int count) {
    if (mode() == DEADLINE) {
      return;
    }
    initial = count;
    start = time().now();
    counting = count != 0;
    schedule();
  }

  /** The count now, unsigned. */
  int current() {
    if (!counting) {
      return 0;
    }
    long whole = Integer.toUnsignedLong(initial);
    long passed = (time().now() - start) / divisor();
    return (int) (mode() == PERIODIC ? whole - passed % whole : Math.max(0, whole - passed));
  }

  int divide() {
    return divide;
  }

  /** Divide configuration register; the count goes on from where it is. */
  void divide(int value) {
    int left = current();
    divide = value & 0xB;
    if (counting) {
      start =
          time().now()
              - (Integer.toUnsignedLong(initial) - Integer.toUnsignedLong(left)) * divisor();
      schedule();
    }
  }

  private long divisor() {
    int code = divide & 3 | (divide & 8) >> 1;
    return code == 7 ? 1 : 2L << code;
  }

  private void schedule() {
    if (!counting) {
      time().cancel(this);
      return;
    }
    long period = Integer.toUnsignedLong(initial) * divisor();
    long passed = time().now() - start;
    time().schedule(this, start + (mode() == PERIODIC ? passed / period + 1 : 1) * period);
  }

  long deadline() {
    return deadline;
  }

  /** IA32_TSC_DEADLINE is written; outside its mode that does nothing. */
  void deadline(long value) {
    if (mode() != DEADLINE) {
      return;
    }
    deadline = value;
    scheduleDeadline();
  }

  /** The time-stamp counter has been written. */
  void timeStampChanged() {
    if (deadline != 0) {
      scheduleDeadline();
    }
  }

  private void scheduleDeadline() {
    if (deadline == 0) {
      time().cancel(this);
      return;
    }
    long ahead = deadline - apic.cpu.get(Msr.IA32_TIME_STAMP_COUNTER);
    boolean passed = Long.compareUnsigned(deadline, deadline - ahead) <= 0;
    long when = time().now() + (passed ? 0 : ahead);
    if (passed || when > 0) {
      time().schedule(this, when);
    }
  }

  @Override
  protected void expire() {
    boolean again = deadline == 0 && mode() == PERIODIC;
    deadline = 0;
    counting = again;
    if (again) {
      schedule();
    }
    apic.registers().timerEntry().request(apic);
  }
}
