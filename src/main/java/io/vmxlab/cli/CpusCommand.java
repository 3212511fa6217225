package io.vmxlab.cli;

import io.vmxlab.explain.JsonText;
import io.vmxlab.explain.Sheet;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import java.util.ArrayList;
import java.util.List;

/** {@code cpus}: the processor models. */
final class CpusCommand extends Command {
  private boolean json;

  CpusCommand() {
    super("cpus", "List the processor models.");
  }

  @Override
  List<Option> ownOptions() {
    return List.of(Option.flag("--json", "print JSON instead of text"));
  }

  @Override
  List<Command> subcommands() {
    return List.of(new CpusShowCommand(), new CpusCompareCommand(), new CpusImportCommand());
  }

  @Override
  void setOwn(String option, String value) {
    json = true;
  }

  @Override
  int run(Terminal terminal) {
    List<DumpedCpu> models = new ArrayList<>(CpuModels.list());
    models.add(CpuModels.named(CpuModels.MAX));
    if (json) {
      terminal.print(
          JsonText.document("cpus", 1, j -> j.array("cpus", models, CpusCommand::member)));
      return Exit.OK;
    }
    int width = models.stream().mapToInt(m -> m.name().length()).max().orElse(0) + 2;
    Sheet sheet = terminal.sheet();
    String group = "";
    for (DumpedCpu m : models) {
      if (!m.title().equals(group)) {
        group = m.title();
        sheet.line(sheet.style().bold(group));
      }
      boolean isDefault = m.name().equals(CpuModels.DEFAULT);
      sheet.labelled(2, width, m.name(), m.brand() + (isDefault ? " (default)" : ""));
    }
    sheet.blank().line("vmxlab cpus show NAME shows the VMX capabilities of one, bit by bit;");
    sheet.line("vmxlab cpus compare A B shows what differs between two.");
    terminal.print(sheet);
    return Exit.OK;
  }

  private static void member(JsonText json, DumpedCpu m) {
    json.text("name", m.name()).text("title", m.title()).text("brand", m.brand());
    json.text("source", m.source()).texts("also", m.also());
    m.base().ifPresent(b -> json.text("base", b));
    json.flag("default", m.name().equals(CpuModels.DEFAULT));
  }
}
