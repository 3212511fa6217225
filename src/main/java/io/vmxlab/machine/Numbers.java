package io.vmxlab.machine;

import java.math.BigInteger;
import java.util.Locale;

/** Numbers as people write them. */
public final class Numbers {
  private static final int WORD = 64;
  private static final long MOST_UNITS = 1L << 32;

  private Numbers() {}

  /**
   * A number of at most 64 bits, signed or unsigned: decimal, {@code 0x2F}, {@code 2Fh}, {@code
   * 0b101}, with underscores.
   *
   * @throws BadInputException for anything else
   */
  public static long parse(String where, String text) {
    String t = text.strip().toLowerCase(Locale.ROOT).replace("_", "");
    boolean negative = t.startsWith("-");
    String digits = negative ? t.substring(1) : t;
    int radix = 10;
    if (digits.startsWith("0x")) {
      radix = 16;
      digits = digits.substring(2);
    } else if (digits.endsWith("h")) {
      radix = 16;
      digits = digits.substring(0, digits.length() - 1);
    } else if (digits.startsWith("0b")) {
      radix = 2;
      digits = digits.substring(2);
    }
    if (digits.isEmpty() || digits.length() > WORD || !digits.chars().allMatch(Numbers::digit)) {
      throw bad(where, text);
    }
    try {
      BigInteger value = new BigInteger(digits, radix);
      value = negative ? value.negate() : value;
      if (value.bitLength() > (negative ? WORD - 1 : WORD)) {
        throw new BadInputException(where, text + " does not fit into 64 bits", "");
      }
      return value.longValue();
    } catch (NumberFormatException e) {
      throw bad(where, text);
    }
  }

  /**
   * A size: {@code 64M}, {@code 1G}, {@code 4096K} or bytes.
   *
   * @return bytes; a number that is no size of anything as it is, and {@link Long#MAX_VALUE} for
   *     one with a unit that is out of all proportion
   * @throws BadInputException if it is no number
   */
  static long size(String where, String size) {
    String text = size.strip().toUpperCase(Locale.ROOT).replaceFirst("I?B$", "");
    int unit = text.isEmpty() ? -1 : "KMG".indexOf(text.charAt(text.length() - 1));
    if (unit < 0) {
      return parse(where, text);
    }
    long number = parse(where, text.substring(0, text.length() - 1));
    return number < 0 || number > MOST_UNITS ? Long.MAX_VALUE : number << 10 * (unit + 1);
  }

  private static boolean digit(int c) {
    return Character.digit(c, 16) >= 0 && c < 128;
  }

  private static BadInputException bad(String where, String text) {
    return new BadInputException(
        where, "\"" + text + "\" is no number", "write it as 8192, 0x2000 or 2000h");
  }
}
