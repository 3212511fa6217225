package io.vmxlab.lab;

import io.vmxlab.explain.JsonText;
import io.vmxlab.explain.RunView;
import io.vmxlab.explain.Sheet;
import io.vmxlab.explain.VmxReport;
import io.vmxlab.machine.BadInputException;
import io.vmxlab.machine.ExitStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A demo for people and programs: its code is run when the view is made. */
public final class DemoView {
  private static final String SCHEMA = "demo";
  private static final int VERSION = 1;
  private static final String CODE = "the code";
  private static final String MENDED_CODE = "the mended code";
  private static final String INDENT = "  ";
  private static final String CODE_INDENT = "    ";

  private final Demo demo;
  private final LessonRun shown;
  private final LessonRun mended;

  /**
   * Runs the demo.
   *
   * @throws BadInputException if its code cannot be assembled
   */
  public DemoView(Demo demo) {
    this.demo = demo;
    shown = demo.shown().run(demo.name());
    mended = demo.mended().run(demo.name() + "-mended");
  }

  /** What the two runs did not come to although the demo says so; empty for a sound demo. */
  public List<EndState.Difference> differences() {
    List<EndState.Difference> all = new ArrayList<>(demo.shown().end().differences(shown));
    all.addAll(demo.mended().end().differences(mended));
    return all;
  }

  /** The parts that are shown one after another; the answer is the last. */
  public List<Consumer<Sheet>> pages() {
    return List.of(
        this::beginning,
        this::code,
        this::run,
        this::change,
        this::mendedRun,
        this::question,
        this::answer);
  }

  private void beginning(Sheet sheet) {
    heading(sheet, demo.name() + ": " + demo.title());
    sheet.hanging("", 0, "The mistake: " + demo.mistake()).blank();
    prose(sheet, demo.text());
  }

  private void code(Sheet sheet) {
    heading(sheet, "The code");
    demo.shown().code().lines().forEach(l -> sheet.line(CODE_INDENT + l));
    sheet.blank();
  }

  private void run(Sheet sheet) {
    heading(sheet, "The run");
    sheet.hanging("", 0, "Processor: " + demo.shown().machine().words() + ".").blank();
    view(shown, CODE).text(sheet);
    sheet.blank();
  }

  private void change(Sheet sheet) {
    heading(sheet, "Mended");
    prose(sheet, demo.change());
    ChangedLines lines = ChangedLines.between(demo.shown().code(), demo.mended().code());
    boolean changed = lines.lines().stream().anyMatch(l -> l.mark() != ChangedLines.Mark.KEPT);
    if (!changed) {
      return;
    }
    sheet.line("Lines that begin with + are new; lines that begin with - are gone.").blank();
    for (ChangedLines.Line line : lines.lines()) {
      switch (line.mark()) {
        case ADDED -> sheet.line(sheet.style().good(INDENT + "+ " + line.text()));
        case REMOVED -> sheet.line(sheet.style().faint(INDENT + "- " + line.text()));
        default -> sheet.line(CODE_INDENT + line.text());
      }
    }
    sheet.blank();
  }

  private void mendedRun(Sheet sheet) {
    heading(sheet, "The mended run");
    if (!demo.mended().machine().equals(demo.shown().machine())) {
      sheet.hanging("", 0, "Processor: " + demo.mended().machine().words() + ".").blank();
    }
    view(mended, MENDED_CODE).text(sheet);
    sheet.blank();
  }

  private void question(Sheet sheet) {
    heading(sheet, "Question");
    sheet.hanging("", 0, demo.question());
  }

  private void answer(Sheet sheet) {
    sheet.blank();
    heading(sheet, "Answer");
    for (int i = 0; i < demo.answer().size(); i++) {
      if (i > 0) {
        sheet.blank();
      }
      sheet.hanging("", 0, demo.answer().get(i));
    }
  }

  private RunView view(LessonRun lesson, String name) {
    boolean returns = !demo.shown().function().isEmpty();
    return new RunView(name, lesson.run(), returns, "", exits(lesson.exits()));
  }

  /** The VM exits, if a guest was entered. */
  private static VmxReport exits(ExitStatistics exits) {
    return exits.entries() == 0 ? VmxReport.NONE : VmxReport.of(exits);
  }

  private static void heading(Sheet sheet, String text) {
    sheet.line(sheet.style().bold(text)).blank();
  }

  private static void prose(Sheet sheet, List<String> paragraphs) {
    for (String p : paragraphs) {
      sheet.hanging("", 0, p).blank();
    }
  }

  /** All of it as one document, the answer too. */
  public String json() {
    return JsonText.document(SCHEMA, VERSION, this::members);
  }

  private void members(JsonText json) {
    json.text("name", demo.name()).text("title", demo.title()).text("mistake", demo.mistake());
    json.texts("text", demo.text());
    part(json, demo.shown(), shown, CODE);
    json.object(
        "mended",
        j -> {
          j.texts("text", demo.change());
          part(j, demo.mended(), mended, MENDED_CODE);
        });
    json.text("question", demo.question()).texts("answer", demo.answer());
  }

  private void part(JsonText json, Demo.Part part, LessonRun lesson, String name) {
    json.text("cpu", part.machine().cpu().name());
    json.text("firmware", part.machine().firmware().id());
    json.number("mode", part.machine().mode()).texts("settings", part.machine().settings());
    json.flag("launchReady", part.machine().launchReady());
    json.text("function", part.function()).text("code", part.code());
    view(lesson, name).json(json, "run");
  }
}
