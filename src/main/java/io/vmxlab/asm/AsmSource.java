package io.vmxlab.asm;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A text as lines to read: comments that span lines are blanked, lines that go on behind a
 * backslash are joined, and the marks that preprocessors leave ({@code %line 5+1 boot.asm}, {@code
 * # 5 "boot.S"}) give the lines behind them their places.
 */
final class AsmSource {
  /** Characters in a text at most. */
  static final int MOST_CHARACTERS = 1 << 24;

  static final int MOST_LINES = 1 << 20;

  /** Physical lines that one line may be joined of. */
  private static final int MOST_JOINED = 1000;

  /** nasm's; without a file name the last one goes on to count. */
  private static final Pattern NASM_MARK =
      Pattern.compile("\\s*%line\\s{1,99}(\\d{1,9})(?:\\+(\\d{1,9}))?(?:\\s+(\\S.*))?");

  /** That of C's preprocessor. */
  private static final Pattern C_MARK =
      Pattern.compile("#(?:line)?[ \\t]{1,99}(\\d{1,9})[ \\t]+\"([^\"]*)\".*");

  private static final Set<String> C_DIRECTIVES =
      Set.of(
          "include", "define", "undef", "ifdef", "ifndef", "endif", "elif", "error", "pragma",
          "warning");

  /** What begins a comment as well, if a text has no {@code #endif}. */
  private static final Set<String> C_CONDITIONS = Set.of("if", "else");

  /** A character that may delimit MASM's COMMENT. */
  private static final String DELIMITERS = "@!*~|^&+-%/\\\"'#<{";

  /**
   * A line to read.
   *
   * @param number in the text, from 1
   * @param file that the line is of, as a preprocessor says, or null
   * @param shown number to name in messages: that of the line in {@code file}
   * @param problem what is wrong with the line as such, or null
   */
  record Line(String text, int number, String file, int shown, String problem) {
    Line withText(String other) {
      return new Line(other, number, file, shown, problem);
    }
  }

  private final AsmDialect dialect;
  private final List<Line> lines = new ArrayList<>();
  private boolean conditions;

  private String file;
  private int shown = 1;
  private int increment = 1;

  /** Where a comment began that has not ended yet, or null. */
  private Line open;

  /** MASM's COMMENT ends in the line that has this character; 0 outside. */
  private char delimiter;

  private AsmSource(AsmDialect dialect) {
    this.dialect = dialect;
  }

  /** The lines of a text; one with a problem instead if it is too large. */
  static List<Line> read(String text, AsmDialect dialect) {
    if (text.length() > MOST_CHARACTERS || text.lines().skip(MOST_LINES).findAny().isPresent()) {
      return List.of(new Line("", 1, null, 1, "the text has more than 16 MBytes or 1048576 lines"));
    }
    AsmSource source = new AsmSource(dialect);
    String[] physical = physical(text);
    source.conditions = has(physical, "#endif");
    for (int i = 0; i < physical.length; i++) {
      int joined = source.joined(physical, i);
      if (joined > i) {
        StringBuilder whole = new StringBuilder();
        for (int k = i; k <= joined; k++) {
          String part = physical[k];
          whole.append(k < joined ? part.substring(0, part.length() - 1) : part);
        }
        source.line(whole.toString(), i + 1);
        source.shown += source.increment * (joined - i);
        i = joined;
      } else {
        source.line(physical[i], i + 1);
      }
    }
    if (source.open != null) {
      Line begin = source.open;
      source.lines.add(
          new Line(
              "",
              begin.number,
              begin.file,
              begin.shown,
              "this comment does not end: */ is missing"));
    }
    return source.lines;
  }

  /** Lines without what ends them; behind the end of the last one there is an empty one. */
  private static String[] physical(String text) {
    boolean ended = text.isEmpty() || text.endsWith("\n") || text.endsWith("\r");
    return Stream.concat(text.lines(), ended ? Stream.of("") : Stream.empty())
        .toArray(String[]::new);
  }

  private static boolean has(String[] physical, String beginning) {
    for (String line : physical) {
      if (line.startsWith(beginning)) {
        return true;
      }
    }
    return false;
  }

  /** Index of the last line that a line goes on to. */
  private int joined(String[] physical, int first) {
    int last = first;
    while (last + 1 < physical.length
        && last - first < MOST_JOINED
        && physical[last].endsWith("\\")
        && open == null
        && delimiter == 0
        && commentStart(physical[last]) < 0) {
      last++;
    }
    return last;
  }

  private void line(String text, int number) {
    Line line = new Line(text, number, file, shown, null);
    shown += increment;
    if (delimiter != 0) {
      delimiter = text.indexOf(delimiter) >= 0 ? 0 : delimiter;
    } else if (open != null) {
      blank(line);
    } else if (!mark(text) && !masmComment(text)) {
      String problem = problem(text);
      if (problem != null) {
        lines.add(new Line("", number, line.file, line.shown, problem));
      } else {
        blank(line);
      }
    }
  }

  private boolean mark(String text) {
    boolean percent = text.indexOf('%') >= 0 && text.stripLeading().startsWith("%line");
    if (!percent && !text.startsWith("#")) {
      return false;
    }
    Matcher m = (percent ? NASM_MARK : C_MARK).matcher(text);
    if (!m.matches()) {
      return false;
    }
    String name = m.group(percent ? 3 : 2);
    file = name == null || name.isBlank() ? file : plain(name);
    shown = Integer.parseInt(m.group(1));
    increment = percent && m.group(2) != null ? Integer.parseInt(m.group(2)) : 1;
    if (percent) {
      dialect.nasm();
    } else {
      dialect.gas();
    }
    return true;
  }

  /** A file's name without its folders. */
  private static String plain(String name) {
    String path = name.strip();
    return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  }

  private boolean masmComment(String text) {
    String line = text.strip();
    if (!line.regionMatches(true, 0, "comment ", 0, 8)) {
      return false;
    }
    String rest = line.substring(8).stripLeading();
    if (rest.isEmpty() || DELIMITERS.indexOf(rest.charAt(0)) < 0) {
      return false;
    }
    dialect.masm();
    delimiter = rest.indexOf(rest.charAt(0), 1) > 0 ? 0 : rest.charAt(0);
    return true;
  }

  private String problem(String text) {
    if (!text.startsWith("#")) {
      return null;
    }
    int end = 1;
    while (end < text.length() && Character.isLetter(text.charAt(end))) {
      end++;
    }
    String word = text.substring(1, end).toLowerCase(Locale.ROOT);
    boolean directive = C_DIRECTIVES.contains(word) || conditions && C_CONDITIONS.contains(word);
    if (!directive) {
      return null;
    }
    dialect.gas();
    return "#"
        + word
        + " is for C's preprocessor: assemble what it makes of the file (gcc -E -P FILE.S |"
        + " vmxlab run -), or the object file of gcc -c FILE.S";
  }

  /** Adds a line without the comments that have a beginning and an end. */
  private void blank(Line line) {
    String text = line.text;
    int from = 0;
    if (open != null) {
      from = text.indexOf("*/");
      if (from < 0) {
        return;
      }
      from += 2;
      open = null;
      text = " ".repeat(from) + text.substring(from);
    }
    int start = blockStart(text, from);
    if (start < 0) {
      lines.add(line.withText(text));
      return;
    }
    StringBuilder kept = new StringBuilder(text);
    while (start >= 0) {
      dialect.gas();
      int end = text.indexOf("*/", start + 2);
      for (int i = start; i < (end < 0 ? text.length() : end + 2); i++) {
        kept.setCharAt(i, ' ');
      }
      if (end < 0) {
        open = line;
        break;
      }
      start = blockStart(text, end + 2);
    }
    lines.add(line.withText(kept.toString()));
  }

  private static int blockStart(String text, int from) {
    int start = text.indexOf("/*", from);
    if (start < 0) {
      return -1;
    }
    int at = plainCharacter(text, from, true);
    return at >= 0 && text.startsWith("/*", at) ? at : -1;
  }

  private static int commentStart(String text) {
    return plainCharacter(text, 0, false);
  }

  /**
   * The first of {@code ;}, {@code #} and, if asked for, {@code /*} that is not in quotes; -1 if
   * there is none.
   */
  private static int plainCharacter(String text, int from, boolean block) {
    char quote = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '"' || c == '\'' || c == '`') {
        quote = c;
      } else if (c == ';' || c == '#' || block && text.startsWith("/*", i)) {
        return i;
      }
    }
    return -1;
  }
}
