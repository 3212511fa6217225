package io.vmxlab.machine;

import java.io.ByteArrayOutputStream;

/** Bytes written as hexadecimal digits. */
final class HexText {
  private HexText() {}

  /** The bytes; throws {@link BadInputException} with line and column. */
  static byte[] bytes(String name, String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int line = 1;
    int lineStart = 0;
    int high = -1;
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      int digit = isDigit(c) ? Character.digit(c, 16) : -1;
      if (c == ';' || c == '#') {
        int end = text.indexOf('\n', i);
        i = end < 0 ? text.length() : end;
        continue;
      }
      if (prefix(text, i, high)) {
        i += 2;
        continue;
      }
      if (digit >= 0) {
        if (high >= 0) {
          out.write(high << 4 | digit);
        }
        high = high >= 0 ? -1 : digit;
      } else if (!Character.isWhitespace(c) && c != ',') {
        throw new BadInputException(
            name + ":" + line + ":" + (i - lineStart + 1),
            "\"" + c + "\" is no hexadecimal digit",
            "write bytes as F3 0F C7 30");
      } else if (high >= 0) {
        throw odd(name, line, i - lineStart);
      }
      i++;
      if (c == '\n') {
        line++;
        lineStart = i;
      }
    }
    if (high >= 0) {
      throw odd(name, line, i - lineStart);
    }
    return out.toByteArray();
  }

  private static boolean prefix(String text, int i, int high) {
    return high < 0
        && text.charAt(i) == '0'
        && i + 1 < text.length()
        && (text.charAt(i + 1) == 'x' || text.charAt(i + 1) == 'X');
  }

  private static BadInputException odd(String name, int line, int column) {
    return new BadInputException(
        name + ":" + line + ":" + column, "a byte has only one digit", "write two: 0F");
  }

  /** Nothing but digits, white space, commas and comments in the first line with anything. */
  static boolean looksLikeHex(String text) {
    int at = 0;
    while (at < text.length()) {
      int end = text.indexOf('\n', at);
      end = end < 0 ? text.length() : end;
      int comment = at;
      while (comment < end && text.charAt(comment) != ';' && text.charAt(comment) != '#') {
        comment++;
      }
      String code = text.substring(at, comment).strip();
      if (!code.isEmpty()) {
        return isHex(code);
      }
      at = end + 1;
    }
    return false;
  }

  /** Pairs of digits, with white space, commas and {@code 0x} between them. */
  private static boolean isHex(String code) {
    int at = 0;
    boolean pairs = false;
    while (at < code.length()) {
      char c = code.charAt(at);
      if (Character.isWhitespace(c) || c == ',') {
        at++;
        continue;
      }
      at += prefix(code, at, -1) ? 2 : 0;
      if (at + 1 >= code.length() || !isDigit(code.charAt(at)) || !isDigit(code.charAt(at + 1))) {
        return false;
      }
      pairs = true;
      at += 2;
    }
    return pairs;
  }

  private static boolean isDigit(char c) {
    return c < 128 && Character.digit(c, 16) >= 0;
  }
}
