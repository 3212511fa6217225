package io.vmxlab.cli;

import java.util.List;

/** The commands by name; each class is loaded only when it is needed. */
final class Commands {
  static final List<String> NAMES = List.of("run", "sequences", "cpus", "decode", "completion");

  private Commands() {}

  /** A new command, or null if there is none of that name. */
  static Command named(String name) {
    switch (name) {
      case "run":
        return new RunCommand();
      case "sequences":
        return new SequencesCommand();
      case "cpus":
        return new CpusCommand();
      case "decode":
        return new DecodeCommand();
      case "completion":
        return new CompletionCommand();
      default:
        return null;
    }
  }

  static List<Command> all() {
    return NAMES.stream().map(Commands::named).toList();
  }
}
