package io.vmxlab.asm;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Walks through one line of assembly text. */
final class AsmScanner {
  /** A mistake at a column; the assembler adds file and line. */
  static final class Complaint extends RuntimeException {
    private static final long serialVersionUID = 1L;
    final int column;

    Complaint(int column, String message) {
      super(message, null, false, false);
      this.column = column;
    }
  }

  private final String line;
  private final AsmDialect dialect;
  private int at;

  /** Where a comment begins, and where one after a semicolon does; -1 before it has been met. */
  private int end = -1;

  private int comment = -1;

  AsmScanner(String line, AsmDialect dialect) {
    this.line = line;
    this.dialect = dialect;
    skipBlanks();
  }

  private void skipBlanks() {
    while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
      at++;
    }
    if (line.startsWith("/*", at)) {
      int end = line.indexOf("*/", at + 2);
      if (end < 0) {
        throw complaint("a comment ends on its line: */ is missing");
      }
      dialect.gas();
      at = end + 2;
      skipBlanks();
    } else if (at < line.length() && line.charAt(at) == ';') {
      end = at;
      comment = at + 1;
      at = line.length();
    } else if (at < line.length() && line.charAt(at) == '#') {
      dialect.gas();
      end = at;
      at = line.length();
    }
  }

  /** Column of what stands behind a semicolon, or 0. */
  int commentColumn() {
    return comment + 1;
  }

  /** The first word behind a semicolon, or an empty string. */
  String commentWord() {
    return comment < 0 ? "" : new AsmScanner(line.substring(comment), dialect).peekWord();
  }

  /** From 1. */
  int column() {
    return at + 1;
  }

  boolean atEnd() {
    return at >= line.length();
  }

  Complaint complaint(String message) {
    return new Complaint(column(), message);
  }

  int mark() {
    return at;
  }

  void reset(int mark) {
    at = mark;
  }

  /** Refuses what begins a line and is neither a name nor a label of digits. */
  void requireName(String word, int mark) {
    if (word.isEmpty() || Character.isDigit(word.charAt(0))) {
      reset(mark);
      throw complaint(
          looksAt("%")
              ? "NASM's preprocessor (%define, %macro, ...) is not supported"
              : "expected a label, an instruction or a directive, found " + found());
    }
  }

  void skipRest() {
    at = line.length();
  }

  void skipTo(char last) {
    while (!atEnd() && peek() != last) {
      at++;
      skipBlanks();
    }
  }

  boolean restHas(String word) {
    return line.substring(at).toLowerCase(Locale.ROOT).contains(word);
  }

  /** The name of a section, which may contain hyphens. */
  String sectionName() {
    int start = at;
    while (at < line.length() && (continues(line.charAt(at)) || line.charAt(at) == '-')) {
      at++;
    }
    String name = line.substring(start, at);
    if (name.isEmpty()) {
      throw complaint("expected the name of a section, found " + found());
    }
    skipBlanks();
    return name;
  }

  /** What has been read since a mark, without blanks around it. */
  String since(int mark) {
    return line.substring(mark, end >= 0 ? end : at).strip();
  }

  char peek() {
    return atEnd() ? '\0' : line.charAt(at);
  }

  /** The character so many places on. */
  char peek(int ahead) {
    return at + ahead < line.length() ? line.charAt(at + ahead) : '\0';
  }

  boolean looksAt(String symbol) {
    return line.startsWith(symbol, at);
  }

  boolean accept(String symbol) {
    if (!line.startsWith(symbol, at)) {
      return false;
    }
    at += symbol.length();
    skipBlanks();
    return true;
  }

  void expect(String symbol) {
    if (!accept(symbol)) {
      throw complaint("expected '" + symbol + "', found " + found());
    }
  }

  /** What stands here, for a message. */
  String found() {
    if (atEnd()) {
      return "the end of the line";
    }
    if (Character.isISOControl(peek())) {
      return "a character that is no text";
    }
    String word = peekWord();
    return "'" + (word.isEmpty() ? line.substring(at, at + 1) : word) + "'";
  }

  private static boolean starts(char c) {
    return Character.isLetter(c) || c == '_' || c == '.' || c == '?' || c == '@';
  }

  private static boolean continues(char c) {
    return starts(c) || Character.isDigit(c) || c == '$' || c == '#' || c == '~';
  }

  /** The name that starts here, or an empty string. */
  String peekWord() {
    int end = at;
    if (end < line.length() && starts(line.charAt(end))) {
      do {
        end++;
      } while (end < line.length() && continues(line.charAt(end)) && line.charAt(end) != '~');
    }
    return line.substring(at, end);
  }

  String word() {
    String word = peekWord();
    at += word.length();
    skipBlanks();
    return word;
  }

  boolean acceptWord(String word) {
    if (!peekWord().equalsIgnoreCase(word)) {
      return false;
    }
    word();
    return true;
  }

  boolean atNumber() {
    return Character.isDigit(peek());
  }

  boolean atString() {
    char c = peek();
    return c == '\'' || c == '"' || c == '`';
  }

  /** The number that stands here, as written. */
  String peekNumber() {
    int end = at;
    while (end < line.length()
        && (Character.isLetterOrDigit(line.charAt(end)) || line.charAt(end) == '_')) {
      end++;
    }
    return line.substring(at, end);
  }

  /** Passes a word made of digits and letters, and hands it back. */
  String number(String text) {
    at += text.length();
    skipBlanks();
    return text;
  }

  /** A number in one of NASM's spellings: 0x1F, 1Fh, 0b1, 1b, 0o7, 7q, 1_000. */
  long number() {
    int start = at;
    String written = peekNumber();
    number(written);
    String text = written.replace("_", "").toLowerCase(Locale.ROOT);
    try {
      return parse(text);
    } catch (NumberFormatException e) {
      throw new Complaint(start + 1, "'" + text + "' is no number of at most 64 bits");
    }
  }

  private static long parse(String text) {
    char last = text.charAt(text.length() - 1);
    String head = text.substring(0, text.length() - 1);
    if (text.startsWith("0x") || text.startsWith("0h")) {
      return Long.parseUnsignedLong(text.substring(2), 16);
    } else if (last == 'h') {
      return Long.parseUnsignedLong(head, 16);
    } else if (text.startsWith("0b") || text.startsWith("0y")) {
      return Long.parseUnsignedLong(text.substring(2), 2);
    } else if (text.startsWith("0o") || text.startsWith("0q")) {
      return Long.parseUnsignedLong(text.substring(2), 8);
    } else if (last == 'b' || last == 'y') {
      return Long.parseUnsignedLong(head, 2);
    } else if (last == 'o' || last == 'q') {
      return Long.parseUnsignedLong(head, 8);
    } else if (last == 'd' || last == 't') {
      return Long.parseUnsignedLong(head, 10);
    }
    return Long.parseUnsignedLong(text, 10);
  }

  /** A quoted string's bytes; back quotes know C's escapes. */
  byte[] string() {
    return string(false);
  }

  /**
   * A quoted string's bytes.
   *
   * @param escapes C's escapes count within any quotes
   */
  byte[] string(boolean escapes) {
    char quote = line.charAt(at);
    if (quote == '`') {
      dialect.notMasm();
    }
    int start = at;
    StringBuilder text = new StringBuilder();
    at++;
    while (at < line.length() && line.charAt(at) != quote) {
      char c = line.charAt(at++);
      if ((escapes || quote == '`') && c == '\\' && at < line.length()) {
        c = escape(line.charAt(at++));
      }
      text.append(c);
    }
    if (at >= line.length()) {
      throw new Complaint(start + 1, "the string has no closing " + quote);
    }
    at++;
    skipBlanks();
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static char escape(char c) {
    switch (c) {
      case 'n':
        return '\n';
      case 't':
        return '\t';
      case 'r':
        return '\r';
      case '0':
        return '\0';
      default:
        return c;
    }
  }
}
