package io.vmxlab.explain;

import io.vmxlab.text.Visible;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Emphasis for a terminal; the text says the same without it. What the methods hand back is for
 * {@link Sheet}, which alone turns the marks in it into escapes: an input that holds escapes, or
 * such marks of its own making, changes nothing.
 */
public enum Style {
  /** For files, pipes and terminals that want no colour. */
  PLAIN(false),
  /** ANSI escapes. */
  COLOUR(true);

  private static final String ESCAPE = "\u001B[";

  /** What stands before the letter of a code. No input can know it; made for the first colour. */
  private static final class Mark {
    private static final int LENGTH = 3;
    private static final int FIRST_PRIVATE = 0xE000;
    private static final int PRIVATE = 0x1900;
    private static final String TEXT = text();

    private static String text() {
      StringBuilder mark = new StringBuilder();
      SplittableRandom random = new SplittableRandom();
      for (int i = 0; i < LENGTH; i++) {
        mark.append((char) (FIRST_PRIVATE + random.nextInt(PRIVATE)));
      }
      return mark.toString();
    }
  }

  // spotless:off
  private static final char BOLD = 'b', BAD = 'r', GOOD = 'g', FAINT = 'f', RESET = '0';
  private static final Map<Character, String> CODES = Map.of(
      BOLD, "1m", BAD, "1;31m", GOOD, "32m", FAINT, "2m", RESET, "0m");
  // spotless:on

  private final boolean escapes;

  Style(boolean escapes) {
    this.escapes = escapes;
  }

  public String bold(String text) {
    return wrap(BOLD, text);
  }

  /** For what went wrong. */
  public String bad(String text) {
    return wrap(BAD, text);
  }

  /** For what is as it has to be. */
  public String good(String text) {
    return wrap(GOOD, text);
  }

  /** For what matters less. */
  public String faint(String text) {
    return wrap(FAINT, text);
  }

  private String wrap(char code, String text) {
    return escapes && !text.isEmpty() ? Mark.TEXT + code + text + Mark.TEXT + RESET : text;
  }

  /** A line as a terminal gets it: escapes for marks, and control characters visible. */
  String shown(String line) {
    int mark = escapes ? line.indexOf(Mark.TEXT) : -1;
    if (mark < 0) {
      return Visible.line(line);
    }
    StringBuilder out = new StringBuilder();
    int at = 0;
    for (; mark >= 0; mark = line.indexOf(Mark.TEXT, at)) {
      out.append(Visible.line(line.substring(at, mark)));
      int code = mark + Mark.LENGTH;
      out.append(ESCAPE).append(CODES.get(line.charAt(code)));
      at = code + 1;
    }
    return out.append(Visible.line(line.substring(at))).toString();
  }
}
