package io.vmxlab.asm;

import io.vmxlab.isa.WrittenValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The sections of a text, and the bytes in them, which are kept in the last pass only. */
final class AsmSections {
  static final String TEXT = ".text";
  static final String DATA = ".data";
  static final String BSS = ".bss";

  private static final int MOST_SECTIONS = 1000;
  private static final int MOST_PUSHED = 100;

  private Map<String, AsmLayout.Place> old = Map.of();
  private Map<String, AsmSection> sections = new LinkedHashMap<>();
  private final Deque<AsmSection> pushed = new ArrayDeque<>();
  private AsmSection current;
  private AsmSection previous;
  private long total;
  private byte[] image;

  /**
   * Sections begin where those of the last pass leave room for them.
   *
   * @param size of the program, if bytes are to be kept; else -1
   */
  void beginPass(int size) {
    sections = new LinkedHashMap<>();
    pushed.clear();
    previous = null;
    total = 0;
    image = size < 0 ? null : new byte[size];
    enter(TEXT, false);
  }

  /** The pass ends: where sections are to begin in the next one. */
  AsmLayout endPass(long origin) {
    AsmLayout layout = AsmLayout.of(List.copyOf(sections.values()), origin);
    settled = layout.places().equals(old);
    old = new HashMap<>(layout.places());
    return layout;
  }

  private boolean settled;

  /** The pass left every section where it was taken to be. */
  boolean settled() {
    return settled;
  }

  /** Address of the first section, which the program begins with, if the text gives it one. */
  long begin(long otherwise) {
    AsmSection first = AsmLayout.first(List.copyOf(sections.values()));
    return first == null || first.start == null ? otherwise : first.start;
  }

  /** Where the program begins, while no pass has said where sections do. */
  void origin(long origin) {
    sections.get(TEXT).place = new AsmLayout.Place(0, origin);
  }

  /** The section with a name goes on, or begins. */
  AsmSection enter(String name, boolean reserved) {
    AsmSection section = sections.get(name);
    if (section == null) {
      if (sections.size() == MOST_SECTIONS) {
        throw new AsmScanner.Complaint(1, "the program has more than 1000 sections");
      }
      AsmLayout.Place place = old.getOrDefault(name, AsmLayout.Place.NONE);
      section = new AsmSection(name, sections.size() + 1, reserved, place);
      sections.put(name, section);
    }
    enter(section);
    return section;
  }

  boolean has(String name) {
    return sections.containsKey(name);
  }

  /** What follows reserves addresses from this one on, without bytes. */
  void absolute(WrittenValue address) {
    enter(AsmSection.absolute(address));
  }

  private void enter(AsmSection section) {
    previous = current;
    current = section;
  }

  /** Where a text goes on after a word about another section. */
  AsmSection place() {
    return current;
  }

  void back(AsmSection place) {
    current = place;
  }

  /** {@code .previous}: the section before the last word about sections. */
  void previous() {
    if (previous != null) {
      enter(previous);
    }
  }

  void push() {
    if (pushed.size() == MOST_PUSHED) {
      throw new AsmScanner.Complaint(1, "more than 100 sections are pushed");
    }
    pushed.push(current);
  }

  void pop() {
    if (pushed.isEmpty()) {
      throw new AsmScanner.Complaint(1, ".popsection without .pushsection");
    }
    enter(pushed.pop());
  }

  /** Address of the current section's first byte. */
  long start() {
    return current.place.address();
  }

  /** Address of the next byte. */
  long here() {
    return current.place.address() + current.size;
  }

  /** Offset of the next byte from the program's first byte. */
  long offset() {
    return current.place.offset() + current.size;
  }

  long size() {
    return current.size;
  }

  boolean isText() {
    return current == sections.get(TEXT);
  }

  void emit(byte[] data) {
    emit(data, 1);
  }

  /** Some bytes, so many times. */
  void emit(byte[] data, long times) {
    long bytes = data.length * times;
    reserve(bytes);
    if (times > 0 && (current.reserved || current.isAbsolute()) && !zero(data)) {
      throw new AsmScanner.Complaint(
          1, "this section only reserves memory: what is written there would be lost");
    }
    if (image == null || data.length == 0 || current.noBytes()) {
      return;
    }
    long at = offset() - bytes;
    if (at + bytes > image.length) {
      return; // the pass does not agree with the one before, and is not the last
    }
    for (long i = at; i < at + bytes; i += data.length) {
      System.arraycopy(data, 0, image, (int) i, data.length);
    }
  }

  private static boolean zero(byte[] data) {
    for (byte b : data) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  /** Zeros, or room in a section that has no bytes. */
  void reserve(long bytes) {
    total += bytes;
    if (total > AsmLayout.MOST_BYTES) {
      throw new AsmScanner.Complaint(1, AsmLayout.TOO_LARGE);
    }
    current.size += bytes;
  }

  /** Bytes up to the next multiple; the section begins at such a multiple too. */
  int padding(int alignment) {
    current.align(alignment);
    return (int) (-current.size & (alignment - 1));
  }

  byte[] bytes() {
    return image;
  }

  List<AsmSection> all() {
    return new ArrayList<>(sections.values());
  }
}
