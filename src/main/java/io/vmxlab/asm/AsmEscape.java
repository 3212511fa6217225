package io.vmxlab.asm;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** C's escapes in strings. */
final class AsmEscape {
  private static final String LETTERS = "abtnvfre0";
  private static final byte[] MEANINGS = {7, 8, 9, 10, 11, 12, 13, 27, 0};

  private AsmEscape() {}

  /**
   * Reads what stands behind a backslash.
   *
   * @return index of the character behind it
   */
  static int read(String line, int from, ByteArrayOutputStream out) {
    if (from >= line.length()) {
      return from;
    }
    char c = line.charAt(from);
    if (c == 'x') {
      return number(line, from + 1, 2, 16, out);
    } else if (c == 'u' || c == 'U') {
      return codePoint(line, from + 1, c == 'u' ? 4 : 8, out);
    } else if (c >= '0' && c <= '7') {
      return number(line, from, 3, 8, out);
    }
    int letter = LETTERS.indexOf(c);
    if (letter >= 0) {
      out.write(MEANINGS[letter]);
      return from + 1;
    }
    int next = from + Character.charCount(line.codePointAt(from));
    out.writeBytes(line.substring(from, next).getBytes(StandardCharsets.UTF_8));
    return next;
  }

  private static int end(String line, int from, int most, int radix) {
    int end = from;
    while (end < line.length()
        && end < from + most
        && Character.digit(line.charAt(end), radix) >= 0) {
      end++;
    }
    return end;
  }

  private static int number(String line, int from, int most, int radix, ByteArrayOutputStream out) {
    int end = end(line, from, most, radix);
    out.write(end == from ? 'x' : Integer.parseInt(line.substring(from, end), radix));
    return end;
  }

  private static int codePoint(String line, int from, int most, ByteArrayOutputStream out) {
    int end = end(line, from, most, 16);
    int code = end == from ? 'u' : (int) Long.parseLong(line.substring(from, end), 16);
    boolean valid = Character.isValidCodePoint(code);
    out.writeBytes(Character.toString(valid ? code : '?').getBytes(StandardCharsets.UTF_8));
    return end;
  }
}
