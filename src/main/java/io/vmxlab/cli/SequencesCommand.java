package io.vmxlab.cli;

import io.vmxlab.explain.JsonText;
import io.vmxlab.explain.Sheet;
import io.vmxlab.lab.Sequence;
import io.vmxlab.text.Names;
import java.util.List;

/** {@code sequences [NAME]}: the programs that come with vmxlab, or the text of one. */
final class SequencesCommand extends Command {
  private static final int NAME_WIDTH = 16;

  private boolean c;
  private boolean json;

  SequencesCommand() {
    super("sequences", "List the built-in sequences, or print the text of one.");
  }

  @Override
  List<Option> ownOptions() {
    return List.of(
        Option.flag("--c", "print the C text instead of the assembly text"),
        Option.flag("--json", "print JSON instead of text"));
  }

  @Override
  List<Operand> operandList() {
    return List.of(Operand.optional("NAME", "a sequence whose text is printed"));
  }

  @Override
  void setOwn(String option, String value) {
    c |= option.equals("--c");
    json |= option.equals("--json");
  }

  @Override
  int run(Terminal terminal) {
    if (!operands().isEmpty()) {
      Sequence sequence = find(operands().get(0));
      terminal.print(c ? sequence.c() : sequence.assembly());
      return Exit.OK;
    }
    List<Sequence> all = List.of(Sequence.values());
    if (json) {
      terminal.print(
          JsonText.document(
              "sequences",
              1,
              j ->
                  j.array(
                      "sequences",
                      all,
                      (item, s) ->
                          item.text("name", s.id())
                              .text("title", s.title())
                              .text("function", s.function())
                              .texts("results", s.results()))));
      return Exit.OK;
    }
    Sheet sheet = terminal.sheet();
    for (Sequence s : all) {
      sheet.labelled(0, NAME_WIDTH, s.id(), s.title());
      for (int i = 0; i < s.results().size(); i++) {
        sheet.labelled(NAME_WIDTH, 0, "", "returns " + i + ": " + s.results().get(i));
      }
    }
    sheet.blank();
    sheet.line("vmxlab run NAME runs one, vmxlab sequences NAME shows its text.");
    terminal.print(sheet);
    return Exit.OK;
  }

  private static Sequence find(String name) {
    return Sequence.find(name)
        .orElseThrow(
            () ->
                new UserError(
                    "unknown sequence \"" + name + "\"" + Names.hint(name, Sequence.ids())));
  }
}
