package io.vmxlab.machine;

import java.util.Locale;

/** An argument of a called function. */
public sealed interface Argument {
  /** Most bytes of a buffer. */
  int MOST_BUFFER = 1 << 24;

  /** An integer or address. */
  record Value(long value) implements Argument {}

  /** The address of a zeroed, page-aligned buffer of so many bytes. */
  record Buffer(int size) implements Argument {
    /** Refuses sizes that no machine has room for. */
    public Buffer {
      if (size <= 0 || size > MOST_BUFFER) {
        throw noBuffer(Integer.toString(size));
      }
    }
  }

  /**
   * An argument as text: {@code 5}, {@code -1}, {@code 0x2000}, {@code 2000h}, {@code buffer:4096},
   * or a place of {@link MemoryMap#places}, such as {@code vmxon_region}.
   *
   * @throws BadInputException for anything else
   */
  static Argument parse(String text) {
    String t = text.strip();
    if (t.toLowerCase(Locale.ROOT).startsWith("buffer:")) {
      long size = Numbers.parse("argument", t.substring("buffer:".length()));
      if (size < 1 || size > MOST_BUFFER) {
        throw noBuffer(t.substring("buffer:".length()));
      }
      return new Buffer((int) size);
    }
    Long place = MemoryMap.places().get(t.toLowerCase(Locale.ROOT));
    if (place != null) {
      return new Value(place);
    }
    if (!t.isEmpty() && (Character.isLetter(t.charAt(0)) || t.charAt(0) == '_') && !number(t)) {
      throw new BadInputException(
          "argument",
          "there is no place \"" + t + "\"",
          "give a number, buffer:SIZE or one of " + String.join(", ", MemoryMap.places().keySet()));
    }
    return new Value(Numbers.parse("argument", t));
  }

  /** Hexadecimal digits with an H behind them may begin with a letter. */
  private static boolean number(String text) {
    return text.matches("[0-9a-fA-F_]+[hH]");
  }

  private static BadInputException noBuffer(String size) {
    return new BadInputException(
        "argument", "a buffer of " + size + " bytes", "give 1 to " + MOST_BUFFER);
  }
}
