package io.vmxlab.lab;

import io.vmxlab.arch.Dialect;
import io.vmxlab.explain.JsonText;
import io.vmxlab.explain.Sheet;
import io.vmxlab.machine.BadInputException;
import io.vmxlab.machine.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a submission is worth: every run that the exercise wants, and what it did not come to.
 *
 * @param file of the submission
 * @param message why it cannot be run; empty if it can
 * @param runs in the order of the exercise's cases; empty if it cannot be run
 */
public record Grade(Exercise exercise, String file, String message, List<Graded> runs) {
  private static final int MOST_SHOWN = 3;
  private static final int INDENT = 2;
  private static final int LABEL = 10;

  /** What was made of one submission. */
  public enum Result {
    RIGHT,
    WRONG,
    /** It cannot be read, assembled, loaded or called. */
    UNREADABLE;

    /** {@code right}. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A run, and in what it differs from what it had to come to.
   *
   * @param options of {@code vmxlab run} that repeat it, if the machine can be had by options
   */
  public record Graded(
      Exercise.Case wanted, List<String> options, List<EndState.Difference> differences) {
    boolean right() {
      return differences.isEmpty();
    }

    private String where() {
      return wanted.about() + " (" + wanted.machine().words() + ")";
    }

    private List<String> lines() {
      List<String> lines = new ArrayList<>();
      for (EndState.Difference d : differences) {
        lines.add("expected: " + d.expected() + "; found: " + d.found());
      }
      return lines;
    }
  }

  /** Runs a submission in every case of an exercise. */
  public static Grade of(Exercise exercise, String file, Program submission) {
    List<Graded> runs = new ArrayList<>();
    try {
      for (Exercise.Case c : exercise.cases()) {
        LessonRun run = c.run(submission, exercise.function());
        runs.add(new Graded(c, options(c, submission, run), c.end().differences(run)));
      }
    } catch (BadInputException e) {
      return unreadable(exercise, file, e.getMessage());
    }
    return new Grade(exercise, file, "", List.copyOf(runs));
  }

  /** A submission that cannot be run. */
  public static Grade unreadable(Exercise exercise, String file, String message) {
    return new Grade(exercise, file, message, List.of());
  }

  /** Right only if every run is. */
  public Result result() {
    if (!message.isEmpty()) {
      return Result.UNREADABLE;
    }
    return runs.stream().allMatch(Graded::right) ? Result.RIGHT : Result.WRONG;
  }

  private List<Graded> wrong() {
    return runs.stream().filter(r -> !r.right()).toList();
  }

  /** The result, then the first runs that are wrong. */
  public void text(Sheet sheet) {
    List<Graded> wrong = wrong();
    int good = runs.size() - wrong.size();
    String word = result().id();
    String styled = result() == Result.RIGHT ? sheet.style().good(word) : sheet.style().bad(word);
    sheet.line(file + ": " + styled + ", " + good + " of " + runs.size() + " runs right");
    for (Graded g : wrong.subList(0, Math.min(MOST_SHOWN, wrong.size()))) {
      sheet.blank();
      sheet.hanging(" ".repeat(INDENT), INDENT, g.where());
      for (EndState.Difference d : g.differences) {
        sheet.labelled(INDENT, LABEL, "expected", d.expected());
        sheet.labelled(INDENT, LABEL, "found", d.found());
      }
      if (g.wanted.machine().isReproducible()) {
        sheet.line(" ".repeat(INDENT) + Sheet.pad("see it", LABEL) + command(g));
      }
    }
    if (wrong.size() > MOST_SHOWN) {
      sheet.blank().line("  and " + (wrong.size() - MOST_SHOWN) + " more that are wrong");
    }
  }

  private static List<String> options(Exercise.Case wanted, Program submission, LessonRun run) {
    List<String> options = new ArrayList<>();
    run.called().ifPresent(f -> options.addAll(List.of("--call", f)));
    if (submission.dialect() != Dialect.BY_TEXT) {
      options.addAll(List.of("--dialect", submission.dialect().name().toLowerCase(Locale.ROOT)));
    }
    options.addAll(wanted.machine().options());
    return options;
  }

  private String command(Graded graded) {
    return "vmxlab run " + quoted(file) + " " + String.join(" ", graded.options);
  }

  private static String quoted(String word) {
    return word.matches("[\\w./+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  /** Members of a JSON document. */
  public void json(JsonText json) {
    json.text("file", file).text("result", result().id());
    if (!message.isEmpty()) {
      json.text("message", message);
    }
    json.number("total", runs.size()).number("right", runs.size() - wrong().size());
    json.array("runs", runs, Grade::run);
  }

  private static void run(JsonText json, Graded graded) {
    LessonMachine machine = graded.wanted.machine();
    json.text("about", graded.wanted.about()).text("cpu", machine.cpu().name());
    json.text("firmware", machine.firmware().id()).texts("settings", machine.settings());
    json.text("result", graded.right() ? Result.RIGHT.id() : Result.WRONG.id());
    json.array(
        "differences",
        graded.differences,
        (j, d) -> j.text("expected", d.expected()).text("found", d.found()));
  }

  /** A JUnit report: a suite for each submission, a test case for each run. */
  public static String junitXml(List<Grade> grades) {
    return JunitXml.report(grades.stream().map(Grade::suite).toList());
  }

  private String suite() {
    List<JunitXml.Case> cases = new ArrayList<>();
    String name = exercise.name();
    if (!message.isEmpty()) {
      cases.add(new JunitXml.Case(name, file, JunitXml.Result.ERROR, message, List.of()));
    }
    for (Graded g : runs) {
      List<String> lines = g.lines();
      cases.add(
          g.right()
              ? new JunitXml.Case(name, g.where(), JunitXml.Result.PASSED, "", List.of())
              : new JunitXml.Case(name, g.where(), JunitXml.Result.FAILED, lines.get(0), lines));
    }
    return JunitXml.suite(file, cases);
  }
}
