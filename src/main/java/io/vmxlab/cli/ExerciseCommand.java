package io.vmxlab.cli;

import io.vmxlab.arch.Dialect;
import io.vmxlab.explain.JsonText;
import io.vmxlab.explain.Sheet;
import io.vmxlab.explain.Style;
import io.vmxlab.lab.Exercise;
import io.vmxlab.lab.Grade;
import io.vmxlab.machine.BadInputException;
import io.vmxlab.machine.Numbers;
import io.vmxlab.machine.Program;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** {@code exercise NAME [FILE...]}: broken programs to mend, and grades for those who try. */
final class ExerciseCommand extends Command {
  private boolean list;
  private String output = "";
  private OptionalLong hint = OptionalLong.empty();
  private boolean hints;
  private Dialect dialect = Dialect.BY_TEXT;
  private String junitXml = "";
  private boolean json;
  private boolean defects;

  ExerciseCommand() {
    super("exercise", "Give a broken program to mend, and grade what people made of it.");
  }

  @Override
  List<Option> ownOptions() {
    return List.of(
        LessonList.LIST,
        Option.of("--output", "FILE", "write task and broken program into a new file")
            .orShort("-o"),
        Option.of("--hint", "N", "show hint N; the first is hint 1"),
        Option.flag("--hints", "show the hints one after another, waiting for Enter"),
        Inputs.DIALECT,
        Option.of("--junit-xml", "FILE", "write a JUnit report of the grades into a file"),
        Option.flag("--json", "print JSON instead of text"));
  }

  @Override
  List<Operand> operandList() {
    return List.of(
        Operand.optional(
            "NAME",
            "an exercise, or an exercise of your own in a .yaml file; a topic lists its exercises: "
                + LessonList.ids(Exercise.topics())),
        Operand.any(
            "FILE",
            "submissions to grade: assembly (.asm), hex digits (.hex), machine code (.bin), ELF"
                + " executables or objects from gcc -c; or - for standard input"));
  }

  @Override
  List<String> details() {
    return List.of(
        "The exit status is 0 if every submission is right, 5 if one is wrong, 2 if one cannot be"
            + " read, assembled or loaded.");
  }

  @Override
  void setOwn(String option, String value) {
    switch (option) {
      case "--list" -> list = true;
      case "--output" -> output = value;
      case "--hint" -> hint = OptionalLong.of(Numbers.parse(option, value));
      case "--hints" -> hints = true;
      case "--dialect" -> dialect = Inputs.dialect(value);
      case "--junit-xml" -> junitXml = value;
      default -> json = true;
    }
  }

  @Override
  int run(Terminal terminal) throws IOException {
    if (hints && json) {
      throw new UserError("--hints and --json exclude each other");
    }
    LessonList lessons = new LessonList("exercise", Exercise.topics());
    if (lessons.isAskedFor(list, operands())) {
      lessons.print(terminal, operands(), ofOne(), json, ExerciseCommand::entry);
      return Exit.OK;
    }
    Exercise exercise = Exercise.named(operands().get(0));
    List<String> files = operands().subList(1, operands().size());
    if (!files.isEmpty()) {
      return grade(terminal, exercise, files);
    }
    if (!junitXml.isEmpty()) {
      throw new UserError("--junit-xml reports grades: give the files to grade");
    }
    if (!output.isEmpty()) {
      write(terminal, exercise);
    } else if (hints) {
      Pages.show(terminal, pages(exercise));
    } else {
      show(terminal, exercise);
    }
    return Exit.OK;
  }

  /** Options that say something of one exercise. */
  private List<String> ofOne() {
    List<String> given = new ArrayList<>();
    if (!output.isEmpty()) {
      given.add("--output");
    }
    if (hint.isPresent()) {
      given.add("--hint");
    }
    if (hints) {
      given.add("--hints");
    }
    if (!junitXml.isEmpty()) {
      given.add("--junit-xml");
    }
    return given;
  }

  private int grade(Terminal terminal, Exercise exercise, List<String> files) {
    Optional<String> report = junitXml.isEmpty() ? Optional.empty() : Optional.of(junitXml);
    report.ifPresent(Inputs::path);
    List<Grade> grades = new ArrayList<>();
    for (String file : files) {
      diary().note("grading " + file);
      grades.add(grade(terminal, exercise, file));
    }
    try {
      if (json) {
        terminal.print(grades(exercise, grades));
      } else {
        report(terminal, grades);
      }
    } finally {
      report.ifPresent(name -> Outputs.file(name, Grade.junitXml(grades)));
    }
    if (defects) {
      return Exit.DEFECT;
    }
    if (count(grades, Grade.Result.UNREADABLE) > 0) {
      return Exit.USAGE;
    }
    return count(grades, Grade.Result.WRONG) > 0 ? Exit.FAILURES : Exit.OK;
  }

  /** One file, whatever is in it, does not keep the others from being graded. */
  private Grade grade(Terminal terminal, Exercise exercise, String file) {
    try {
      byte[] content = Inputs.bytes(terminal, file);
      Program submission = Program.file(Inputs.name(file), content).dialect(dialect);
      return Grade.of(exercise, file, submission);
    } catch (UserError | BadInputException e) {
      return Grade.unreadable(exercise, file, OptionWords.of(e));
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      defects = true;
      Defect.report(terminal, new String[] {name(), operands().get(0), file}, e);
      return Grade.unreadable(exercise, file, file + ": it meets a defect in vmxlab");
    }
  }

