package io.vmxlab.cli;

import io.vmxlab.explain.BootView;
import io.vmxlab.explain.VmxReport;
import io.vmxlab.machine.Board;
import io.vmxlab.machine.BoardBuilder;
import io.vmxlab.machine.BootRun;
import io.vmxlab.machine.EngineChoice;
import io.vmxlab.machine.Lockstep;
import io.vmxlab.machine.Numbers;
import io.vmxlab.machine.Work;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code boot IMAGE}: boots an image of bare metal and says how it ended. */
final class BootCommand extends Command {
  private static final double MOST_SECONDS = 1e9;

  private final BoardBuilder board = Board.builder();
  private final List<String> modules = new ArrayList<>();
  private String serial = "";
  private final VmxWatch vmx = new VmxWatch();
  private Optional<EngineChoice> engine = Optional.of(EngineChoice.standard());

  /** What the run has cost, if that is to be told; nothing for two engines at once. */
  private Optional<Work> work = Optional.empty();

  private boolean json;

  BootCommand() {
    super("boot", "Boot an image of bare metal on a PC-like board, and say how it ended.");
  }

  @Override
  List<String> details() {
    return List.of(
        "What the guest writes to COM1 and to the debug console (port E9H) appears as it comes, with"
            + " control characters spelled out unless --serial asks for the bytes themselves.",
        "The run ends when the guest writes to the exit port F4H (exit status 7 unless the value is"
            + " 0), switches the power off, asks for a reset, halts for good, waits for a device that"
            + " is not there, or shuts down.");
  }

  @Override
  List<Option> ownOptions() {
    return List.of(
        Option.of("--append", "TEXT", "command line of the image"),
        Option.many("--module", "FILE", "a file that the image finds in memory"),
        MachineOptions.MEMORY,
        Option.of("--cpus", "N", "number of processors; 1 if not said"),
        MachineOptions.CPU,
        Option.of(
            "--serial",
            "FILE",
            "write the serial port's bytes to a file, or with - as they are to standard output"),
        MachineOptions.LIMIT,
        Option.of("--timeout", "S", "stop after so many seconds"),
        Option.of("--exit-on", "TEXT", "stop when the guest has printed this"),
        MachineOptions.SEED,
        MachineOptions.ENGINE,
        VmxWatch.TRACE,
        VmxWatch.STATS,
        VmxWatch.SHOW,
        Option.flag("--json", "print JSON instead of text"));
  }

  @Override
  List<Operand> operandList() {
    return List.of(
        Operand.required(
            "IMAGE",
            "a Multiboot or Multiboot2 kernel, an ELF file with a PVH note, or a boot sector; or -"
                + " for standard input"));
  }

  @Override
  void setOwn(String option, String value) {
    switch (option) {
      case "--append":
        board.append(value);
        break;
      case "--module":
        modules.add(value);
        break;
      case "--memory":
        board.memory(value);
        break;
      case "--cpus":
        board.cpus(Numbers.parse(option, value));
        break;
      case "--cpu":
        board.cpu(Inputs.cpu(value));
        break;
      case "--serial":
        serial = value;
        break;
      case "--max-instructions":
        board.limit(Numbers.parse(option, value));
        break;
      case "--timeout":
        board.timeout(seconds(value));
        break;
      case "--exit-on":
        if (value.isEmpty()) {
          throw new UserError("--exit-on waits for an empty text");
        }
        board.exitOn(value);
        break;
      case "--seed":
        board.seed(Numbers.parse(option, value));
        break;
      case "--engine":
        engine = BothEngines.choice(value);
        break;
      default:
        json |= !vmx.take(option);
        break;
    }
  }

  private static Duration seconds(String text) {
    try {
      double seconds = Double.parseDouble(text);
      if (seconds > 0 && seconds < MOST_SECONDS) {
        return Duration.ofNanos((long) (seconds * 1e9));
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new UserError("--timeout: \"" + text + "\" is no time; give seconds, such as 10");
  }

  @Override
  int run(Terminal terminal) {
    if (json && serial.equals(Inputs.STANDARD_INPUT)) {
      throw new UserError("--json and --serial - both write to standard output");
    }
    String input = operands().get(0);
    for (String file : modules) {
      board.module(Inputs.name(file), Inputs.bytes(terminal, file));
    }
    byte[] image = Inputs.bytes(terminal, input);
    Interrupt interrupt = new Interrupt();
    try (SerialOutput output = output(terminal)) {
      board.listener(new BootListener(terminal, diary(), output, vmx, json));
      diary().note("booting " + Inputs.name(input));
      BootRun run = boot(terminal, Inputs.name(input), image, interrupt);
      output.end();
      print(terminal, new BootView(run, report(run)));
      return status(run);
    } finally {
      interrupt.over();
    }
  }

  private BootRun boot(Terminal terminal, String name, byte[] image, Interrupt interrupt) {
    if (engine.isEmpty()) {
      Lockstep<BootRun> both = Lockstep.boot(board, name, image);
      return BothEngines.run(both, name, terminal, diary(), interrupt, json);
    }
    Board built = board.engine(engine.get()).build();
    interrupt.stops(built::stop);
    BootRun run = built.boot(name, image);
    if (vmx.counts()) {
      work = Optional.of(built.work());
    }
    return run;
  }

  private VmxReport report(BootRun run) {
    return vmx.report(run.processors().stream().map(BootRun.Processor::vmcs).toList(), work, json);
  }

  private SerialOutput output(Terminal terminal) {
    if (serial.equals(Inputs.STANDARD_INPUT)) {
      return SerialOutput.raw(terminal);
    }
    if (!serial.isEmpty()) {
      return SerialOutput.file(serial);
    }
    return json ? SerialOutput.NONE : SerialOutput.lines(terminal);
  }

  private void print(Terminal terminal, BootView view) {
    if (json) {
      terminal.print(view.json());
    } else {
      var sheet = terminal.sheet();
      view.text(sheet);
      terminal.print(sheet);
    }
  }

  private static int status(BootRun run) {
    switch (run.ending()) {
      case EXIT_PORT:
        return run.reported().orElse(0) == 0 ? Exit.OK : Exit.GUEST_FAILED;
      case LIMIT:
      case TIMEOUT:
      case STOPPED:
        return Exit.LIMIT;
      case UNMODELLED:
        return Exit.UNMODELLED;
      case POWER_OFF:
      case RESET:
      case TEXT:
      case HALTED:
        return Exit.OK;
      default:
        return Exit.FAULT;
    }
  }
}
