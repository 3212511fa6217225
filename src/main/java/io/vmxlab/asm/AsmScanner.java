package io.vmxlab.asm;

import io.vmxlab.isa.RegisterName;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  static final String QUOTED =
      "names in quotes are not supported: write the name without them, or run the object file of"
          + " gcc -c, with --call NAME";

  private static final int MOST_DEPTH = 100;
  private static final int MOST_FRACTION = 100;
  private static final Pattern FRACTION =
      Pattern.compile("[0-9]++\\.[0-9]*+(?:[eE][+-]?[0-9]{1,4})?+(?![\\w.])");

  private static final int MOST_SHOWN = 40;

  private final String line;
  private final AsmDialect dialect;
  private int at;

  /** Where a comment begins, and where one after a semicolon does; -1 before it has been met. */
  private int end = -1;

  private int comment = -1;

  /** Where brackets around what is read end, or -1. */
  private int limit = -1;

  /** How deep the construct being read is within others. */
  private int depth;

  AsmScanner(String line, AsmDialect dialect) {
    this.line = line;
    this.dialect = dialect;
    skipBlanks();
  }

  private void skipBlanks() {
    while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
      at++;
    }
    if (at >= line.length()) {
      return;
    }
    char c = line.charAt(at);
    if (c == ';') {
      end = at;
      comment = at + 1;
      at = line.length();
    } else if (c == '#' || c == '/' && dialect.isGas() && looksAt("//")) {
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
    return at >= line.length() || at == limit;
  }

  /** Brackets are around what is read: it ends where they do. */
  void bracketed() {
    char quote = 0;
    for (int i = at; i < line.length() && limit < 0; i++) {
      char c = line.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '"' || c == '\'' || c == '`') {
        quote = c;
      } else if (c == ']') {
        limit = i;
      }
    }
  }

  /** The brackets end. */
  void unbracketed() {
    limit = -1;
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

  /** As {@link #reset}, where nothing is being read. */
  void restart(int mark) {
    at = mark;
    depth = 0;
  }

  /** Refuses what begins a line and is neither a name nor a label of digits. */
  void requireName(String word, int mark) {
    if (word.isEmpty() || Character.isDigit(word.charAt(0))) {
      reset(mark);
      if (atString()) {
        throw complaint(QUOTED);
      }
      throw complaint(
          looksAt("%")
              ? "this is for NASM's preprocessor: assemble what it makes of the file (nasm -E FILE"
                  + " | vmxlab run -)"
              : "expected a label, an instruction or a directive, found " + found());
    }
  }

  void skipRest() {
    at = limit < 0 ? line.length() : limit;
  }

  /** A construct within another begins; {@link #shallower} ends it. */
  void deeper() {
    if (++depth > MOST_DEPTH) {
      throw complaint("this is nested more than " + MOST_DEPTH + " deep");
    }
  }

  void shallower() {
    depth--;
  }

  void skipTo(char last) {
    while (!atEnd() && peek() != last) {
      at++;
      skipBlanks();
    }
  }

  /** Parentheses begin here, and a word within them is such a one. */
  boolean parenthesesHold(Predicate<String> such) {
    if (peek() != '(') {
      return false;
    }
    int begin = at;
    int close = closing();
    boolean found = false;
    while (at < close && !found) {
      String word = peekWord();
      found = !word.isEmpty() && such.test(word);
      at += Math.max(1, atNumber() ? peekNumber().length() : word.length());
    }
    at = begin;
    return found;
  }

  /** Goes behind the parentheses that begin here. */
  void skipParentheses() {
    at = Math.min(closing() + 1, line.length());
    skipBlanks();
  }

  /** Where the parenthesis is that belongs to the one here; the end of the line without one. */
  private int closing() {
    int open = 0;
    for (int i = at; i < line.length(); i++) {
      open += line.charAt(i) == '(' ? 1 : line.charAt(i) == ')' ? -1 : 0;
      if (open == 0) {
        return i;
      }
    }
    return line.length();
  }

  /** A register with % before it stands in the rest of the statement, before any string. */
  boolean restHasMarkedRegister() {
    for (int i = at; i < line.length() && "\"'`;#".indexOf(line.charAt(i)) < 0; i++) {
      int end = i + 1;
      while (line.charAt(i) == '%' && end < line.length() && continues(line.charAt(end))) {
        end++;
      }
      if (RegisterName.of(line.substring(i + 1, end)) != null) {
        return true;
      }
    }
    return false;
  }

  boolean restHas(String word) {
    return line.substring(at).toLowerCase(Locale.ROOT).contains(word);
  }

  /** The name of a section, which may contain other signs than a symbol's, or be quoted. */
  String sectionName() {
    if (atString()) {
      return new String(string(), StandardCharsets.UTF_8);
    }
    int start = at;
    while (at < line.length()
        && (continues(line.charAt(at)) || "-:+".indexOf(line.charAt(at)) >= 0)) {
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

  AsmDialect dialect() {
    return dialect;
  }

  /** What stands between braces, the first of which is here. */
  String braced() {
    int close = line.indexOf('}', at);
    return line.substring(at + 1, close < 0 ? line.length() : close).strip();
  }

  /** Goes behind the braces that begin here; without a closing one to the end of the line. */
  void acceptBraced() {
    int close = line.indexOf('}', at);
    at = close < 0 ? line.length() : close + 1;
    skipBlanks();
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
    return "'"
        + (word.isEmpty() ? line.substring(at, line.offsetByCodePoints(at, 1)) : clip(word))
        + "'";
  }

  /** A name or a number as messages show it: of sensible length. */
  static String clip(String word) {
    return word.length() <= MOST_SHOWN ? word : word.substring(0, MOST_SHOWN) + "...";
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

  /** NASM's {@code $} before a name that may be a reserved word. */
  boolean acceptEscape() {
    if (peek() != '$' || !starts(peek(1))) {
      return false;
    }
    at++;
    dialect.notMasm();
    return true;
  }

  boolean acceptWord(String word) {
    if (!peekWord().equalsIgnoreCase(word)) {
      return false;
    }
    word();
    return true;
  }

  /** Digits, or NASM's {@code $0FF}. */
  boolean atNumber() {
    return isDigit(peek()) || peek() == '$' && isDigit(peek(1));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  boolean atString() {
    char c = peek();
    return c == '\'' || c == '"' || c == '`';
  }

  /** The number that stands here, as written. */
  String peekNumber() {
    int end = peek() == '$' ? at + 1 : at;
    while (end < line.length()
        && (Character.isLetterOrDigit(line.charAt(end)) || line.charAt(end) == '_')) {
      end++;
    }
    return line.substring(at, end);
  }

  /** A decimal fraction ({@code 1.5e-3}) that stands here, or an empty string. */
  String fraction() {
    Matcher m = FRACTION.matcher(line).region(at, Math.min(line.length(), at + MOST_FRACTION));
    return m.lookingAt() ? m.group() : "";
  }

  /** Passes a word made of digits and letters, and hands it back. */
  String number(String text) {
    at += text.length();
    skipBlanks();
    return text;
  }

  /**
   * A number in one of NASM's spellings: 0x1F, 1Fh, $1F, 0b1, 1b, 0o7, 7q, 1_000. Of a letter in
   * front and one behind that of the larger radix counts.
   */
  long number() {
    int start = at;
    String written = peekNumber();
    number(written);
    String text = written.replace("_", "").toLowerCase(Locale.ROOT);
    try {
      return parse(text);
    } catch (NumberFormatException e) {
      throw new Complaint(start + 1, "'" + clip(written) + "' is no number of at most 64 bits");
    }
  }

  private static long parse(String text) {
    int last = text.length() - 1;
    boolean dollar = text.charAt(0) == '$';
    int before = dollar ? 16 : last > 1 && text.charAt(0) == '0' ? radix(text.charAt(1)) : 0;
    int behind = last > 0 ? radix(text.charAt(last)) : 0;
    if (before > behind) {
      return Long.parseUnsignedLong(text.substring(dollar ? 1 : 2), before);
    } else if (behind > before) {
      return Long.parseUnsignedLong(text.substring(0, last), behind);
    }
    return Long.parseUnsignedLong(text, 10);
  }

  /** What a letter of a number says; 0 if it is none. */
  private static int radix(char letter) {
    switch (letter) {
      case 'b', 'y':
        return 2;
      case 'o', 'q':
        return 8;
      case 'd', 't':
        return 10;
      case 'h', 'x':
        return 16;
      default:
        return 0;
    }
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
    int start = at++;
    int close = line.indexOf(quote, at);
    boolean escaped = escapes || quote == '`';
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    while (at < line.length() && line.charAt(at) != quote) {
      if (escaped && line.charAt(at) == '\\') {
        at = AsmEscape.read(line, at + 1, text);
        continue;
      }
      int plain = escaped ? at + Character.charCount(line.codePointAt(at)) : close;
      if (plain < 0) {
        break;
      }
      text.writeBytes(line.substring(at, plain).getBytes(StandardCharsets.UTF_8));
      at = plain;
    }
    if (at >= line.length() || line.charAt(at) != quote) {
      throw new Complaint(start + 1, "the string has no closing " + quote);
    }
    at++;
    skipBlanks();
    return text.toByteArray();
  }
}
