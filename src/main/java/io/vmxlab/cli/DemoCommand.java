package io.vmxlab.cli;

import io.vmxlab.explain.Sheet;
import io.vmxlab.lab.Demo;
import io.vmxlab.lab.DemoView;
import io.vmxlab.lab.EndState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** {@code demo [NAME]}: lessons on mistakes, or one of them. */
final class DemoCommand extends Command {
  private static final int LABEL = 12;

  private boolean list;
  private boolean step;
  private boolean answer;
  private boolean code;
  private boolean mended;
  private boolean json;

  DemoCommand() {
    super("demo", "Show a mistake in enabling VMX or running a guest: run, explained and mended.");
  }

  @Override
  List<Option> ownOptions() {
    return List.of(
        LessonList.LIST,
        Option.flag("--step", "wait for Enter between the parts; the answer is the last"),
        Option.flag("--answer", "show the answer to the question too"),
        Option.flag("--code", "print only the code that makes the mistake"),
        Option.flag("--mended", "print only the mended code"),
        Option.flag("--json", "print JSON instead of text"));
  }

  @Override
  List<Operand> operandList() {
    return List.of(
        Operand.optional(
            "NAME",
            "a demo, or a demo of your own in a .yaml file; a topic lists its demos: "
                + LessonList.ids(Demo.topics())));
  }

  @Override
  List<String> details() {
    return List.of(
        "--step waits for a line on standard input, also if that is no terminal; at its end the"
            + " rest follows at once.");
  }

  @Override
  void setOwn(String option, String value) {
    switch (option) {
      case "--list" -> list = true;
      case "--step" -> step = true;
      case "--answer" -> answer = true;
      case "--code" -> code = true;
      case "--mended" -> mended = true;
      default -> json = true;
    }
  }

  @Override
  int run(Terminal terminal) throws IOException {
    if (step && json) {
      throw new UserError("--step and --json exclude each other");
    }
    LessonList lessons = new LessonList("demo", Demo.topics());
    if (lessons.isAskedFor(list, operands())) {
      lessons.print(terminal, operands(), ofOne(), json, DemoCommand::entry);
      return Exit.OK;
    }
    Demo demo = Demo.named(operands().get(0));
    if (code || mended) {
      terminal.print(code ? demo.shown().code() : demo.mended().code());
      return Exit.OK;
    }
    DemoView view = new DemoView(demo);
    show(terminal, demo, view);
    for (EndState.Difference d : view.differences()) {
      terminal.complain(
          demo.name() + " is not as it says: expected " + d.expected() + ", found " + d.found());
    }
    return view.differences().isEmpty() ? Exit.OK : Exit.FAILURES;
  }

  /** Options that say something of one demo. */
  private List<String> ofOne() {
    List<String> given = new ArrayList<>();
    if (step) {
      given.add("--step");
    }
    if (answer) {
      given.add("--answer");
    }
    if (code) {
      given.add("--code");
    }
    if (mended) {
      given.add("--mended");
    }
    return given;
  }

  private void show(Terminal terminal, Demo demo, DemoView view) throws IOException {
    List<Consumer<Sheet>> pages = view.pages();
    if (json) {
      terminal.print(view.json());
    } else if (step) {
      Pages.show(terminal, pages);
    } else {
      Sheet sheet = terminal.sheet();
      pages.subList(0, pages.size() - (answer ? 0 : 1)).forEach(p -> p.accept(sheet));
      if (!answer) {
        sheet.blank();
        more(sheet, demo.shown());
      }
      terminal.print(sheet);
    }
  }

  private void more(Sheet sheet, Demo.Part shown) {
    String command = "vmxlab demo " + operands().get(0);
    sheet.labelled(0, LABEL, "Answer:", command + " --answer");
    sheet.labelled(0, LABEL, "Code:", command + " --code > mine.asm");
    if (shown.machine().isReproducible()) {
      List<String> words = new ArrayList<>(List.of("vmxlab run mine.asm"));
      if (!shown.function().isEmpty()) {
        words.add("--call " + shown.function());
      }
      words.addAll(shown.machine().options());
      sheet.labelled(0, LABEL, "To run it:", String.join(" ", words));
    }
  }

  private static LessonList.Entry entry(String name) {
    Demo demo = Demo.named(name);
    return new LessonList.Entry(
        demo.title(),
        demo.mistake(),
        json -> json.text("title", demo.title()).text("mistake", demo.mistake()));
  }
}
