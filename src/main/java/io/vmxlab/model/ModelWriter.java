package io.vmxlab.model;

import io.vmxlab.arch.CpuidLeaf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes the text of a model. */
final class ModelWriter {
  private static final int LONGEST = 200;
  private static final int FULL_LINE = 100;
  private static final long LOW = 0xFFFF_FFFFL;

  private final Map<String, String> words = new LinkedHashMap<>();
  private final Map<Long, int[]> leaves = new TreeMap<>(Long::compareUnsigned);
  private final Set<Integer> present = new TreeSet<>(Integer::compareUnsigned);
  private final Map<Integer, ModelText.MsrValue> msrs = new TreeMap<>();

  /** A line of a keyword; an empty value writes none. Control characters are left out. */
  void word(String word, String value) {
    StringBuilder text = new StringBuilder();
    value
        .codePoints()
        .filter(c -> c >= ' ' && c != 0x7F && !Character.isISOControl(c))
        .limit(LONGEST)
        .forEach(text::appendCodePoint);
    if (!text.toString().isBlank()) {
      words.put(word, text.toString().strip());
    }
  }

  void leaf(int leaf, int subleaf, int[] registers) {
    leaves.put(ModelText.key(leaf, subleaf), registers);
  }

  /** Other MSRs that the processor has. */
  void present(Set<Integer> indices) {
    present.addAll(indices);
  }

  void msrs(Map<Integer, ModelText.MsrValue> values) {
    msrs.putAll(values);
  }

  String text() {
    StringBuilder text = new StringBuilder();
    words.forEach(
        (w, v) -> text.append(w).append(" ".repeat(7 - w.length())).append(v).append('\n'));
    leaves.forEach((key, r) -> leafLine(text, key, r));
    msrs.forEach((index, value) -> msrLine(text, index, value));
    presentLines(text);
    return text.toString();
  }

  private static void leafLine(StringBuilder text, long key, int[] r) {
    int leaf = (int) (key >>> Integer.SIZE);
    text.append("CPUID ");
    digits(text, leaf, 8);
    if (CpuidLeaf.hasSubleaves(leaf) || (int) key != 0) {
      digits(text.append(" [SL "), key & LOW, (int) key >>> Byte.SIZE == 0 ? 2 : 8);
      text.append(']');
    }
    String separator = ": ";
    for (int register : r) {
      digits(text.append(separator), register & LOW, 8);
      separator = "-";
    }
    text.append('\n');
  }

  private static void msrLine(StringBuilder text, int index, ModelText.MsrValue value) {
    digits(text.append("MSR "), index, 8);
    String separator = ": ";
    for (int shift = Long.SIZE - Short.SIZE; shift >= 0; shift -= Short.SIZE) {
      digits(text.append(separator), value.value() >>> shift, 4);
      separator = "-";
    }
    text.append(value.chosen() ? " chosen\n" : "\n");
  }

  /** Ranges, as many on a line as a page is wide. */
  private void presentLines(StringBuilder text) {
    StringBuilder line = new StringBuilder();
    Iterator<Integer> indices = present.iterator();
    Integer next = indices.hasNext() ? indices.next() : null;
    while (next != null) {
      int first = next;
      int last = first;
      next = indices.hasNext() ? indices.next() : null;
      while (next != null && next == last + 1) {
        last = next;
        next = indices.hasNext() ? indices.next() : null;
      }
      line.append(' ').append(Integer.toHexString(first).toUpperCase(Locale.ROOT));
      if (last != first) {
        line.append('-').append(Integer.toHexString(last).toUpperCase(Locale.ROOT));
      }
      if (line.length() > FULL_LINE || next == null) {
        text.append("present").append(line).append('\n');
        line.setLength(0);
      }
    }
  }

  private static void digits(StringBuilder text, long value, int count) {
    for (int i = count - 1; i >= 0; i--) {
      text.append("0123456789ABCDEF".charAt((int) (value >>> 4 * i & 0xF)));
    }
  }

  /** The brand string that the leaves say; empty if they do not. */
  Optional<String> brand() {
    ByteBuffer bytes = ByteBuffer.allocate(3 * 16).order(ByteOrder.LITTLE_ENDIAN);
    for (int leaf = CpuidLeaf.FIRST_BRAND; leaf <= CpuidLeaf.LAST_BRAND; leaf++) {
      int[] registers = leaves.get(ModelText.key(leaf, 0));
      if (registers == null) {
        return Optional.empty();
      }
      for (int r : registers) {
        bytes.putInt(r);
      }
    }
    return Optional.of(brand(new String(bytes.array(), StandardCharsets.ISO_8859_1)));
  }

  /** A brand string in printable characters, with single spaces. */
  static String brand(String text) {
    StringBuilder brand = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean space = c == ' ' && (brand.length() == 0 || brand.charAt(brand.length() - 1) == ' ');
      if (c >= ' ' && c <= '~' && !space) {
        brand.append(c);
      }
    }
    return brand.toString().strip();
  }
}
