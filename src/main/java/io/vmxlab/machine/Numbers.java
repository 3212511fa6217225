package io.vmxlab.machine;

import java.math.BigInteger;
import java.util.Locale;

/** Numbers as people write them. */
public final class Numbers {
  private static final int WORD = 64;

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

  private static boolean digit(int c) {
    return Character.digit(c, 16) >= 0 && c < 128;
  }

  private static BadInputException bad(String where, String text) {
    return new BadInputException(
        where, "\"" + text + "\" is no number", "write it as 8192, 0x2000 or 2000h");
  }
}
