package io.vmxlab.model.dump;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Lines and tables that give an MSR by name or index, or both, and its value: {@code 0x480:
 * 0x00da040000000004}, {@code IA32_VMX_BASIC 480H = 00DA040000000004h}, {@code | **IA32_VMX_BASIC**
 * | `0xda040000000004` |}, {@code CPU(0x00): RDMSR(0x480) = 0x...}, {@code msr[480] =
 * 00da0400`00000004}. Also tables with a column an MSR and a row a processor.
 */
final class TableReader implements DumpReader {
  /** Words that may stand before an index. */
  private static final Set<String> BEFORE =
      Set.of("msr", "rdmsr", "cpu", "readmsr", "register", "core");

  /** Words that may stand between the MSR and its value. */
  private static final Set<String> BETWEEN =
      Set.of("msr", "value", "is", "reads", "raw", "hex", "info", "readonly", "uint64_c");

  /** Words that say that there is no value. */
  private static final Set<String> DENIALS =
      Set.of(
          "unavailable",
          "unsupported",
          "unimplemented",
          "absent",
          "none",
          "fault",
          "faults",
          "failed",
          "error",
          "gp",
          "na",
          "missing");

  private static final int MOST_DIGITS = 16;

  /** A word of a line, or what stands for one. */
  private record Token(String text, int start, int end) {}

  private final Dump dump;

  /** MSRs of the columns of the table that is being read, -1 for others; empty outside one. */
  private List<Integer> columns = List.of();

  private int row;

  /** The line that was looked at last, and what it says, so that reading it does not look again. */
  private DumpLine seen;

  private List<Integer> seenColumns = List.of();
  private Found seenFound;

  TableReader(Dump dump) {
    this.dump = dump;
  }

  @Override
  public String tool() {
    return "a table";
  }

  /** What a line says. */
  private record Found(int processor, int index, String value, boolean denied) {}

  @Override
  public boolean recognises(DumpLine line) {
    look(line);
    return !seenColumns.isEmpty() || inTable(line) || seenFound != null;
  }

  private void look(DumpLine line) {
    if (line != seen) {
      seen = line;
      seenColumns = columns(line);
      seenFound = seenColumns.isEmpty() && !inTable(line) ? found(line) : null;
    }
  }

  @Override
  public void otherLine() {
    columns = List.of();
  }

  @Override
  public void read(DumpLine line) throws NotUnderstood {
    look(line);
    if (!seenColumns.isEmpty()) {
      columns = seenColumns;
      row = -1;
      return;
    }
    if (inTable(line)) {
      row(line);
      return;
    }
    columns = List.of();
    Found found = seenFound;
    if (found.denied) {
      dump.denied(found.processor, found.index, line);
    } else {
      dump.msr(found.processor, found.index, Cursor.number(found.value), line);
    }
  }

  /** The MSRs that the cells of a header name; empty if they name fewer than two. */
  private static List<Integer> columns(DumpLine line) {
    if (line.text().indexOf('|') < 0) {
      return List.of();
    }
    List<Integer> columns = new ArrayList<>();
    Set<Integer> named = new HashSet<>();
    for (String cell : cells(line)) {
      int index = MsrNames.index(cell);
      index = index < 0 ? index(cell) : index;
      columns.add(index);
      if (index >= 0) {
        named.add(index);
      }
    }
    return named.size() < 2 ? List.of() : columns;
  }

  private static List<String> cells(DumpLine line) {
    List<String> cells = new ArrayList<>();
    String text = line.text();
    int start = text.startsWith("|") ? 1 : 0;
    while (start <= text.length()) {
      int end = text.indexOf('|', start);
      end = end < 0 ? text.length() : end;
      cells.add(plain(text.substring(start, end)));
      start = end + 1;
    }
    return cells;
  }

  /** Without white space and the signs of Markdown around it. */
  private static String plain(String cell) {
    int start = 0;
    int end = cell.length();
    while (start < end && "*`_ \t".indexOf(cell.charAt(start)) >= 0) {
      start++;
    }
    while (end > start && "*`_ \t".indexOf(cell.charAt(end - 1)) >= 0) {
      end--;
    }
    return cell.substring(start, end);
  }

  private boolean inTable(DumpLine line) {
    return !columns.isEmpty() && line.text().indexOf('|') >= 0;
  }

  /** A row of a table with a column an MSR is a processor; the line below the header is none. */
  private void row(DumpLine line) throws NotUnderstood {
    if (Cursor.only(line.text(), "|:- \t")) {
      return;
    }
    row++;
    List<String> cells = cells(line);
    for (int i = 0; i < columns.size() && i < cells.size(); i++) {
      int index = columns.get(i);
      String cell = unprefixed(cells.get(i));
      if (index >= 0 && Cursor.isHex(cell)) {
        dump.msr(row, index, Cursor.number(cell), line);
      } else if (index >= 0 && !cell.isEmpty() && Character.digit(cell.charAt(0), 16) >= 0) {
        throw new NotUnderstood(
            Cursor.shown(cell)
                + " in the column of "
                + Integer.toHexString(index).toUpperCase(Locale.ROOT)
                + "H is no value");
      }
    }
  }

  /** What a line says of an MSR; null if nothing. */
  private static Found found(DumpLine line) {
    String text = line.text();
    List<Token> tokens = tokens(text);
    boolean named = tokens.stream().anyMatch(t -> MsrNames.index(t.text) >= 0);
    int processor = -1;
    for (int i = 0; i < tokens.size(); i++) {
      String word = tokens.get(i).text;
      int index = MsrNames.index(word);
      if (index >= 0) {
        return after(text, tokens, i, processor, index);
      }
      index = index(word);
      if (index >= 0 && (i > 0 || standsAlone(text, tokens.get(i)))) {
        return after(text, tokens, i, processor, index);
      }
      String lower = word.toLowerCase(Locale.ROOT);
      boolean numbered = i > 0 && tokens.get(i - 1).text.equalsIgnoreCase("cpu");
      if (numbered || lower.startsWith("cpu") && lower.length() > 3) {
        processor = processor(numbered ? unprefixed(word) : lower.substring(3));
      } else if (!BEFORE.contains(lower) && !named) {
        return null;
      }
    }
    return null;
  }

  private static int processor(String digits) {
    return Cursor.small(digits);
  }

  /** An index that begins a line is followed by a colon or the like. */
  private static boolean standsAlone(String text, Token token) {
    return token.end < text.length() && "|:=,; \t])".indexOf(text.charAt(token.end)) >= 0;
  }

  /** The value behind the MSR, if nothing but a few words stands between. */
  private static Found after(String text, List<Token> tokens, int at, int processor, int index) {
    int end = tokens.get(at).end;
    if (end < text.length() && "[.".indexOf(text.charAt(end)) >= 0) {
      return null; // a bit or a field of it
    }
    boolean said = false;
    for (int i = at + 1; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      String between = text.substring(end, token.start);
      said |= between.indexOf('=') >= 0 || between.indexOf(':') >= 0 || between.indexOf('|') >= 0;
      if (!Cursor.only(between, "|:=,;()[]{}*`'\"> \t-#")) {
        return null;
      }
      String lower = token.text.toLowerCase(Locale.ROOT);
      boolean sameMsr = index(token.text) == index || MsrNames.index(token.text) == index;
      if (!sameMsr && !BETWEEN.contains(lower)) {
        return value(token, processor, index, said, lower);
      }
      end = token.end;
    }
    return null;
  }

  private static Found value(Token token, int processor, int index, boolean said, String lower) {
    String value = unprefixed(token.text);
    boolean prefixed = value.length() < token.text.length();
    if (Cursor.isHex(value) && (prefixed || said || value.length() <= MOST_DIGITS)) {
      return new Found(processor, index, value, false);
    }
    if (said && DENIALS.contains(lower)) {
      return new Found(processor, index, "", true);
    }
    boolean meant = prefixed || said && lower.charAt(0) >= '0' && lower.charAt(0) <= '9';
    return meant ? new Found(processor, index, value, false) : null;
  }

  /** Words, of which a grave accent between eight digits and eight is a part. */
  private static List<Token> tokens(String text) {
    List<Token> tokens = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int start = at;
      while (at < text.length() && (Cursor.inWord(text.charAt(at)) || inNumber(text, start, at))) {
        at++;
      }
      if (at > start) {
        tokens.add(new Token(text.substring(start, at).replace("`", ""), start, at));
      } else {
        at++;
      }
    }
    return tokens;
  }

  private static boolean inNumber(String text, int start, int at) {
    if (at == start || text.charAt(at) != '`') {
      return false;
    }
    int digits = at + 1;
    while (digits < text.length() && digits < at + 10 && Cursor.isDigit(text.charAt(digits))) {
      digits++;
    }
    return digits == at + 9;
  }

  /** The index of a capability MSR that the word is, or -1. */
  private static int index(String word) {
    String digits = unprefixed(word);
    if (digits.length() < 3 || digits.length() > 8 || !Cursor.isHex(digits)) {
      return -1;
    }
    int number = Integer.parseUnsignedInt(digits, 16);
    return MsrNames.isIndex(number) ? number : -1;
  }

  /** A number without what marks it as hexadecimal. */
  private static String unprefixed(String word) {
    String digits = word.startsWith("0x") || word.startsWith("0X") ? word.substring(2) : word;
    return digits.endsWith("h") || digits.endsWith("H")
        ? digits.substring(0, digits.length() - 1)
        : digits;
  }
}
