package io.vmxlab.cli;

import io.vmxlab.text.Names;
import java.util.List;
import java.util.Map;

/** {@code man [COMMAND...]}: manual pages. */
final class ManCommand extends Command {
  private String output = "";

  ManCommand() {
    super("man", "Print a manual page, or write all of them.");
  }

  @Override
  List<String> details() {
    return List.of(
        "Read one with: vmxlab man run | man -l -",
        "Install all of them with: vmxlab man --output ~/.local/share/man/man1");
  }

  @Override
  List<Option> ownOptions() {
    return List.of(Option.of("--output", "DIRECTORY", "write the pages of all commands there"));
  }

  @Override
  List<Operand> operandList() {
    return List.of(
        Operand.any("COMMAND", "a command and its subcommand; vmxlab itself if none is given"));
  }

  @Override
  void setOwn(String option, String value) {
    output = value;
  }

  @Override
  int run(Terminal terminal) {
    Map<String, String> pages = ManPage.all();
    if (!output.isEmpty()) {
      terminal.print(Outputs.files(output, pages) + "\n");
      return Exit.OK;
    }
    String name = operands().isEmpty() ? "vmxlab" : "vmxlab-" + String.join("-", operands());
    String page = pages.get(name + ".1");
    if (page == null) {
      String words = String.join(" ", operands());
      List<String> known =
          pages.keySet().stream()
              .filter(p -> p.contains("-"))
              .map(p -> p.substring("vmxlab-".length(), p.length() - 2).replace('-', ' '))
              .toList();
      throw new UserError("there is no command \"" + words + "\"" + Names.hint(words, known));
    }
    terminal.print(page);
    return Exit.OK;
  }
}
