package io.vmxlab.junit;

import io.vmxlab.explain.Check;
import io.vmxlab.explain.Explain;
import io.vmxlab.explain.Explanation;
import io.vmxlab.explain.RunView;
import io.vmxlab.explain.Sheet;
import io.vmxlab.explain.Style;
import io.vmxlab.explain.Text;
import io.vmxlab.machine.Event;
import io.vmxlab.machine.Run;
import java.util.List;

/** A run as the message of a failure shows it: what the command line prints, and the checklist. */
final class RunReport {
  private RunReport() {}

  static String of(String name, Run run) {
    Sheet sheet = new Sheet(Style.PLAIN);
    new RunView(name, run, true, "").text(sheet);
    List<Check> checks = Explain.checks(run);
    if (!checks.isEmpty() && !showsChecks(run)) {
      sheet.blank().line("checks that the processor made last, in the manual's order");
      Text.checks(sheet, checks, "");
    }
    return sheet.toString();
  }

  private static boolean showsChecks(Run run) {
    return Explain.outcome(run).filter(e -> !e.checks().isEmpty()).isPresent()
        || run.events().stream().anyMatch(e -> e instanceof Event.VmFailed);
  }

  /** The same with the explanation of something that happened on the way. */
  static String of(String name, Run run, Explanation about) {
    Sheet sheet = new Sheet(Style.PLAIN);
    sheet.blank();
    Text.explanation(sheet, about);
    return of(name, run) + sheet;
  }
}
