package io.vmxlab.cli;

import io.vmxlab.explain.TraceLine;
import io.vmxlab.machine.RunListener;
import java.util.ArrayList;
import java.util.List;

/** Prints a line for each instruction, or keeps the lines for JSON. */
final class Tracer implements RunListener {
  private static final int MOST_KEPT = 100_000;

  private final Terminal terminal;
  private final boolean keep;
  private final List<TraceLine> kept = new ArrayList<>();

  Tracer(Terminal terminal, boolean keep) {
    this.terminal = terminal;
    this.keep = keep;
  }

  @Override
  public boolean wantsSteps() {
    return true;
  }

  @Override
  public void onStep(Step step) {
    TraceLine line = TraceLine.of(step);
    if (!keep) {
      terminal.line(line.text());
    } else if (kept.size() < MOST_KEPT) {
      kept.add(line);
    }
  }

  /** The first lines, if they are kept. */
  List<TraceLine> steps() {
    return kept;
  }
}
