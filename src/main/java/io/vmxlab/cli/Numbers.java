package io.vmxlab.cli;

import java.util.Locale;
import java.util.OptionalLong;

/** Numbers as people write them on a command line. */
final class Numbers {
  private Numbers() {}

  /**
   * {@code 8192}, {@code 0x2000}, {@code 2000h}, {@code 0b101}, with underscores anywhere between
   * digits; up to 64 bits, negative ones as two's complement.
   */
  static OptionalLong parse(String text) {
    String t = text.toLowerCase(Locale.ROOT).replace("_", "");
    boolean negative = t.startsWith("-");
    if (negative) {
      t = t.substring(1);
    }
    try {
      long value;
      if (t.startsWith("0x")) {
        value = Long.parseUnsignedLong(t.substring(2), 16);
      } else if (t.endsWith("h")) {
        value = Long.parseUnsignedLong(t.substring(0, t.length() - 1), 16);
      } else if (t.startsWith("0b")) {
        value = Long.parseUnsignedLong(t.substring(2), 2);
      } else {
        value = Long.parseUnsignedLong(t);
      }
      return OptionalLong.of(negative ? -value : value);
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** A number, or an error that says what was expected. */
  static long of(String text, String what) {
    return parse(text)
        .orElseThrow(
            () ->
                new UserError(
                    what + " is not a number: \"" + text + "\" (write 8192, 0x2000 or 2000h)"));
  }

  /** A number of bytes, with K, M or G behind it for powers of 1024. */
  static long bytes(String text, String what) {
    String t = text.toUpperCase(Locale.ROOT).replaceFirst("I?B$", "");
    int shift = t.endsWith("K") ? 10 : t.endsWith("M") ? 20 : t.endsWith("G") ? 30 : 0;
    long number = of(shift == 0 ? t : t.substring(0, t.length() - 1), what);
    if (number < 0 || number > Long.MAX_VALUE >> shift) {
      throw new UserError(what + " is too large: " + text);
    }
    return number << shift;
  }
}
