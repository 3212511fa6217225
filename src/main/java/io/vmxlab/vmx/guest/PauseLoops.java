package io.vmxlab.vmx.guest;

import io.vmxlab.arch.Msr;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.vmx.exit.Asked;
import io.vmxlab.vmx.vmcs.Control;
import io.vmxlab.vmx.vmcs.Vmcs;

/**
 * PAUSE: exits by itself, or as part of a loop. SDM Vol. 3C "Instructions That Cause VM Exits
 * Conditionally".
 */
final class PauseLoops {
  private final Cpu cpu;
  private final Vmcs vmcs;
  private final Asked asked;

  /** Time-stamp counter at the first PAUSE of the loop and at the last one. */
  private long first;

  private long last;

  /** There was a PAUSE at CPL 0 since the VM entry. */
  private boolean begun;

  PauseLoops(Cpu cpu, Vmcs vmcs, Asked asked) {
    this.cpu = cpu;
    this.vmcs = vmcs;
    this.asked = asked;
  }

  /** A VM entry: no loop has begun. */
  void reset() {
    begun = false;
  }

  /** PAUSE is executed, and causes a VM exit. */
  boolean exits() {
    asked.by(Control.PAUSE_EXITING);
    if (Control.PAUSE_EXITING.on(vmcs)) {
      return true;
    }
    if (cpu.cpl != 0 || Control.PAUSE_LOOP_EXITING.off(vmcs)) {
      return false;
    }
    asked.by(Control.PAUSE_LOOP_EXITING);
    long now = cpu.get(Msr.IA32_TIME_STAMP_COUNTER);
    boolean goesOn = begun && now - last <= vmcs.get(VmcsField.PLE_GAP);
    if (!goesOn) {
      first = now;
      begun = true;
    }
    last = now;
    return goesOn && now - first > vmcs.get(VmcsField.PLE_WINDOW);
  }
}
