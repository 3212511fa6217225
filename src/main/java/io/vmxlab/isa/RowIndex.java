package io.vmxlab.isa;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;

/**
 * What the build makes of all rows, so that a run learns them without loading the classes that hold
 * them, and takes nothing apart that it does not need. After the numbers of rows and of entries
 * come four parts: for each slot (group and opcode) its first entry; the entries, each a row of its
 * slot, with {@link InstructionTable#NONE} behind the last of a slot; for each row its match key
 * and where its text starts; and the texts, a row's columns between tabs.
 */
public final class RowIndex {
  static final int SLOTS = InstructionTable.GROUPS * 256;

  private static final int ROW_COLUMNS = 10;
  private static final int ROW_HEAD = Long.BYTES + Integer.BYTES;
  private static final int FIRST = 2 * Integer.BYTES;
  private static final int ENTRIES = FIRST + SLOTS * Integer.BYTES;

  private final ByteBuffer index;
  private final int rows;
  private final int heads;
  private final int texts;

  private RowIndex(byte[] bytes) {
    index = ByteBuffer.wrap(bytes);
    rows = index.getInt(0);
    heads = ENTRIES + index.getInt(Integer.BYTES) * Integer.BYTES;
    texts = heads + rows * ROW_HEAD;
  }

  /** Reads the index. The stream is not closed. */
  public static InstructionTable read(InputStream in) throws IOException {
    return read(in.readAllBytes());
  }

  static InstructionTable read(byte[] index) {
    return new InstructionTable(new RowIndex(index));
  }

  int rows() {
    return rows;
  }

  int firstEntry(int group, int opcode) {
    return index.getInt(FIRST + (group << 8 | opcode) * Integer.BYTES);
  }

  int nextEntry(int entry) {
    return row(entry + 1) == InstructionTable.NONE ? InstructionTable.NONE : entry + 1;
  }

  int row(int entry) {
    return index.getInt(ENTRIES + entry * Integer.BYTES);
  }

  long key(int row) {
    return index.getLong(heads + row * ROW_HEAD);
  }

  private int start(int row) {
    return texts + index.getInt(heads + row * ROW_HEAD + Long.BYTES);
  }

  String mnemonic(int row) {
    byte[] text = index.array();
    int from = start(row);
    int to = from;
    while (text[to] > ' ') {
      to++;
    }
    return new String(text, from, to - from, StandardCharsets.ISO_8859_1);
  }

  Form parse(int row) {
    String[] columns = new String[ROW_COLUMNS];
    byte[] text = index.array();
    int at = start(row);
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

  static Form parse(String[] columns) {
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
