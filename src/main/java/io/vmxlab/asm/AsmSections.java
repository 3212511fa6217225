package io.vmxlab.asm;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The bytes of a text by section: {@code .text} first, the others as they appear, and what is only
 * reserved last, as nasm lays out a flat file.
 */
final class AsmSections {
  static final String TEXT = ".text";
  static final String DATA = ".data";
  static final String BSS = ".bss";

  private static final int LEAST_ALIGNMENT = 4;
  private static final int MOST_BYTES = 1 << 26;

  private static final class Section {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    final boolean reserved;
    int alignment = LEAST_ALIGNMENT;
    int start;

    Section(boolean reserved) {
      this.reserved = reserved;
    }
  }

  private Map<String, Integer> starts = Map.of();
  private Map<String, Section> sections = new LinkedHashMap<>();
  private Section current;
  private int total;

  /** Sections begin where those of the last pass leave room for them. */
  void beginPass() {
    starts = layout();
    sections = new LinkedHashMap<>();
    total = 0;
    enter(TEXT, false);
  }

  void enter(String name, boolean reserved) {
    current = sections.get(name);
    if (current == null) {
      current = new Section(reserved);
      current.start = starts.getOrDefault(name, 0);
      sections.put(name, current);
    }
  }

  /** Where a text goes on after a word about another section. */
  record Place(Section section) {}

  Place place() {
    return new Place(current);
  }

  void enter(Place place) {
    current = place.section;
  }

  /** Offset of the current section from the program's first byte. */
  int start() {
    return current.start;
  }

  /** Offset of the next byte from the program's first byte. */
  int here() {
    return current.start + current.bytes.size();
  }

  int size() {
    return current.bytes.size();
  }

  boolean isText() {
    return current == sections.get(TEXT);
  }

  void emit(byte[] data) {
    total += data.length;
    if (total > MOST_BYTES || total < 0) {
      throw new AsmScanner.Complaint(1, "the program has more than 64 MBytes");
    }
    current.bytes.writeBytes(data);
  }

  /** Bytes up to the next multiple; the section begins at such a multiple too. */
  int padding(int alignment) {
    current.alignment = Math.max(current.alignment, alignment);
    return -current.bytes.size() & (alignment - 1);
  }

  private List<String> order() {
    List<String> order = new ArrayList<>();
    for (boolean reserved : new boolean[] {false, true}) {
      sections.forEach(
          (name, section) -> {
            if (section.reserved == reserved) {
              order.add(name);
            }
          });
    }
    return order;
  }

  private Map<String, Integer> layout() {
    Map<String, Integer> layout = new LinkedHashMap<>();
    int at = 0;
    for (String name : order()) {
      Section section = sections.get(name);
      if (section.bytes.size() > 0 && at > 0) {
        at += -at & (section.alignment - 1);
      }
      layout.put(name, at);
      at += section.bytes.size();
    }
    return layout;
  }

  /** The pass left every section where it was taken to be. */
  boolean settled() {
    return layout().equals(starts);
  }

  byte[] bytes() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    layout()
        .forEach(
            (name, start) -> {
              Section section = sections.get(name);
              if (section.bytes.size() > 0) {
                all.writeBytes(new byte[start - all.size()]);
                all.writeBytes(section.bytes.toByteArray());
              }
            });
    return all.toByteArray();
  }
}
