package io.vmxlab.cli;

import io.vmxlab.explain.JsonText;
import io.vmxlab.explain.TraceLine;
import io.vmxlab.machine.RunListener;
import io.vmxlab.machine.VmTransition;

/** Prints a line for each instruction and transition, or keeps the lines for JSON. */
final class Tracer implements RunListener {
  private static final int MOST_KEPT = 100_000;

  private final Terminal terminal;
  private final VmxWatch vmx;
  private final boolean instructions;
  private final boolean keep;
  private final JsonText.Elements steps = new JsonText.Elements();
  private int kept;

  /**
   * A listener.
   *
   * @param vmx what is asked of transitions
   * @param instructions are traced
   * @param keep lines are kept for JSON, not printed
   */
  Tracer(Terminal terminal, VmxWatch vmx, boolean instructions, boolean keep) {
    this.terminal = terminal;
    this.vmx = vmx;
    this.instructions = instructions;
    this.keep = keep;
  }

  @Override
  public boolean wantsSteps() {
    return instructions;
  }

  @Override
  public boolean wantsTransitions() {
    return vmx.wantsTransitions();
  }

  @Override
  public void onTransition(VmTransition transition) {
    vmx.on(transition, terminal, keep);
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
