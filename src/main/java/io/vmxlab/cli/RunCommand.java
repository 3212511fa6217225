package io.vmxlab.cli;

import io.vmxlab.arch.Dialect;
import io.vmxlab.explain.AllCpusView;
import io.vmxlab.explain.RunView;
import io.vmxlab.explain.VmxReport;
import io.vmxlab.lab.LaunchReady;
import io.vmxlab.lab.Sequence;
import io.vmxlab.machine.Abi;
import io.vmxlab.machine.Argument;
import io.vmxlab.machine.BadInputException;
import io.vmxlab.machine.EngineChoice;
import io.vmxlab.machine.Firmware;
import io.vmxlab.machine.Lockstep;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.MachineBuilder;
import io.vmxlab.machine.Numbers;
import io.vmxlab.machine.Outcome;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import io.vmxlab.machine.RunListener;
import io.vmxlab.machine.Work;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import io.vmxlab.text.Names;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code run INPUT}: runs a program and explains how it ended. */
final class RunCommand extends Command {
  private final MachineBuilder machine = Machine.builder();
  private final List<Argument> arguments = new ArrayList<>();
  private String function = "";
  private Abi abi = Abi.SYSV;
  private Dialect dialect = Dialect.BY_TEXT;
  private boolean modeGiven;
  private boolean firmwareGiven;
  private boolean launchReady;
  private boolean cpuGiven;
  private boolean allCpus;
  private boolean strict;
  private final VmxWatch vmx = new VmxWatch();
  private boolean trace;
  private Optional<EngineChoice> engine = Optional.of(EngineChoice.standard());

  /** What the run has cost, if that is to be told; nothing for two engines at once. */
  private Optional<Work> work = Optional.empty();

  private boolean json;

  RunCommand() {
    super("run", "Run a program, and explain how it ended.");
  }

  @Override
  List<Option> ownOptions() {
    return List.of(
        Option.of(
            "--call",
            "FUNCTION",
            "call a function of the program, such as f or hv::start, and show what it returns"),
        Option.many(
            "--arg",
            "N",
            "argument of the function: a number, buffer:SIZE, or a place such as vmxon_region"),
        Option.of("--abi", "ABI", "how arguments are passed: sysv (default) or ms"),
        MachineOptions.CPU,
        Option.flag("--all-cpus", "run it on every built-in model, and show where it fails"),
        Option.of(
            "--firmware",
            "STATE",
            "what firmware left in IA32_FEATURE_CONTROL: "
                + String.join(", ", Firmware.ids())
                + ", or a number"),
        Option.many(
            "--set",
            "NAME=VALUE",
            "set a register, MSR or field before the program runs, such as cr4.VMXE=1"),
        Option.flag("--force", "let --set make states that no processor can be in"),
        Option.flag(
            "--launch-ready",
            "begin in VMX root operation, with a current VMCS that VMLAUNCH accepts; firmware is"
                + " locked-on if not said"),
        Option.of("--mode", "BITS", "mode for flat code and assembly: 64 (default), 32 or 16"),
        Inputs.DIALECT,
        MachineOptions.MEMORY,
        MachineOptions.LIMIT,
        MachineOptions.SEED,
        MachineOptions.ENGINE,
        Option.flag(
            "--strict",
            "exit status 3 also if a VMX instruction failed and the program did not look at CF or"
                + " ZF"),
        Option.of("--watch", "WHAT", "stale: report uses of translations that are out of date"),
        Option.flag("--trace", "print a line for each instruction"),
        VmxWatch.TRACE,
        VmxWatch.STATS,
        VmxWatch.SHOW,
        Option.flag("--json", "print JSON instead of text"));
  }

  @Override
  List<Operand> operandList() {
    return List.of(
        Operand.required(
            "INPUT",
            "name of a built-in sequence (see: vmxlab sequences); or a file: assembly (.asm), hex"
                + " digits (.hex), machine code (.bin), an ELF executable, or an ELF object from"
                + " gcc -c; or - for standard input"));
  }

  @Override
  void setOwn(String option, String value) {
    switch (option) {
      case "--call":
        function = value;
        break;
      case "--arg":
        arguments.add(Argument.parse(value));
        break;
      case "--abi":
        abi = Abi.named(value);
        break;
      case "--cpu":
        machine.cpu(Inputs.cpu(value));
        cpuGiven = true;
        break;
      case "--all-cpus":
        allCpus = true;
        break;
      case "--firmware":
        machine.firmware(value);
        firmwareGiven = true;
        break;
      case "--set":
        machine.set(value);
        break;
      case "--force":
        machine.force(true);
        break;
      case "--launch-ready":
        launchReady = true;
        break;
      case "--mode":
        machine.mode(Inputs.mode(value));
        modeGiven = true;
        break;
      case "--dialect":
        dialect = Inputs.dialect(value);
        break;
      case "--memory":
        machine.memory(value);
        break;
      case "--max-instructions":
        machine.limit(Numbers.parse(option, value));
        break;
      case "--seed":
        machine.seed(Numbers.parse(option, value));
        break;
      case "--engine":
        engine = BothEngines.choice(value);
        break;
      case "--strict":
        strict = true;
        break;
      case "--watch":
        if (!value.equals("stale")) {
          throw new UserError(
              "--watch: unknown \""
                  + value
                  + "\""
                  + Names.hint(value, List.of("stale"))
                  + "; what can be watched is stale: uses of translations that are out of date");
        }
        machine.watchStale(true);
        break;
      case "--trace":
        trace = true;
        break;
      default:
        json |= !vmx.take(option);
        break;
    }
  }

