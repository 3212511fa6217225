package io.vmxlab.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * A command of the command line. Commands describe themselves as data: picocli makes the help, the
 * messages and the completion from it, and a plain command line is read without picocli, which
 * takes several times as long to load as a small run takes.
 */
abstract class Command {
  static final Option VERBOSE = Option.flag("-v", "say on standard error what is being done");

  private final String name;
  private final String summary;
  private final List<String> operands = new ArrayList<>();
  private Diary diary = Diary.CLOSED;

  /**
   * @param name as typed
   * @param summary one sentence
   */
  Command(String name, String summary) {
    this.name = name;
    this.summary = summary;
  }

  final String name() {
    return name;
  }

  final String summary() {
    return summary;
  }

  /** Further paragraphs of the help. */
  List<String> details() {
    return List.of();
  }

  /** Its own options, without those that every command has. */
  abstract List<Option> ownOptions();

  /** All options but {@code --help} and {@code --version}, which picocli answers. */
  final List<Option> options() {
    List<Option> all = new ArrayList<>(ownOptions());
    all.add(VERBOSE);
    return all;
  }

  /** What may stand on the line besides options, in order. */
  List<Operand> operandList() {
    return List.of();
  }

  final int fewestOperands() {
    int fewest = 0;
    for (Operand o : operandList()) {
      fewest += o.fewest();
    }
    return fewest;
  }

  final int mostOperands() {
    int most = 0;
    for (Operand o : operandList()) {
      most = o.many() ? Integer.MAX_VALUE : most + 1;
    }
    return most;
  }

  List<Command> subcommands() {
    return List.of();
  }

  /**
   * Takes one of its own options.
   *
   * @param value {@code true} for a switch
   * @throws UserError if the value makes no sense
   */
  abstract void setOwn(String option, String value);

  final void set(String option, String value) {
    if (option.equals(VERBOSE.name())) {
      diary = new LoggedDiary();
    } else {
      setOwn(option, value);
    }
  }

  /** For notes about what is being done. */
  final Diary diary() {
    return diary;
  }

  /** Takes an operand. */
  final void operand(String value) {
    operands.add(value);
  }

  final List<String> operands() {
    return operands;
  }

  /** Does the work and returns the exit status. */
  abstract int run(Terminal terminal) throws Exception;
}
