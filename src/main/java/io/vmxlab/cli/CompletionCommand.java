package io.vmxlab.cli;

import java.util.List;

/** {@code completion}: prints a script for bash and zsh. */
final class CompletionCommand extends Command {
  CompletionCommand() {
    super("completion", "Print a completion script for bash and zsh.");
  }

  @Override
  List<String> details() {
    return List.of("Use it with: source <(vmxlab completion)");
  }

  @Override
  List<Option> ownOptions() {
    return List.of();
  }

  @Override
  void setOwn(String option, String value) {
    throw new IllegalArgumentException(option);
  }

  @Override
  int run(Terminal terminal) {
    terminal.print(PicocliLine.completion());
    return Exit.OK;
  }
}
