package io.vmxlab.cli;

import io.vmxlab.explain.JsonText;
import io.vmxlab.explain.Sheet;
import io.vmxlab.lab.Conformance;
import io.vmxlab.lab.Conformance.Shard;
import io.vmxlab.lab.TestVector;
import io.vmxlab.lab.VectorResult.Status;
import io.vmxlab.machine.Numbers;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code conformance [PATH...]}: runs test vectors. */
final class ConformanceCommand extends Command {
  private static final int PROGRESS_STEP = 50;
  private static final int MOST_JOBS = 256;
  private static final Pattern SHARD = Pattern.compile("([1-9]\\d{0,5})/([1-9]\\d{0,5})");

  private final List<DumpedCpu> cpus = new ArrayList<>();
  private String rule = "";
  private String junitXml = "";
  private Shard shard = Shard.WHOLE;
  private int jobs = Runtime.getRuntime().availableProcessors();
  private boolean json;

  ConformanceCommand() {
    super("conformance", "Run test vectors on the processor models.");
  }

  @Override
  List<Option> ownOptions() {
    return List.of(
        VectorInputs.RULE,
        Option.many(
            "--cpu", "MODEL", "only on this model; all: on all; else on six that differ most"),
        Option.of("--shard", "I/N", "only part I of N, for N machines that share the work"),
        Option.of("--jobs", "N", "threads; as many as there are processors if not said"),
        Option.of("--junit-xml", "FILE", "write a JUnit report into a file"),
        Option.flag("--json", "print JSON instead of text"));
  }

  @Override
  List<Operand> operandList() {
    return List.of(VectorInputs.PATHS);
  }

  @Override
  void setOwn(String option, String value) {
    switch (option) {
      case "--rule":
        rule = VectorInputs.rule(value);
        break;
      case "--cpu":
        cpus.addAll(value.equalsIgnoreCase("all") ? CpuModels.list() : List.of(Inputs.cpu(value)));
        break;
      case "--shard":
        shard = shard(value);
        break;
      case "--jobs":
        jobs = jobs(Numbers.parse(option, value));
        break;
      case "--junit-xml":
        junitXml = value;
        break;
      default:
        json = true;
        break;
    }
  }

  private static int jobs(long number) {
    if (number < 1 || number > MOST_JOBS) {
      throw new UserError("--jobs is a number from 1 to " + MOST_JOBS + ", not " + number);
    }
    return (int) number;
  }

  private static Shard shard(String value) {
    Matcher m = SHARD.matcher(value);
    if (!m.matches() || Integer.parseInt(m.group(1)) > Integer.parseInt(m.group(2))) {
      throw new UserError(
          "--shard is I/N, a part and the number of parts such as 1/4, not " + value);
    }
    return new Shard(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)));
  }

  @Override
  int run(Terminal terminal) {
    List<TestVector> chosen = VectorInputs.vectors(operands(), rule);
    List<DumpedCpu> processors = cpus.isEmpty() ? CpuModels.reference() : cpus;
    int pairs = chosen.size() * processors.size();
    int total = (pairs - shard.number() + shard.count()) / shard.count();
    long start = System.nanoTime();
    Conformance report =
        Conformance.run(chosen, processors, shard, jobs, done -> progress(terminal, done, total));
    double seconds = (System.nanoTime() - start) / 1e9;
    diary().note(String.format(Locale.ROOT, "%.0f vectors a second", total / seconds));
    try {
      if (json) {
        terminal.print(JsonText.document("conformance", 1, report::json));
      } else {
        Sheet sheet = terminal.sheet();
        report.text(sheet);
        terminal.print(sheet);
      }
    } finally {
      if (!junitXml.isEmpty()) {
        Outputs.file(junitXml, report.junitXml());
      }
    }
    return report.count(Status.FAILED) == 0 ? Exit.OK : Exit.FAILURES;
  }

  /** A line that rewrites itself, for someone who watches. */
  private static void progress(Terminal terminal, int done, int total) {
    if (terminal.progress() && (done % PROGRESS_STEP == 0 || done == total)) {
      String line = done + " of " + total;
      terminal.whisper("\r" + (done == total ? " ".repeat(line.length()) + "\r" : line));
    }
  }
}
