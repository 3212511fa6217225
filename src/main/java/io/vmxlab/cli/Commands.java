package io.vmxlab.cli;

import java.util.List;

/** The commands by name; each class is loaded only when it is needed. */
final class Commands {
  static final List<String> NAMES =
      List.of(
          "run",
          "sequences",
          "demo",
          "exercise",
          "conformance",
          "vectors",
          "rules",
          "cpus",
          "decode",
          "vmcs",
          "check-dump",
          "asm",
          "disasm",
          "completion",
          "man");

  private Commands() {}

  /** A new command, or null if there is none of that name. */
  static Command named(String name) {
    switch (name) {
      case "run":
        return new RunCommand();
      case "sequences":
        return new SequencesCommand();
      case "demo":
        return new DemoCommand();
      case "exercise":
        return new ExerciseCommand();
      case "conformance":
        return new ConformanceCommand();
      case "vectors":
        return new VectorsCommand();
      case "rules":
        return new RulesCommand();
      case "cpus":
        return new CpusCommand();
      case "decode":
        return new DecodeCommand();
      case "check-dump":
        return new CheckDumpCommand();
      case "vmcs":
        return new VmcsCommand();
      case "asm":
        return new AsmCommand();
      case "disasm":
        return new DisasmCommand();
      case "completion":
        return new CompletionCommand();
      case "man":
        return new ManCommand();
      default:
        return null;
    }
  }

  static List<Command> all() {
    return NAMES.stream().map(Commands::named).toList();
  }
}
