package io.vmxlab.explain;

import java.util.Locale;

/** Numbers as the texts show them. Does without {@code String.format}, which is slow to start. */
public final class Hex {
  private static final String DIGITS = "0123456789ABCDEF";

  private Hex() {}

  /** Exactly so many digits of the low bits: {@code 0FF0}. */
  public static String digits(long value, int count) {
    char[] text = new char[count];
    for (int i = 0; i < count; i++) {
      text[count - 1 - i] = DIGITS.charAt((int) (value >>> (4 * i)) & 15);
    }
    return new String(text);
  }

  /** The whole register, with a line at the middle of 64 bits: {@code 00000000_80050033}. */
  public static String register(long value, int width) {
    if (width <= 32) {
      return digits(value, (width + 3) / 4);
    }
    return digits(value >>> 32, (width - 32 + 3) / 4) + "_" + digits(value, 8);
  }

  /** As short as an assembler takes it: {@code 5}, {@code 2000h}, {@code 0FFFFDFFFh}. */
  public static String literal(long value) {
    if (value >= 0 && value <= 9) {
      return Long.toString(value);
    }
    String text = Long.toHexString(value).toUpperCase(Locale.ROOT);
    return (Character.isDigit(text.charAt(0)) ? "" : "0") + text + "h";
  }

  /** As programs read it: {@code 0x80050033}. */
  public static String json(long value) {
    return "0x" + Long.toHexString(value);
  }

  /** {@code F3 0F C7 30}. */
  public static String bytes(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      text.append(text.length() == 0 ? "" : " ").append(digits(b, 2));
    }
    return text.toString();
  }
}
