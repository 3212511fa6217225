package io.vmxlab.cli;

import io.vmxlab.arch.ControlVector;
import io.vmxlab.explain.ControlNames;
import io.vmxlab.explain.ControlsView;
import io.vmxlab.explain.Sheet;
import io.vmxlab.machine.BadInputException;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import java.util.List;
import java.util.Optional;

/** {@code controls}: VMX control words as a processor allows them. */
final class ControlsCommand extends Command {
  private Optional<DumpedCpu> cpu = Optional.empty();
  private boolean allCpus;
  private List<ControlVector.Bit> wanted = List.of();
  private boolean list;
  private boolean json;

  ControlsCommand() {
    super("controls", "Show the VMX control words that a processor allows for what is wanted.");
  }

  @Override
  List<Option> ownOptions() {
    return List.of(
        Option.of(
            "--cpu",
            "MODEL",
            "processor model, by name or from a file; " + CpuModels.DEFAULT + " if not said"),
        Option.flag("--all-cpus", "on every built-in model"),
        Option.of("--want", "NAMES", "controls that are to be 1, with commas between them"),
        Option.flag("--list", "list all controls and what they do"),
        Option.flag("--json", "print JSON instead of text"));
  }

  @Override
  List<String> details() {
    return List.of(
        "Every control is made 0 unless it is wanted or has to be 1 (allowed-0 settings), and left 0"
            + " if it may not be 1 (allowed-1 settings). What activates a wanted control is wanted too.",
        "Names are the manual's, with or without ENABLE, USE or ACTIVATE. A name of several vectors"
            + " has its vector in front, as exit.LOAD_IA32_PAT.",
        "For example: vmxlab controls --cpu skylake --want \"EPT, unrestricted guest\"");
  }

  @Override
  void setOwn(String option, String value) {
    switch (option) {
      case "--cpu":
        cpu = Optional.of(Inputs.cpu(value));
        break;
      case "--all-cpus":
        allCpus = true;
        break;
      case "--want":
        wanted = names(value);
        break;
      case "--list":
        list = true;
        break;
      default:
        json = true;
        break;
    }
  }

  private static List<ControlVector.Bit> names(String text) {
    try {
      return ControlNames.list("--want", text);
    } catch (BadInputException e) {
      throw new UserError(e.getMessage());
    }
  }

  @Override
  int run(Terminal terminal) {
    if (list) {
      return list(terminal);
    }
    if (allCpus && cpu.isPresent()) {
      throw new UserError("--cpu and --all-cpus exclude each other");
    }
    List<DumpedCpu> cpus =
        allCpus
            ? CpuModels.list()
            : List.of(cpu.orElseGet(() -> CpuModels.named(CpuModels.DEFAULT)));
    ControlsView view = new ControlsView(cpus, wanted);
    if (json) {
      terminal.print(view.json());
    } else {
      Sheet sheet = terminal.sheet();
      view.text(sheet);
      terminal.print(sheet);
    }
    return Exit.OK;
  }

  private int list(Terminal terminal) {
    if (allCpus || cpu.isPresent() || !wanted.isEmpty()) {
      throw new UserError("--list is about no processor: it goes with --json only");
    }
    if (json) {
      terminal.print(ControlsView.listJson());
    } else {
      Sheet sheet = terminal.sheet();
      ControlsView.list(sheet);
      terminal.print(sheet);
    }
    return Exit.OK;
  }
}
