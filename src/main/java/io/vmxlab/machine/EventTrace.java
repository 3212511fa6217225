package io.vmxlab.machine;

import io.vmxlab.arch.Cause;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.Vector;
import io.vmxlab.arch.VmxAbort;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.CpuObserver;
import io.vmxlab.cpu.ExitFacts;
import io.vmxlab.cpu.Fault;
import io.vmxlab.cpu.VmFail;
import io.vmxlab.rule.Checklist;
import io.vmxlab.rule.RuleSet;
import java.util.OptionalLong;

/**
 * A number that stands for everything that has happened to a processor, when and where: two runs
 * that differed for a moment do not have the same one. Passes on what it is told.
 */
class EventTrace implements CpuObserver {
  private static final long PRIME = 0x100_0000_01B3L;
  private static final long FAILED_ENTRY = 0x8000_0000L;

  private final CpuObserver next;
  private long hash = 0xCBF2_9CE4_8422_2325L;

  EventTrace(CpuObserver next) {
    this.next = next;
  }

  /** Of all that has happened so far. */
  final long hash() {
    return hash;
  }

  private void mix(long value) {
    hash = (hash ^ value) * PRIME;
    hash ^= hash >>> 29;
  }

  private void mix(Cpu cpu, long what) {
    mix(what);
    mix(cpu.rip);
    mix(cpu.retired + cpu.position);
    mix(cpu.rflags());
  }

  private void mix(Fault fault) {
    mix(fault.vector().number);
    mix(fault.errorCode());
    mix(fault.address());
    mix(fault.violated());
  }

  private void mix(Cause violated) {
    mix(violated.id().hashCode());
  }

  @Override
  public void onChecks(Cpu cpu, RuleSet<?, ?> checks, StateView view) {
    next.onChecks(cpu, checks, view);
  }

  @Override
  public void onHeld(Cpu cpu, Checklist checks, StateView view) {
    next.onHeld(cpu, checks, view);
  }

  @Override
  public void onStaleTranslation(Cpu cpu, long linear, long used, OptionalLong now) {
    mix(cpu, linear);
    next.onStaleTranslation(cpu, linear, used, now);
  }

  @Override
  public void onException(Cpu cpu, Fault fault) {
    mix(cpu, 1);
    mix(fault);
    next.onException(cpu, fault);
  }

  @Override
  public void onNestedException(Cpu cpu, Vector first, Fault second) {
    mix(cpu, 2);
    mix(second);
    next.onNestedException(cpu, first, second);
  }

  @Override
  public void beforeSoftwareInterrupt(Cpu cpu, int vector) {
    next.beforeSoftwareInterrupt(cpu, vector);
  }

  @Override
  public void onSoftwareInterrupt(Cpu cpu, int vector) {
    mix(cpu, 3L << 8 | vector);
    next.onSoftwareInterrupt(cpu, vector);
  }

  @Override
  public void onInterrupt(Cpu cpu, int vector) {
    mix(cpu, 4L << 8 | vector);
    next.onInterrupt(cpu, vector);
  }

  @Override
  public void onShutdown(Cpu cpu, Fault last) {
    mix(cpu, 5);
    next.onShutdown(cpu, last);
  }

  @Override
  public void onShutdown(Cpu cpu, Cause violated) {
    mix(cpu, 6);
    mix(violated);
    next.onShutdown(cpu, violated);
  }

  @Override
  public void onMsrWrite(Cpu cpu, int index, long value) {
    mix(cpu, 7);
    mix(index);
    mix(value);
    next.onMsrWrite(cpu, index, value);
  }

  @Override
  public void onInit(Cpu cpu, long before) {
    mix(cpu, 8);
    next.onInit(cpu, before);
  }

  @Override
  public void onVmFail(Cpu cpu, VmFail fail, Cause violated, RuleSet<?, ?> checks, StateView view) {
    mix(cpu, 9);
    mix(violated);
    next.onVmFail(cpu, fail, violated, checks, view);
  }

  @Override
  public void onEntryFailure(
      Cpu cpu,
      long exitReason,
      long qualification,
      Cause violated,
      RuleSet<?, ?> checks,
      StateView view) {
    mix(cpu, exitReason | FAILED_ENTRY);
    mix(violated);
    next.onEntryFailure(cpu, exitReason, qualification, violated, checks, view);
  }

  @Override
  public void onVmEntry(Cpu cpu) {
    mix(cpu, 10);
    next.onVmEntry(cpu);
  }

  @Override
  public void onVmExit(Cpu cpu, ExitFacts exit) {
    mix(cpu, 11);
    mix(exit.reason().number);
    mix(exit.qualification());
    mix(exit.interruption());
    next.onVmExit(cpu, exit);
  }

  @Override
  public void onVmxAbort(Cpu cpu, VmxAbort why) {
    mix(cpu, 12L << 32 | why.number);
    next.onVmxAbort(cpu, why);
  }
}
