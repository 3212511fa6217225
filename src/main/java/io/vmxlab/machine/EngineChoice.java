package io.vmxlab.machine;

import io.vmxlab.engine.EngineMode;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * How code is run. Results never depend on it, only how long they take: the choice is for comparing
 * the two engines, and for telling a fault of one from a fault of the program.
 */
public enum EngineChoice {
  /** Operations, and JVM bytecode for what runs long. */
  AUTO(EngineMode.AUTO),

  /** Operations only. */
  INTERPRETER(EngineMode.INTERPRETER),

  /** JVM bytecode as soon as possible, which pays for no program. */
  TRANSLATOR(EngineMode.TRANSLATOR);

  final EngineMode mode;

  EngineChoice(EngineMode mode) {
    this.mode = mode;
  }

  /**
   * What machines do that were told nothing: system property {@code vmxlab.engine}, so that a whole
   * test suite can be run by one engine, else {@link #AUTO}.
   *
   * @throws BadInputException if the property names no engine
   */
  public static EngineChoice standard() {
    String asked = System.getProperty("vmxlab.engine");
    return asked == null ? AUTO : named(asked);
  }

  /** The name in lower case, as options have it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The choice of that name, as {@link #word} gives it.
   *
   * @throws BadInputException if there is none
   */
  public static EngineChoice named(String word) {
    for (EngineChoice choice : values()) {
      if (choice.word().equals(word)) {
        return choice;
      }
    }
    List<String> words = Stream.of(values()).map(EngineChoice::word).toList();
    throw new BadInputException(
        "engine", "there is no engine \"" + word + "\"", "give " + String.join(", ", words));
  }
}
