package io.vmxlab.asm;

import java.util.List;

/** Assembly text that cannot be assembled; one message for each mistake found. */
public final class AssemblyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Mistake> mistakes;

  /**
   * A mistake in the text.
   *
   * @param line from 1
   * @param column from 1
   * @param message what is wrong and what would be right
   */
  public record Mistake(String file, int line, int column, String message) {
    @Override
    public String toString() {
      return file + ":" + line + ":" + column + ": " + message;
    }
  }

  AssemblyException(List<Mistake> mistakes) {
    super(mistakes.get(0).toString());
    this.mistakes = List.copyOf(mistakes);
  }

  /** At least one, in the order of the text. */
  public List<Mistake> mistakes() {
    return mistakes;
  }
}
