package io.vmxlab.threemachines;

import io.vmxlab.arch.Cause;
import io.vmxlab.arch.ExitReason;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.Vector;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.CpuObserver;
import io.vmxlab.cpu.ExitFacts;
import io.vmxlab.cpu.Fault;
import io.vmxlab.cpu.VmFail;
import io.vmxlab.engine.Engine;
import io.vmxlab.engine.StepListener;
import io.vmxlab.isa.Instruction;
import io.vmxlab.rule.Rule;
import io.vmxlab.rule.RuleSet;
import java.util.ArrayList;
import java.util.List;

/** Sees how trials go on vmxlab: each makes one VM entry, whose guest runs step by step. */
final class VmxWatch implements CpuObserver, StepListener {
  /** The cause of a VM entry that comes to its guest. */
  static final String ENTERS = "enters";

  /** The cause of a VM entry that fails behind all checks. */
  static final String MSR_LOADING = "msr-loading";

  private static final String VMWRITE = "vmcs-field-supported";

  private final Engine engine;
  private final List<VmxCourse> courses = new ArrayList<>();

  VmxWatch(Engine engine) {
    this.engine = engine;
  }

  /** Of the trials, in their order. */
  List<VmxCourse> courses() {
    return courses;
  }

  @Override
  public void onVmFail(Cpu cpu, VmFail fail, Cause violated, RuleSet<?, ?> checks, StateView view) {
    if (cpu.vmxOperation == Cpu.VMX_ROOT && !id(violated).equals(VMWRITE)) {
      courses.add(new VmxCourse(id(violated)));
    }
  }

  @Override
  public void onEntryFailure(
      Cpu cpu,
      long exitReason,
      long qualification,
      Cause violated,
      RuleSet<?, ?> checks,
      StateView view) {
    courses.add(new VmxCourse(id(violated)));
  }

  @Override
  public void onVmEntry(Cpu cpu) {
    courses.add(new VmxCourse(ENTERS));
    engine.stepListener(this);
  }

  @Override
  public void onVmExit(Cpu cpu, ExitFacts exit) {
    engine.stepListener(null);
    if (cpu.inGuest()) {
      course().end(cpu);
    }
    if (exit.reason() == ExitReason.MSR_LOADING) {
      courses.add(new VmxCourse(MSR_LOADING));
    }
  }

  @Override
  public void before(Cpu cpu, Instruction instruction) {
    course().begin(VmxCourse.Step.of(cpu, instruction));
  }

  @Override
  public void after(Cpu cpu, Instruction instruction) {
    course().end(cpu);
  }

  @Override
  public void onException(Cpu cpu, Fault fault) {
    if (cpu.inGuest()) {
      course().end(cpu);
      course().deliver(fault.vector());
    }
  }

  @Override
  public void onSoftwareInterrupt(Cpu cpu, int vector) {
    course().deliver(Vector.of(vector));
  }

  private VmxCourse course() {
    return courses.get(courses.size() - 1);
  }

  private static String id(Cause cause) {
    return cause instanceof Rule<?> rule ? rule.id() : cause.toString();
  }
}
