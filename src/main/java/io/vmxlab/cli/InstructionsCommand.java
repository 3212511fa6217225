package io.vmxlab.cli;

import io.vmxlab.explain.InstructionList;
import io.vmxlab.explain.Sheet;
import java.util.List;

/** {@code instructions [MNEMONIC]}: the instruction table. */
final class InstructionsCommand extends Command {
  private boolean unmodelled;
  private boolean json;

  InstructionsCommand() {
    super("instructions", "List the instructions that vmxlab knows, or show the rows of one.");
  }

  @Override
  List<String> details() {
    return List.of(
        "Of the instructions that are not modelled only length and name are known. No feature that"
            + " announces one is shown in a run; on a processor that has it the run stops there and"
            + " names it (exit status 6).");
  }

  @Override
  List<Option> ownOptions() {
    return List.of(
        Option.flag("--unmodelled", "only those that are not modelled"),
        Option.flag("--json", "print JSON instead of text"));
  }

  @Override
  List<Operand> operandList() {
    return List.of(Operand.optional("MNEMONIC", "an instruction, such as add"));
  }

  @Override
  void setOwn(String option, String value) {
    if (option.equals("--unmodelled")) {
      unmodelled = true;
    } else {
      json = true;
    }
  }

  @Override
  int run(Terminal terminal) {
    InstructionList all = InstructionList.all();
    InstructionList list = unmodelled ? all.unmodelled() : all;
    boolean one = !operands().isEmpty();
    if (one) {
      list = only(operands().get(0), all, list);
    }
    if (json) {
      terminal.print(list.json());
      return Exit.OK;
    }
    Sheet sheet = terminal.sheet();
    if (one) {
      list.text(sheet);
    } else {
      list.overview(sheet);
    }
    terminal.print(sheet);
    return Exit.OK;
  }

  private static InstructionList only(String name, InstructionList all, InstructionList from) {
    if (all.named(name).isEmpty()) {
      throw new UserError("unknown instruction \"" + name + "\"" + all.hint(name));
    }
    InstructionList found = from.named(name);
    if (found.isEmpty()) {
      throw new UserError("\"" + name + "\" is modelled; leave out --unmodelled to see its rows");
    }
    return found;
  }
}
