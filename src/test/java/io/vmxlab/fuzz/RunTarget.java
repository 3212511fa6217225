package io.vmxlab.fuzz;

import io.vmxlab.explain.RunView;
import io.vmxlab.explain.Sheet;
import io.vmxlab.explain.Style;
import io.vmxlab.machine.BadInputException;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Outcome;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import java.util.Set;

/** A target that runs what the input is, and shows the run as text and as JSON. */
abstract class RunTarget implements FuzzTarget {
  private static final long MEMORY = 16L << 20;
  private final String name;

  RunTarget(String name) {
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<Class<? extends Throwable>> documented() {
    return Set.of(BadInputException.class);
  }

  @Override
  public long guestMemory() {
    return MEMORY;
  }

  @Override
  public String toString() {
    return name;
  }

  static String run(Machine machine, Program program) {
    return shown(machine.run(program));
  }

  static String shown(Run run) {
    RunView view = new RunView("input", run, true, "");
    Sheet sheet = new Sheet(Style.PLAIN);
    view.text(sheet);
    String text = sheet + view.json();
    if (text.codePoints().anyMatch(c -> Character.isISOControl(c) && c != '\n')) {
      throw new IllegalStateException("control characters in what is shown");
    }
    return run.kind() + reason(run.outcome());
  }

  private static String reason(Outcome outcome) {
    if (outcome instanceof Outcome.Unmodelled u) {
      return " " + u.what();
    }
    return outcome.fault().map(f -> " " + f.number() + " " + f.rule()).orElse("");
  }
}