  private static long count(List<Grade> grades, Grade.Result result) {
    return grades.stream().filter(g -> g.result() == result).count();
  }

  private static void report(Terminal terminal, List<Grade> grades) {
    Sheet sheet = terminal.sheet();
    boolean first = true;
    for (Grade g : grades) {
      if (g.result() == Grade.Result.UNREADABLE) {
        terminal.complain(g.message());
        continue;
      }
      if (!first) {
        sheet.blank();
      }
      first = false;
      g.text(sheet);
    }
    if (grades.size() > 1) {
      sheet.blank();
      sheet.line(
          grades.size()
              + " submissions: "
              + count(grades, Grade.Result.RIGHT)
              + " right, "
              + count(grades, Grade.Result.WRONG)
              + " wrong, "
              + count(grades, Grade.Result.UNREADABLE)
              + " unreadable");
    }
    terminal.print(sheet);
  }

  private static String grades(Exercise exercise, List<Grade> grades) {
    return JsonText.document(
        "grades",
        1,
        j -> {
          j.text("exercise", exercise.name());
          for (Grade.Result r : Grade.Result.values()) {
            j.number(r.id(), count(grades, r));
          }
          j.array("submissions", grades, (item, g) -> g.json(item));
        });
  }

  private void write(Terminal terminal, Exercise exercise) {
    Outputs.newFile(output, asComments(exercise));
    Sheet sheet = terminal.sheet();
    sheet.labelled(0, 12, "Mend:", output);
    sheet.labelled(0, 12, "To grade:", gradeCommand(output));
    terminal.print(sheet);
  }

  /** The task as comments, and the program. */
  private static String asComments(Exercise exercise) {
    Sheet task = new Sheet(Style.PLAIN);
    task.hanging("; ", 2, exercise.title());
    for (String paragraph : exercise.task()) {
      task.line(";");
      task.hanging("; ", 2, paragraph);
    }
    return task.toString().replaceAll("(?m)^  ", "; ") + "\n" + exercise.code();
  }

  private void show(Terminal terminal, Exercise exercise) {
    int count = exercise.hints().size();
    long number = hint.orElse(1);
    if (number < 1 || number > count) {
      throw new UserError(
          exercise.name() + " has the hints 1 to " + count + "; there is no hint " + number);
    }
    if (json) {
      terminal.print(JsonText.document("exercise", 1, j -> members(j, exercise)));
      return;
    }
    Sheet sheet = terminal.sheet();
    if (hint.isPresent()) {
      hint(sheet, exercise, (int) number);
    } else {
      task(sheet, exercise);
      String name = operands().get(0);
      sheet.labelled(0, 12, "To begin:", "vmxlab exercise " + name + " --output mine.asm");
      sheet.labelled(
          0, 12, "To run:", "vmxlab run mine.asm" + String.join("", runOptions(exercise)));
      sheet.labelled(0, 12, "To grade:", gradeCommand("mine.asm"));
      sheet.labelled(
          0, 12, "Hints:", "vmxlab exercise " + name + " --hint 1 (there are " + count + ")");
    }
    terminal.print(sheet);
  }

  /** What a run has in common in all cases. */
  private static List<String> runOptions(Exercise exercise) {
    List<String> options = new ArrayList<>();
    if (!exercise.function().isEmpty()) {
      options.add(" --call " + exercise.function());
    }
    if (exercise.cases().stream().allMatch(c -> c.machine().launchReady())) {
      options.add(" --launch-ready");
    }
    return options;
  }

  private String gradeCommand(String file) {
    return "vmxlab exercise " + operands().get(0) + " " + file;
  }

  private static void task(Sheet sheet, Exercise exercise) {
    sheet.line(sheet.style().bold(exercise.name() + ": " + exercise.title())).blank();
    for (String paragraph : exercise.task()) {
      sheet.hanging("", 0, paragraph).blank();
    }
    sheet.line(sheet.style().bold("The broken program")).blank();
    exercise.code().lines().forEach(l -> sheet.line("    " + l));
    sheet.blank();
  }

  private static List<Consumer<Sheet>> pages(Exercise exercise) {
    List<Consumer<Sheet>> pages = new ArrayList<>();
    for (int i = 1; i <= exercise.hints().size(); i++) {
      int number = i;
      pages.add(sheet -> hint(sheet, exercise, number));
    }
    return pages;
  }

  private static void hint(Sheet sheet, Exercise exercise, int number) {
    String label = "Hint " + number + " of " + exercise.hints().size() + ":";
    sheet.hanging(label + " ", label.length() + 1, exercise.hints().get(number - 1));
  }

  private void members(JsonText json, Exercise exercise) {
    json.text("name", exercise.name()).text("title", exercise.title());
    json.texts("task", exercise.task()).text("function", exercise.function());
    json.text("code", exercise.code()).number("runs", exercise.cases().size());
    json.number("hints", exercise.hints().size());
    hint.ifPresent(n -> json.text("hint", exercise.hints().get((int) n - 1)));
  }

  private static LessonList.Entry entry(String name) {
    Exercise exercise = Exercise.named(name);
    return new LessonList.Entry(
        exercise.title(), exercise.title(), json -> json.text("title", exercise.title()));
  }
}
