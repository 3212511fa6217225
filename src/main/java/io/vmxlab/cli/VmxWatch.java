package io.vmxlab.cli;

import io.vmxlab.explain.JsonText;
import io.vmxlab.explain.TransitionLine;
import io.vmxlab.explain.VmxReport;
import io.vmxlab.machine.CurrentVmcs;
import io.vmxlab.machine.ExitStatistics;
import io.vmxlab.machine.VmTransition;
import io.vmxlab.machine.Work;
import java.util.List;
import java.util.Optional;

/** The options that show what a run does in VMX operation, and what becomes of them. */
final class VmxWatch {
  // spotless:off
  static final Option TRACE =
      Option.flag("--trace-vmx", "print a line for each VM entry and VM exit: reason, qualification, what asked for it");
  static final Option STATS =
      Option.flag("--stats", "show what the run cost, and count VM exits by reason with the last of each");
  static final Option SHOW =
      Option.flag("--show-vmcs", "show the current VMCS at the end, by groups with its bits");
  // spotless:on

  private static final int MOST_KEPT = 100_000;

  private boolean trace;
  private boolean show;

  /** Null unless exits are counted. */
  private ExitStatistics statistics;

  /** Lines for a document; null before the first. */
  private JsonText.Elements kept;

  private int lines;

  /** Takes one of the options; says whether it is one. */
  boolean take(String option) {
    switch (option) {
      case "--trace-vmx":
        trace = true;
        return true;
      case "--stats":
        statistics = new ExitStatistics();
        return true;
      case "--show-vmcs":
        show = true;
        return true;
      default:
        return false;
    }
  }

  /** One of the options was given. */
  boolean asked() {
    return trace || show || statistics != null;
  }

  /** Statistics were asked for. */
  boolean counts() {
    return statistics != null;
  }

  /** It has to be told of transitions. */
  boolean wantsTransitions() {
    return trace || statistics != null;
  }

  /**
   * A transition.
   *
   * @param json lines are kept for a document, not printed
   */
  void on(VmTransition transition, Terminal terminal, boolean json) {
    if (statistics != null) {
      statistics.accept(transition);
    }
    if (!trace) {
      return;
    }
    TransitionLine line = new TransitionLine(transition);
    if (!json) {
      terminal.line(line.text());
    } else if (lines < MOST_KEPT) {
      kept = kept == null ? new JsonText.Elements() : kept;
      kept.add(line::json);
      lines++;
    }
  }

  /**
   * What it has to show.
   *
   * @param vmcs the current VMCS of each processor
   * @param work what the run has cost, if it {@link #counts}
   */
  VmxReport report(List<Optional<CurrentVmcs>> vmcs, Optional<Work> work, boolean json) {
    return new VmxReport(
        Optional.ofNullable(statistics),
        work,
        show ? Optional.of(vmcs) : Optional.empty(),
        trace && json
            ? Optional.of(kept == null ? new JsonText.Elements() : kept)
            : Optional.empty());
  }
}
