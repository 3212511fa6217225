package io.vmxlab.explain;

import io.vmxlab.machine.Event;
import io.vmxlab.machine.GuestFault;
import io.vmxlab.machine.Run;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One program on many processor models: where it fails, and why. */
public final class AllCpusView {
  private static final int INDENT = 4;

  /** A model, and either what the program did or why it could not begin. */
  private record Row(String cpu, Optional<Run> run, String refused) {}

  private final String name;
  private final boolean returns;
  private final int models;
  private final List<Row> rows = new ArrayList<>();

  /**
   * A view without runs.
   *
   * @param name of what runs
   * @param returns whether what is called returns something
   * @param models on how many models it is meant to run
   */
  public AllCpusView(String name, boolean returns, int models) {
    this.models = models;
    this.name = name;
    this.returns = returns;
  }

  /** Adds what the program did on a model. */
  public void add(String cpu, Run run) {
    rows.add(new Row(cpu, Optional.of(run), ""));
  }

  /** Adds that the program could not begin on a model. */
  public void refuse(String cpu, String why) {
    rows.add(new Row(cpu, Optional.empty(), why));
  }

  /** The models by how the run ended on them; the commonest ending first. */
  public void text(Sheet sheet) {
    Map<List<String>, List<String>> groups = new LinkedHashMap<>();
    for (Row row : rows) {
      groups.computeIfAbsent(lines(row), k -> new ArrayList<>()).add(row.cpu);
    }
    sheet.line(sheet.style().bold(name) + " on " + count() + " processor models");
    groups.entrySet().stream()
        .sorted((x, y) -> Integer.compare(y.getValue().size(), x.getValue().size()))
        .forEach(
            e -> {
              sheet.blank();
              boolean all = groups.size() == 1;
              sheet.line(e.getKey().get(0) + ", on " + (all ? "all" : e.getValue().size()));
              e.getKey().stream().skip(1).forEach(l -> sheet.labelled(INDENT, 0, "", l));
              if (!all) {
                sheet.labelled(INDENT, "on  ".length(), "on", String.join(", ", e.getValue()));
              }
            });
  }

  /** Fewer than all if somebody has ended the runs. */
  private String count() {
    return rows.size() < models ? rows.size() + " of " + models : Integer.toString(models);
  }

  /** A refusal names the model, which would keep equal ones apart. */
  private List<String> lines(Row row) {
    return row.run
        .map(this::lines)
        .orElseGet(() -> List.of("cannot begin", row.refused.replace("on " + row.cpu, "there")));
  }

  /** How a run ended, then why. */
  private List<String> lines(Run run) {
    List<String> lines = new ArrayList<>();
    lines.add(ending(run));
    fault(run).ifPresent(f -> why(lines, f));
    for (Event e : run.events()) {
      if (e instanceof Event.VmFailed f) {
        lines.add(
            "VMfail at " + f.code().text() + f.cause().map(c -> ": " + c.requirement()).orElse(""));
      } else if (e instanceof Event.EntryFailed f) {
        lines.add("failed VM entry at " + f.code().text() + ": " + f.cause().requirement());
      }
    }
    return lines;
  }

  private static void why(List<String> lines, GuestFault fault) {
    String symbol = fault.code().symbol().map(s -> s + ", ").orElse("");
    lines.add("at " + symbol + fault.code().text());
    fault.rule().ifPresent(r -> lines.add("rule " + r));
    fault.cause().ifPresent(c -> lines.add("requires: " + c.requirement()));
  }

  private static Optional<GuestFault> fault(Run run) {
    return run.outcome().fault();
  }

  private String ending(Run run) {
    String title = fault(run).map(GuestFault::title).orElse(run.kind().id());
    return returns && run.returnValue().isPresent()
        ? title + ", returned " + run.returnValue().getAsLong()
        : title;
  }

  /** The document of {@code --json}. */
  public String json() {
    return JsonText.document(
        "run-all",
        1,
        json -> {
          json.text("name", name);
          json.array("runs", rows, this::member);
        });
  }

  private void member(JsonText json, Row row) {
    json.text("cpu", row.cpu);
    row.run.ifPresentOrElse(
        run -> member(json, run), () -> json.text("outcome", "refused").text("why", row.refused));
  }

  private void member(JsonText json, Run run) {
    json.text("outcome", run.kind().id());
    if (returns && run.returnValue().isPresent()) {
      json.number("return", run.returnValue().getAsLong());
    }
    fault(run)
        .ifPresent(
            f -> {
              json.text("fault", f.title()).hex("rip", f.rip());
              f.rule().ifPresent(r -> json.text("rule", r));
            });
  }
}