  @Override
  int run(Terminal terminal) {
    String input = operands().get(0);
    Optional<Sequence> sequence = Sequence.find(input);
    Program program = sequence.isPresent() ? sequence.get().program() : file(terminal, input);
    program = call(program).dialect(dialect);
    diary().note("running " + program.name() + " as " + program.form());
    if (!modeGiven) {
      program.mode().ifPresent(machine::mode);
    }
    if (launchReady && !firmwareGiven) {
      machine.firmware(LaunchReady.FIRMWARE);
    }
    boolean returns = sequence.map(s -> !s.results().isEmpty()).orElse(true);
    if (allCpus) {
      return onAllCpus(terminal, program, returns);
    }
    boolean watched = trace || vmx.wantsTransitions();
    Tracer tracer = watched ? new Tracer(terminal, vmx, trace, json) : null;
    Run run;
    Interrupt interrupt = new Interrupt();
    try {
      run = run(terminal, program, tracer == null ? RunListener.NONE : tracer, interrupt);
      String meaning = sequence.map(s -> s.meaning(run.returnValue().orElse(-1))).orElse("");
      VmxReport report = vmx.report(List.of(run.vmcs()), work, json);
      print(terminal, new RunView(Inputs.name(input), run, returns, meaning, report), tracer);
    } finally {
      interrupt.over();
    }
    return status(run);
  }

  private Run run(Terminal terminal, Program program, RunListener listener, Interrupt interrupt) {
    if (engine.isEmpty()) {
      complain(terminal, built());
      Lockstep<Run> both = Lockstep.run(this::built, listener, program);
      return BothEngines.run(both, program.name(), terminal, diary(), interrupt, json);
    }
    Machine built = built();
    complain(terminal, built);
    built.listener(listener);
    interrupt.stops(built::stop);
    Run run = built.run(program);
    if (vmx.counts()) {
      work = Optional.of(built.work());
    }
    return run;
  }

  private void complain(Terminal terminal, Machine built) {
    if (!allCpus) {
      built.forced().forEach(reason -> terminal.complain("forced: " + reason));
    }
  }

  private Machine built() {
    return built(engine.orElse(EngineChoice.INTERPRETER));
  }

  private Machine built(EngineChoice by) {
    Machine built = machine.engine(by).build();
    if (launchReady) {
      LaunchReady.prepare(built);
    }
    return built;
  }

  /** The worst exit status of all runs, and one report. */
  private int onAllCpus(Terminal terminal, Program program, boolean returns) {
    if (cpuGiven || trace) {
      throw new UserError("--all-cpus goes neither with --cpu nor with --trace");
    }
    if (vmx.asked()) {
      throw new UserError("--all-cpus does not go with --trace-vmx, --stats or --show-vmcs");
    }
    List<DumpedCpu> models = CpuModels.list();
    AllCpusView view = new AllCpusView(program.name(), returns, models.size());
    int worst = Exit.OK;
    Interrupt interrupt = new Interrupt();
    try {
      for (DumpedCpu model : models) {
        if (interrupt.came()) {
          break;
        }
        worst = Math.max(worst, onCpu(terminal, model, program, view, interrupt));
      }
      printAll(terminal, view);
    } finally {
      interrupt.over();
    }
    return worst;
  }

  private int onCpu(
      Terminal terminal, DumpedCpu model, Program program, AllCpusView view, Interrupt interrupt) {
    try {
      machine.cpu(model);
      Run run = run(terminal, program, RunListener.NONE, interrupt);
      view.add(model.name(), run);
      return status(run);
    } catch (BadInputException e) {
      view.refuse(model.name(), OptionWords.of(e));
      return Exit.USAGE;
    }
  }

  private void printAll(Terminal terminal, AllCpusView view) {
    if (json) {
      terminal.print(view.json());
    } else {
      var sheet = terminal.sheet();
      view.text(sheet);
      terminal.print(sheet);
    }
  }

  private void print(Terminal terminal, RunView view, Tracer tracer) {
    if (json) {
      terminal.print(tracer == null ? view.json() : view.json(tracer.steps()));
    } else {
      var sheet = terminal.sheet();
      view.text(sheet);
      terminal.print(sheet);
    }
  }

  private Program file(Terminal terminal, String input) {
    boolean name = !input.equals(Inputs.STANDARD_INPUT) && !Files.exists(Inputs.path(input));
    if (name && !input.contains(".") && !input.contains("/")) {
      throw new UserError(
          "there is no file or built-in sequence \""
              + input
              + "\""
              + Names.hint(input, Sequence.ids()));
    }
    return Program.file(Inputs.name(input), Inputs.bytes(terminal, input));
  }

  private Program call(Program program) {
    Program called = function.isEmpty() ? program : program.call(function);
    for (Argument a : arguments) {
      called = called.argument(a);
    }
    return called.abi(abi);
  }

  private int status(Run run) {
    int status = ending(run);
    boolean unseen = strict && !run.ignoredFailures().isEmpty();
    return unseen && status == Exit.OK ? Exit.FAULT : status;
  }

  private static int ending(Run run) {
    switch (run.kind()) {
      case COMPLETED:
        Outcome.Completed completed = (Outcome.Completed) run.outcome();
        return completed.reported().orElse(0) == 0 ? Exit.OK : Exit.GUEST_FAILED;
      case HALTED:
        return Exit.OK;
      case LIMIT:
        return Exit.LIMIT;
      case UNMODELLED:
        return Exit.UNMODELLED;
      default:
        return Exit.FAULT;
    }
  }
}
