package io.vmxlab.cli;

import java.util.List;
import java.util.function.Supplier;

/** The commands by name; each class is loaded only when it is needed. */
final class Commands {
  static final List<String> NAMES =
      List.of(
          "run",
          "boot",
          "sequences",
          "demo",
          "exercise",
          "conformance",
          "vectors",
          "rules",
          "cpus",
          "decode",
          "vmcs",
          "controls",
          "check-dump",
          "instructions",
          "asm",
          "disasm",
          "completion",
          "man");

  private Commands() {}

  /** A new command, or null if there is none of that name. */
  static Command named(String name) {
    Supplier<Command> maker = maker(name);
    return maker == null ? null : maker.get();
  }

  private static Supplier<Command> maker(String name) {
    switch (name) {
      case "run":
        return RunCommand::new;
      case "boot":
        return BootCommand::new;
      case "sequences":
        return SequencesCommand::new;
      case "demo":
        return DemoCommand::new;
      case "exercise":
        return ExerciseCommand::new;
      case "conformance":
        return ConformanceCommand::new;
      case "vectors":
        return VectorsCommand::new;
      case "rules":
        return RulesCommand::new;
      case "cpus":
        return CpusCommand::new;
      case "instructions":
        return InstructionsCommand::new;
      case "decode":
        return DecodeCommand::new;
      case "check-dump":
        return CheckDumpCommand::new;
      case "controls":
        return ControlsCommand::new;
      case "vmcs":
        return VmcsCommand::new;
      case "asm":
        return AsmCommand::new;
      case "disasm":
        return DisasmCommand::new;
      case "completion":
        return CompletionCommand::new;
      case "man":
        return ManCommand::new;
      default:
        return null;
    }
  }

  static List<Command> all() {
    return NAMES.stream().map(Commands::named).toList();
  }
}
