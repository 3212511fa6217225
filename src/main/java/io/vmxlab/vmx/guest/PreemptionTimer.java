package io.vmxlab.vmx.guest;

import io.vmxlab.arch.Msr;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Deadline;
import io.vmxlab.cpu.Event;
import io.vmxlab.vmx.vmcs.Control;
import io.vmxlab.vmx.vmcs.Vmcs;

/**
 * Counts down while one bit of the time-stamp counter changes. SDM Vol. 3C "VMX-Preemption Timer".
 */
final class PreemptionTimer extends Deadline {
  private static final int RATE = 0x1F;

  private final Cpu cpu;
  private final Vmcs vmcs;

  /** Value of the counter, shifted, at which the timer is 0. */
  private long end;

  PreemptionTimer(Cpu cpu, Vmcs vmcs) {
    this.cpu = cpu;
    this.vmcs = vmcs;
  }

  private int rate() {
    return (int) cpu.get(Msr.IA32_VMX_MISC) & RATE;
  }

  private long counted() {
    return cpu.get(Msr.IA32_TIME_STAMP_COUNTER) >>> rate();
  }

  /** A VM entry. */
  void begin() {
    if (Control.PREEMPTION_TIMER.off(vmcs)) {
      return;
    }
    long value = vmcs.get(VmcsField.PREEMPTION_TIMER_VALUE);
    end = counted() + value;
    if (value == 0) {
      expire();
    } else {
      long ahead = (end << rate()) - cpu.get(Msr.IA32_TIME_STAMP_COUNTER);
      cpu.time.schedule(this, cpu.time.now() + ahead);
    }
  }

  /** A VM exit. */
  void end() {
    if (Control.PREEMPTION_TIMER.off(vmcs)) {
      return;
    }
    cpu.time.cancel(this);
    if (Control.SAVE_PREEMPTION_TIMER.on(vmcs)) {
      vmcs.set(VmcsField.PREEMPTION_TIMER_VALUE, Math.max(end - counted(), 0));
    }
  }

  @Override
  protected void expire() {
    cpu.events.signal(Event.PREEMPTION_TIMER);
  }
}
