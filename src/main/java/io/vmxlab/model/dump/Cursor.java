package io.vmxlab.model.dump;

import io.vmxlab.text.Visible;

/** Reads along a line. It looks at no character more than a few times. */
final class Cursor {
  private static final int HEX = 16;
  private static final int DIGITS = 16;

  /** Of a text that a message shows. */
  private static final int SHOWN = 40;

  private final String text;
  private int at;

  Cursor(String text) {
    this.text = text;
  }

  boolean atEnd() {
    return at == text.length();
  }

  /** The next character, or NUL at the end. */
  char next() {
    return at < text.length() ? text.charAt(at) : 0;
  }

  int position() {
    return at;
  }

  void goTo(int position) {
    at = position;
  }

  /** Passes over white space, and says whether there was any. */
  boolean blanks() {
    int start = at;
    while (at < text.length() && blank(text.charAt(at))) {
      at++;
    }
    return at > start;
  }

  private static boolean blank(char c) {
    return c == ' ' || c == '\t';
  }

  /** Passes over any of these characters, and says whether there was one. */
  boolean any(String characters) {
    int start = at;
    while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return at > start;
  }

  /** Passes over the text if it comes next, in whatever case. */
  boolean take(String wanted) {
    boolean found = text.regionMatches(true, at, wanted, 0, wanted.length());
    at += found ? wanted.length() : 0;
    return found;
  }

  /** The letters, digits and underscores that come next; empty if none does. */
  String word() {
    int start = at;
    while (at < text.length() && inWord(text.charAt(at))) {
      at++;
    }
    return text.substring(start, at);
  }

  static boolean inWord(char c) {
    return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  /** The hexadecimal digits that come next; empty if none does. */
  String digits() {
    int start = at;
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
    return text.substring(start, at);
  }

  /** The decimal digits that come next; empty if none does. */
  String decimals() {
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return text.substring(start, at);
  }

  String rest() {
    return text.substring(at);
  }

  static boolean isDigit(char c) {
    return c < 128 && Character.digit(c, HEX) >= 0;
  }

  /** All characters are hexadecimal digits, and there is one. */
  static boolean isHex(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isDigit(text.charAt(i))) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** All characters are among these. */
  static boolean only(String text, String characters) {
    for (int i = 0; i < text.length(); i++) {
      if (characters.indexOf(text.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }

  /** The value of hexadecimal digits. */
  static long number(String digits) throws NotUnderstood {
    return number(digits, DIGITS);
  }

  /** The value of hexadecimal digits, 32 bits at most. */
  static int number32(String digits) throws NotUnderstood {
    return (int) number(digits, DIGITS / 2);
  }

  private static long number(String digits, int most) throws NotUnderstood {
    int start = 0;
    while (start < digits.length() - most && digits.charAt(start) == '0') {
      start++;
    }
    if (!isHex(digits) || digits.length() - start > most) {
      throw new NotUnderstood(
          shown(digits) + " is no hexadecimal number of at most " + most + " digits");
    }
    return Long.parseUnsignedLong(digits, start, digits.length(), HEX);
  }

  /** A small decimal number, such as that of a processor; -1 if it is none or large. */
  static int small(String decimals) {
    return decimals.isEmpty() || decimals.length() > 6 || !only(decimals, "0123456789")
        ? -1
        : Integer.parseInt(decimals);
  }

  /** Four numbers of 32 bits with separators between them, as CPUID leaves them. */
  int[] registers(String separators) throws NotUnderstood {
    int[] registers = new int[4];
    for (int i = 0; i < registers.length; i++) {
      if (i > 0) {
        any(separators);
      }
      take("0x");
      registers[i] = number32(digits());
    }
    return registers;
  }

  /** A text of the dump as a message shows it: quoted, of sensible length, without controls. */
  static String shown(String text) {
    String begins = text.substring(0, Math.min(SHOWN, text.length()));
    return "\"" + Visible.line(begins) + (text.length() > SHOWN ? "...\"" : "\"");
  }
}
