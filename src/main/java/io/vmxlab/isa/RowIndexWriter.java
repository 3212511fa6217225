package io.vmxlab.isa;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes what {@link RowIndex} reads. */
public final class RowIndexWriter {
  private final List<List<Integer>> slots = new ArrayList<>();
  private final List<Long> keys = new ArrayList<>();
  private final List<Integer> starts = new ArrayList<>();
  private final ByteArrayOutputStream texts = new ByteArrayOutputStream();

  /** An index without rows. */
  public RowIndexWriter() {
    for (int i = 0; i < RowIndex.SLOTS; i++) {
      slots.add(new ArrayList<>());
    }
  }

  /**
   * Adds a row.
   *
   * @param descriptor JVM descriptor of its method, or null while it is unmodelled
   * @throws TableException if the row is malformed
   */
  public void add(Page.Row row, String descriptor) {
    StringBuilder attributes = new StringBuilder();
    for (FormAttribute attribute : row.attributes()) {
      attributes.append(attributes.length() == 0 ? "" : " ").append(attribute.name());
    }
    String[] columns = {
      row.syntax(),
      row.encoding(),
      row.page().name(),
      row.page().citation().name(),
      attributes.toString(),
      row.feature() == null ? "" : row.feature().name(),
      text(row.owner()),
      text(row.method()),
      text(descriptor),
      text(row.flags())
    };
    Form form = RowIndex.parse(columns);
    if (!form.spelling()) {
      enter(form.pattern());
    }
    keys.add(MatchKey.of(form));
    starts.add(texts.size());
    for (String column : columns) {
      String flat = column.replace('\t', ' ').replace('\n', ' ') + '\t';
      texts.writeBytes(flat.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static String text(String s) {
    return s == null ? "" : s;
  }

  /** Enters the row to come in the slots of its opcodes; in each the last row stands first. */
  private void enter(Encoding e) {
    int opcodes = e.opcodeMask() == 0xFF ? 1 : e.opcodeMask() == 0xF8 ? 8 : 256;
    for (int i = 0; i < opcodes; i++) {
      slots.get((InstructionTable.group(e) << 8 | e.opcode()) + i).add(0, keys.size());
    }
  }

  /** The index. */
  public byte[] bytes() {
    int entries = slots.stream().mapToInt(s -> s.isEmpty() ? 0 : s.size() + 1).sum();
    int numbers = 2 + slots.size() + entries + starts.size();
    ByteBuffer out =
        ByteBuffer.allocate(numbers * Integer.BYTES + keys.size() * Long.BYTES + texts.size());
    out.putInt(keys.size()).putInt(entries);
    int entry = 0;
    for (List<Integer> slot : slots) {
      out.putInt(slot.isEmpty() ? InstructionTable.NONE : entry);
      entry += slot.isEmpty() ? 0 : slot.size() + 1;
    }
    for (List<Integer> slot : slots) {
      slot.forEach(out::putInt);
      if (!slot.isEmpty()) {
        out.putInt(InstructionTable.NONE);
      }
    }
    for (int row = 0; row < keys.size(); row++) {
      out.putLong(keys.get(row)).putInt(starts.get(row));
    }
    return out.put(texts.toByteArray()).array();
  }
}
