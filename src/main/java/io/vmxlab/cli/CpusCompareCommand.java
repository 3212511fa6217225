package io.vmxlab.cli;

import io.vmxlab.explain.CpuComparison;
import io.vmxlab.explain.JsonText;
import io.vmxlab.explain.Sheet;
import java.util.List;

/** {@code cpus compare A B}: what differs between two processors. */
final class CpusCompareCommand extends Command {
  private boolean json;

  CpusCompareCommand() {
    super("compare", "Show what differs between two processors, and what that breaks.");
  }

  @Override
  List<Option> ownOptions() {
    return List.of(Option.flag("--json", "print JSON instead of text"));
  }

  @Override
  List<Operand> operandList() {
    return List.of(
        Operand.required("A", "name of a model, or a model file"),
        Operand.required("B", "another one"));
  }

  @Override
  void setOwn(String option, String value) {
    json = true;
  }

  @Override
  int run(Terminal terminal) {
    CpuComparison comparison =
        CpuComparison.of(Inputs.cpu(operands().get(0)), Inputs.cpu(operands().get(1)));
    if (json) {
      terminal.print(JsonText.document("cpu-comparison", 1, comparison::json));
    } else {
      Sheet sheet = terminal.sheet();
      comparison.text(sheet);
      terminal.print(sheet);
    }
    return Exit.OK;
  }
}
