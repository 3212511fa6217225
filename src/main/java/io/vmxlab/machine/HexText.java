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
      int digit = c < 128 ? Character.digit(c, 16) : -1;
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
    for (String line : text.lines().limit(100).toList()) {
      String code = line.replaceAll("[;#].*", "").strip();
      if (!code.isEmpty()) {
        return code.matches("(?i)(0x)?[0-9a-f]{2}([\\s,]*(0x)?[0-9a-f]{2})*");
      }
    }
    return false;
  }
}
