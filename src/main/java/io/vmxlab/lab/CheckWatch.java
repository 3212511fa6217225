package io.vmxlab.lab;

import io.vmxlab.arch.Cause;
import io.vmxlab.arch.State;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.Vector;
import io.vmxlab.arch.VmxAbort;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.CpuObserver;
import io.vmxlab.cpu.ExitFacts;
import io.vmxlab.cpu.Fault;
import io.vmxlab.cpu.VmFail;
import io.vmxlab.explain.RuleBook;
import io.vmxlab.rule.Checklist;
import io.vmxlab.rule.Rule;
import io.vmxlab.rule.RuleSet;
import io.vmxlab.rule.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Evaluates all checks of the instruction under test at the moment when the first of them is made,
 * and hands everything on to another observer.
 */
final class CheckWatch implements CpuObserver {
  private final CpuObserver next;
  private final long address;
  private final Optional<Checklist> checklist;
  private final BiConsumer<Rule<StateView>, StateView> probe;
  private final Map<String, Verdict<StateView>> verdicts = new LinkedHashMap<>();
  private boolean whole;
  private long flags;
  private boolean entered;
  private boolean left;

  /**
   * A watch.
   *
   * @param address of the instruction under test, linear
   * @param mnemonic of the instruction under test
   * @param probe gets every rule that is evaluated, and the view that it is evaluated on
   */
  CheckWatch(
      CpuObserver next,
      long address,
      String mnemonic,
      BiConsumer<Rule<StateView>, StateView> probe) {
    this.next = next;
    this.address = address;
    this.checklist = RuleBook.book().of(mnemonic);
    this.probe = probe;
  }

  /** The instruction's checks by rule id, in order; those of its first execution. */
  Map<String, Verdict<StateView>> verdicts() {
    return verdicts;
  }

  /** RFLAGS when the first check was made. */
  long flags() {
    return flags;
  }

  /** There was a VM exit at the instruction under test. */
  boolean left() {
    return left;
  }

  /** A VM entry has succeeded. */
  boolean entered() {
    return entered;
  }

  @Override
  public void onVmEntry(Cpu cpu) {
    entered = true;
    next.onVmEntry(cpu);
  }

  @Override
  public void onVmExit(Cpu cpu, ExitFacts exit) {
    if (cpu.codeAddress(cpu.rip) == address) {
      left = true;
    }
    next.onVmExit(cpu, exit);
  }

  @Override
  public void onShutdown(Cpu cpu, Cause violated) {
    next.onShutdown(cpu, violated);
  }

  @Override
  public void onVmxAbort(Cpu cpu, VmxAbort why) {
    next.onVmxAbort(cpu, why);
  }

  @Override
  public void onChecks(Cpu cpu, RuleSet<?, ?> checks, StateView view) {
    if (!whole && cpu.codeAddress(cpu.rip) == address) {
      if (verdicts.isEmpty()) {
        flags = cpu.get(State.RFLAGS);
      }
      for (RuleSet<?, ?> set : sets(checks)) {
        if (!evaluate(set, view)) {
          break;
        }
      }
    }
    next.onChecks(cpu, checks, view);
  }

  /** The instruction's whole list if the set belongs to it, else the set. */
  private List<RuleSet<?, ?>> sets(RuleSet<?, ?> checks) {
    if (checklist.isPresent() && checklist.get().sets().contains(checks)) {
      whole = true;
      return new ArrayList<>(checklist.get().sets());
    }
    return List.of(checks);
  }

  /**
   * A list is always evaluated on the view that it was made for.
   *
   * @return whether checks behind it have something to look at
   */
  @SuppressWarnings("unchecked")
  private boolean evaluate(RuleSet<?, ?> checks, StateView view) {
    RuleSet<StateView, ?> set = (RuleSet<StateView, ?>) checks;
    for (Verdict<StateView> v : set.evaluate(view)) {
      verdicts.putIfAbsent(v.rule().id(), v);
      probe.accept(v.rule(), view);
    }
    return !set.closes(view);
  }

  @Override
  public void beforeSoftwareInterrupt(Cpu cpu, int vector) {
    next.beforeSoftwareInterrupt(cpu, vector);
  }

  @Override
  public void onMsrWrite(Cpu cpu, int index, long value) {
    next.onMsrWrite(cpu, index, value);
  }

  @Override
  public void onException(Cpu cpu, Fault fault) {
    next.onException(cpu, fault);
  }

  @Override
  public void onNestedException(Cpu cpu, Vector first, Fault second) {
    next.onNestedException(cpu, first, second);
  }

  @Override
  public void onSoftwareInterrupt(Cpu cpu, int vector) {
    next.onSoftwareInterrupt(cpu, vector);
  }

  @Override
  public void onInit(Cpu cpu, long before) {
    next.onInit(cpu, before);
  }

  @Override
  public void onInterrupt(Cpu cpu, int vector) {
    next.onInterrupt(cpu, vector);
  }

  @Override
  public void onShutdown(Cpu cpu, Fault last) {
    next.onShutdown(cpu, last);
  }

  @Override
  public void onVmFail(Cpu cpu, VmFail fail, Cause violated, RuleSet<?, ?> checks, StateView view) {
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
    next.onEntryFailure(cpu, exitReason, qualification, violated, checks, view);
  }
}
