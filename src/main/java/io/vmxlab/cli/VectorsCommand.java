package io.vmxlab.cli;

import io.vmxlab.explain.JsonText;
import io.vmxlab.explain.Sheet;
import io.vmxlab.lab.TestVector;
import java.util.List;

/** {@code vectors [PATH...]}: lists test vectors. */
final class VectorsCommand extends Command {
  private String rule = "";
  private boolean json;

  VectorsCommand() {
    super("vectors", "List test vectors, or export them.");
  }

  @Override
  List<Option> ownOptions() {
    return List.of(VectorInputs.RULE, Option.flag("--json", "print JSON instead of text"));
  }

  @Override
  List<Operand> operandList() {
    return List.of(VectorInputs.PATHS);
  }

  @Override
  List<Command> subcommands() {
    return List.of(new VectorsExportCommand());
  }

  @Override
  void setOwn(String option, String value) {
    if (option.equals("--rule")) {
      rule = VectorInputs.rule(value);
    } else {
      json = true;
    }
  }

  @Override
  int run(Terminal terminal) {
    List<TestVector> vectors = VectorInputs.vectors(operands(), rule);
    if (json) {
      terminal.print(
          JsonText.document(
              "vector-list",
              1,
              j ->
                  j.array(
                      "vectors",
                      vectors,
                      (m, v) ->
                          m.text("id", v.id()).text("rule", v.rule()).text("about", v.about()))));
      return Exit.OK;
    }
    Sheet sheet = terminal.sheet();
    String last = "";
    for (TestVector v : vectors) {
      if (!v.rule().equals(last)) {
        sheet.line(sheet.style().faint(v.rule()));
        last = v.rule();
      }
      sheet.labelled(2, 0, "", v.id());
      sheet.labelled(6, 0, "", v.about());
    }
    sheet.blank().line(vectors.size() + (vectors.size() == 1 ? " vector" : " vectors"));
    terminal.print(sheet);
    return Exit.OK;
  }
}
