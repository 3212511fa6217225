package io.vmxlab.fuzz;

import io.vmxlab.explain.JsonText;
import io.vmxlab.explain.Sheet;
import io.vmxlab.explain.Style;
import io.vmxlab.lab.Demo;
import io.vmxlab.lab.DemoView;
import io.vmxlab.lab.Exercise;
import io.vmxlab.lab.Grade;
import io.vmxlab.lab.LabTexts;
import io.vmxlab.machine.Program;
import java.util.List;

/** A file of a demo, which is shown, or of an exercise, in which its own program is graded. */
final class LessonTarget extends RunTarget {
  private final boolean demo;

  LessonTarget(boolean demo) {
    super(demo ? "demo" : "exercise");
    this.demo = demo;
  }

  @Override
  public List<byte[]> seeds() {
    return Seeds.folder("docs/lessons/" + (demo ? "demos" : "exercises"), ".yaml", 100);
  }

  @Override
  public List<String> dictionary() {
    return Seeds.words(seeds());
  }

  @Override
  public int smallRun() {
    return 60;
  }

  /** Two machines of 256 MBytes, of which they use what they touch. */
  @Override
  public long guestMemory() {
    return 512L << 20;
  }

  @Override
  public String feed(byte[] input) {
    String text = FuzzTarget.text(input);
    return demo ? demo(LabTexts.demo(text)) : exercise(LabTexts.exercise(text));
  }

  private static String demo(Demo demo) {
    DemoView view = new DemoView(demo);
    Sheet sheet = new Sheet(Style.PLAIN);
    view.pages().forEach(p -> p.accept(sheet));
    if (sheet.toString().isEmpty() || view.json().isEmpty()) {
      throw new IllegalStateException("nothing is shown");
    }
    return "demo " + view.differences().size();
  }

  private static String exercise(Exercise exercise) {
    Program own = Program.assembly("input.asm", exercise.code());
    Grade grade = Grade.of(exercise, "input.asm", own);
    grade.text(new Sheet(Style.PLAIN));
    WellFormed.xml(Grade.junitXml(List.of(grade)));
    return JsonText.document("grades", 1, grade::json).length() > 0 ? "" + grade.result() : "";
  }
}
