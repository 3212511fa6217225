package io.vmxlab.isa;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * The flat text that the build makes of all rows, so that a run learns them without loading the
 * classes that hold them. A line is a head of fixed width (slot, match key, length of the rest),
 * then the row's columns between tabs. Reading looks at the heads only.
 */
public final class RowIndex {
  /** Slot: group and opcode, 3 hex digits; number of slots, 1 digit; key, 16; length, 4. */
  private static final int HEAD = 3 + 1 + 16 + 4;

  private static final int WHOLE_MAP = 9;
  private static final int ROW_COLUMNS = 10;
  private static final int NONE = InstructionTable.NONE;

  private final byte[] text;
  private int rows;
  private int[] starts = new int[2048];
  private long[] keys = new long[2048];
  private final int[] first = new int[InstructionTable.GROUPS * 256];
  private int entries;
  private int[] entryRow = new int[4096];
  private int[] entryNext = new int[4096];

  private RowIndex(byte[] text) {
    this.text = text;
    Arrays.fill(first, NONE);
    int at = 0;
    while (at < text.length) {
      at = head(at);
    }
  }

  /**
   * The line of a row.
   *
   * @param descriptor JVM descriptor of its method, or null while it is unmodelled
   * @throws TableException if the row is malformed
   */
  public static String line(Page.Row row, String descriptor) {
    StringBuilder attributes = new StringBuilder();
    for (FormAttribute attribute : row.attributes()) {
      attributes.append(attributes.length() == 0 ? "" : " ").append(attribute.name());
    }
    String feature = row.feature() == null ? "" : row.feature().name();
    String[] columns = {
      row.syntax(),
      row.encoding(),
      row.page().name(),
      row.page().citation().name(),
      attributes.toString(),
      feature,
      text(row.owner()),
      text(row.method()),
      text(descriptor),
      text(row.flags())
    };
    StringBuilder rest = new StringBuilder();
    for (String column : columns) {
      rest.append(column.replace('\t', ' ').replace('\n', ' ')).append('\t');
    }
    Form form = parse(columns);
    Encoding e = form.pattern();
    int slots = e.opcodeMask() == 0xFF ? 1 : e.opcodeMask() == 0xF8 ? 8 : WHOLE_MAP;
    slots = form.spelling() ? 0 : slots;
    int length = rest.toString().getBytes(StandardCharsets.UTF_8).length;
    return String.format(
        "%x%02x%d%016x%04x%s",
        InstructionTable.group(e), e.opcode(), slots, MatchKey.of(form), length, rest);
  }

  private static String text(String s) {
    return s == null ? "" : s;
  }

  /** Reads the index. The stream is not closed. */
  public static InstructionTable read(InputStream in) throws IOException {
    return new InstructionTable(new RowIndex(in.readAllBytes()));
  }

  /** Reads the index. The reader is not closed. */
  public static InstructionTable read(Reader in) throws IOException {
    StringBuilder all = new StringBuilder();
    char[] buffer = new char[8192];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      all.append(buffer, 0, n);
    }
    return read(all.toString());
  }

  static InstructionTable read(String lines) {
    return new InstructionTable(new RowIndex(lines.getBytes(StandardCharsets.UTF_8)));
  }

  /** Takes the head of the line at {@code at}; returns where the next line starts. */
  private int head(int at) {
    if (rows == starts.length) {
      starts = Arrays.copyOf(starts, 2 * rows);
      keys = Arrays.copyOf(keys, 2 * rows);
    }
    int slot = (int) hex(at, 3);
    int slots = text[at + 3] - '0';
    keys[rows] = hex(at + 4, 16);
    starts[rows] = at + HEAD;
    int count = slots == WHOLE_MAP ? 256 : slots;
    for (int i = 0; i < count; i++) {
      link(slot + i, rows);
    }
    rows++;
    return at + HEAD + (int) hex(at + 20, 4) + 1;
  }

  private void link(int slot, int row) {
    if (entries == entryRow.length) {
      entryRow = Arrays.copyOf(entryRow, 2 * entries);
      entryNext = Arrays.copyOf(entryNext, 2 * entries);
    }
    entryRow[entries] = row;
    entryNext[entries] = first[slot];
    first[slot] = entries++;
  }

  private long hex(int at, int digits) {
    long value = 0;
    for (int i = at; i < at + digits; i++) {
      int c = text[i];
      value = value << 4 | (c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return value;
  }

  int rows() {
    return rows;
  }

  int firstEntry(int group, int opcode) {
    return first[group << 8 | opcode];
  }

  int nextEntry(int entry) {
    return entryNext[entry];
  }

  int row(int entry) {
    return entryRow[entry];
  }

  long key(int row) {
    return keys[row];
  }

  String mnemonic(int row) {
    int from = starts[row];
    int to = from;
    while (text[to] > ' ') {
      to++;
    }
    return new String(text, from, to - from, StandardCharsets.ISO_8859_1);
  }

  Form parse(int row) {
    String[] columns = new String[ROW_COLUMNS];
    int at = starts[row];
    for (int i = 0; i < columns.length; i++) {
      int end = at;
      while (text[end] != '\t') {
        end++;
      }
      columns[i] = new String(text, at, end - at, StandardCharsets.UTF_8);
      at = end + 1;
    }
    return parse(columns);
  }

  private static Form parse(String[] columns) {
    Set<FormAttribute> attributes = EnumSet.noneOf(FormAttribute.class);
    for (int at = 0, end; at < columns[4].length(); at = end + 1) {
      end = columns[4].indexOf(' ', at);
      if (end < 0) {
        end = columns[4].length();
      }
      attributes.add(FormAttribute.valueOf(columns[4].substring(at, end)));
    }
    return Notation.parse(
        columns[2],
        Sdm.valueOf(columns[3]),
        columns[1],
        columns[0],
        attributes,
        columns[5].isEmpty() ? null : Feature.valueOf(columns[5]),
        orNull(columns[6]),
        orNull(columns[7]),
        orNull(columns[8]),
        columns[9]);
  }

  private static String orNull(String s) {
    return s.isEmpty() ? null : s;
  }
}
