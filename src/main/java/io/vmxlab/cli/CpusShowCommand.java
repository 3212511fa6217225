package io.vmxlab.cli;

import io.vmxlab.explain.CpuView;
import io.vmxlab.explain.JsonText;
import io.vmxlab.explain.Sheet;
import java.util.List;

/** {@code cpus show NAME}: one processor model, bit by bit. */
final class CpusShowCommand extends Command {
  private boolean json;

  CpusShowCommand() {
    super("show", "Show a model: its features and its VMX capability MSRs, bit by bit.");
  }

  @Override
  List<Option> ownOptions() {
    return List.of(Option.flag("--json", "print JSON instead of text"));
  }

  @Override
  List<Operand> operandList() {
    return List.of(Operand.required("NAME", "name of a model, or a model file"));
  }

  @Override
  void setOwn(String option, String value) {
    json = true;
  }

  @Override
  int run(Terminal terminal) {
    CpuView view = CpuView.of(Inputs.cpu(operands().get(0)));
    if (json) {
      terminal.print(JsonText.document("cpu", 1, view::json));
    } else {
      Sheet sheet = terminal.sheet();
      view.text(sheet);
      terminal.print(sheet);
    }
    return Exit.OK;
  }
}
