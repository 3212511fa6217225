package io.vmxlab.cli;

import io.vmxlab.explain.JsonText;
import io.vmxlab.explain.TraceLine;
import io.vmxlab.machine.RunListener;

/** Prints a line for each instruction, or keeps the lines for JSON. */
final class Tracer implements RunListener {
  private static final int MOST_KEPT = 100_000;

  private final Terminal terminal;
  private final boolean keep;
  private final JsonText.Elements steps = new JsonText.Elements();
  private int kept;

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
    if (!keep) {
      terminal.line(TraceLine.of(step).text());
    } else if (kept < MOST_KEPT) {
      steps.add(TraceLine.of(step)::json);
      kept++;
    }
  }

  /** The first lines, if they are kept. */
  JsonText.Elements steps() {
    return steps;
  }
}
