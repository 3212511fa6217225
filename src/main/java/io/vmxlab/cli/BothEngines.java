package io.vmxlab.cli;

import io.vmxlab.explain.DifferenceView;
import io.vmxlab.machine.EngineChoice;
import io.vmxlab.machine.Lockstep;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code --engine lockstep}: both engines run the same, and the first difference is a defect. */
final class BothEngines {
  private static final String WORD = "lockstep";

  /** The engines do not do the same, which is shown before this is thrown. */
  static final class EnginesDiffer extends RuntimeException {
    private static final long serialVersionUID = 1;

    private EnginesDiffer() {}
  }

  private BothEngines() {}

  /**
   * What {@code --engine} chooses; empty for both.
   *
   * @throws UserError if there is no such engine
   */
  static Optional<EngineChoice> choice(String word) {
    for (EngineChoice choice : EngineChoice.values()) {
      if (choice.word().equals(word)) {
        return Optional.of(choice);
      }
    }
    if (word.equals(WORD)) {
      return Optional.empty();
    }
    List<String> words = new ArrayList<>();
    for (EngineChoice choice : EngineChoice.values()) {
      words.add(choice.word());
    }
    words.add(WORD);
    throw new UserError(
        "--engine: there is no engine \"" + word + "\"; give " + String.join(", ", words));
  }

  /**
   * Runs both.
   *
   * @param name of what they run
   * @throws EnginesDiffer after having shown where
   */
  static <R> R run(
      Lockstep<R> lockstep,
      String name,
      Terminal terminal,
      Diary diary,
      Interrupt interrupt,
      boolean json) {
    interrupt.stops(lockstep::stop);
    lockstep.progress(
        text -> {
          if (terminal.progress()) {
            terminal.report(text);
          } else {
            diary.note(text);
          }
        });
    Optional<R> run = lockstep.run();
    if (run.isPresent()) {
      diary.note(
          lockstep.comparisons() + " comparisons, " + lockstep.regions() + " regions translated");
      return run.get();
    }
    show(terminal, new DifferenceView(name, lockstep.difference().orElseThrow()), json);
    throw new EnginesDiffer();
  }

  private static void show(Terminal terminal, DifferenceView view, boolean json) {
    if (json) {
      terminal.print(view.json());
    } else {
      var sheet = terminal.sheet();
      view.text(sheet);
      terminal.print(sheet);
    }
  }
}
