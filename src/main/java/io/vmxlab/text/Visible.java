package io.vmxlab.text;

import java.util.Locale;

/**
 * Text that came from outside, made fit to be shown: control characters and what else a terminal or
 * an editor obeys instead of showing stand as escapes, such as {@code \x1B}. Symbols, file names,
 * titles and whatever else a message quotes may hold anything.
 */
public final class Visible {
  /** Characters of a message that someone reads. */
  public static final int LONGEST_MESSAGE = 400;

  private static final String CUT = " ... ";
  private static final int HIGHEST_BYTE = 0xFF;

  private Visible() {}

  /** One line: line breaks and tabs are escapes too. */
  public static String line(String text) {
    return shown(text, false);
  }

  /** Lines: their breaks, and tabs, stay. */
  public static String lines(String text) {
    return shown(text, true);
  }

  /** One line of at most {@value #LONGEST_MESSAGE} characters; of a longer one both ends. */
  public static String message(String text) {
    return cut(line(ends(text, 2 * LONGEST_MESSAGE)), LONGEST_MESSAGE);
  }

  /** At most so many characters: of a longer text both ends, with dots between them. */
  public static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int half = (most - CUT.length()) / 2;
    return text.substring(0, half) + CUT + text.substring(text.length() - half);
  }

  /** Spares long texts the way through {@link #line}. */
  private static String ends(String text, int each) {
    return text.length() <= 2 * each
        ? text
        : text.substring(0, each) + text.substring(text.length() - each);
  }

  private static String shown(String text, boolean breaks) {
    int first = 0;
    while (first < text.length() && plain(text.charAt(first), breaks)) {
      first++;
    }
    if (first == text.length()) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length() + 16).append(text, 0, first);
    for (int at = first; at < text.length(); ) {
      int c = text.codePointAt(at);
      if (plain(c, breaks)) {
        out.appendCodePoint(c);
      } else {
        escape(out, c);
      }
      at += Character.charCount(c);
    }
    return out.toString();
  }

  /** Whether a character is shown as it is, in one line. */
  public static boolean isPlain(int c) {
    return plain(c, false);
  }

  private static boolean plain(int c, boolean breaks) {
    if (c < 0x7F) {
      return c >= ' ' || breaks && (c == '\n' || c == '\t');
    }
    switch (Character.getType(c)) {
      case Character.CONTROL:
      case Character.FORMAT:
      case Character.LINE_SEPARATOR:
      case Character.PARAGRAPH_SEPARATOR:
      case Character.SURROGATE:
      case Character.PRIVATE_USE:
      case Character.UNASSIGNED:
        return false;
      default:
        return true;
    }
  }

  private static void escape(StringBuilder out, int c) {
    switch (c) {
      case '\n':
        out.append("\\n");
        break;
      case '\r':
        out.append("\\r");
        break;
      case '\t':
        out.append("\\t");
        break;
      default:
        hexadecimal(out, c);
        break;
    }
  }

  private static void hexadecimal(StringBuilder out, int c) {
    boolean small = c <= HIGHEST_BYTE;
    String digits = Integer.toHexString(c).toUpperCase(Locale.ROOT);
    out.append(small ? "\\x" : "\\u");
    out.append("0".repeat(Math.max(0, (small ? 2 : 4) - digits.length()))).append(digits);
  }
}
