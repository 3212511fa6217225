package io.vmxlab.cli;

import io.vmxlab.explain.JsonText;
import io.vmxlab.explain.RuleBook;
import io.vmxlab.explain.Sheet;
import io.vmxlab.lab.Conformance;
import io.vmxlab.lab.TestVector;
import io.vmxlab.lab.VectorResult.Status;
import io.vmxlab.lab.Vectors;
import io.vmxlab.machine.CpuModels;
import io.vmxlab.machine.DumpedCpu;
import io.vmxlab.machine.Names;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** {@code conformance [PATH...]}: runs test vectors. */
final class ConformanceCommand extends Command {
  private static final int PROGRESS_STEP = 50;

  private final List<DumpedCpu> cpus = new ArrayList<>();
  private String rule = "";
  private String junitXml = "";
  private boolean json;

  ConformanceCommand() {
    super("conformance", "Run test vectors on the processor models.");
  }

  @Override
  List<Option> ownOptions() {
    return List.of(
        Option.of("--rule", "ID", "only the vectors of a rule"),
        Option.many("--cpu", "MODEL", "only on this processor model; all of them if not said"),
        Option.of("--junit-xml", "FILE", "write a JUnit report into a file"),
        Option.flag("--json", "print JSON instead of text"));
  }

  @Override
  List<Operand> operandList() {
    return List.of(
        Operand.any("PATH", "files or directories of vectors; those of vmxlab if none is given"));
  }

  @Override
  void setOwn(String option, String value) {
    switch (option) {
      case "--rule":
        rule = known(value);
        break;
      case "--cpu":
        cpus.add(Inputs.cpu(value));
        break;
      case "--junit-xml":
        junitXml = value;
        break;
      default:
        json = true;
        break;
    }
  }

  private static String known(String id) {
    RuleBook book = RuleBook.book();
    return book.find(id)
        .map(e -> e.rule().id())
        .orElseThrow(
            () -> new UserError("unknown rule \"" + id + "\"" + Names.hint(id, book.ids())));
  }

  @Override
  int run(Terminal terminal) {
    List<TestVector> vectors =
        operands().isEmpty()
            ? Vectors.builtIn()
            : Vectors.read(operands().stream().map(Inputs::path).toList());
    List<TestVector> chosen =
        vectors.stream().filter(v -> rule.isEmpty() || v.rule().equals(rule)).toList();
    if (chosen.isEmpty()) {
      throw new UserError(
          rule.isEmpty() ? "there are no vectors in these paths" : "no vector is about " + rule);
    }
    List<DumpedCpu> processors = cpus.isEmpty() ? CpuModels.list() : cpus;
    int total = chosen.size() * processors.size();
    Conformance report =
        Conformance.run(chosen, processors, done -> progress(terminal, done, total));
    if (!junitXml.isEmpty()) {
      write(report);
    }
    if (json) {
      terminal.print(JsonText.document("conformance", 1, report::json));
    } else {
      Sheet sheet = terminal.sheet();
      report.text(sheet);
      terminal.print(sheet);
    }
    return report.count(Status.FAILED) == 0 ? Exit.OK : Exit.FAILURES;
  }

  /** A line that rewrites itself, for someone who watches. */
  private static void progress(Terminal terminal, int done, int total) {
    if (terminal.progress() && (done % PROGRESS_STEP == 0 || done == total)) {
      String line = done + " of " + total;
      terminal.err().print("\r" + (done == total ? " ".repeat(line.length()) + "\r" : line));
      terminal.err().flush();
    }
  }

  private void write(Conformance report) {
    try {
      Files.write(Inputs.path(junitXml), report.junitXml().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw Inputs.unwritable(junitXml, e);
    }
  }
}
