package io.vmxlab.asm;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where sections stand: {@code .text} first, the others as they appear, and what is only reserved
 * last, as nasm lays out a flat file. {@code follows} and {@code start} move a section, {@code
 * vfollows} and {@code vstart} the addresses that its labels get.
 */
final class AsmLayout {
  static final int MOST_BYTES = 1 << 26;
  static final String TOO_LARGE = "the program has more than 64 MBytes";

  /**
   * Where a section stands.
   *
   * @param offset of its first byte from the program's first byte
   * @param address that its first byte has for the program
   */
  record Place(long offset, long address) {
    static final Place NONE = new Place(0, 0);

    /** Written out: the generated one takes milliseconds to link. */
    @Override
    public boolean equals(Object other) {
      return other instanceof Place p && offset == p.offset && address == p.address;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(offset * 31 + address);
    }
  }

  /** A section cannot stand where the text puts it. */
  static final class Impossible extends RuntimeException {
    private static final long serialVersionUID = 1L;
    final transient AsmSection section;

    Impossible(AsmSection section, String message) {
      super(message, null, false, false);
      this.section = section;
    }
  }

  private final Map<String, Place> places = new LinkedHashMap<>();
  private final Map<String, Long> sizes = new HashMap<>();
  private int size;
  private int stored;

  private AsmLayout() {}

  /** Where the sections stand, by name. */
  Map<String, Place> places() {
    return places;
  }

  /** Of the program, in bytes. */
  int size() {
    return size;
  }

  /** Of the program without what is only reserved behind it, in bytes. */
  int stored() {
    return stored;
  }

  /**
   * Lays sections out.
   *
   * @param origin address of the program's first byte
   * @throws Impossible if they overlap, or one follows a section that does not exist
   */
  static AsmLayout of(List<AsmSection> sections, long origin) {
    AsmLayout layout = new AsmLayout();
    sections.forEach(s -> layout.sizes.put(s.name, s.size));
    List<AsmSection> loaded = new ArrayList<>();
    List<AsmSection> room = new ArrayList<>();
    for (AsmSection s : sections) {
      (s.reserved ? room : loaded).add(s);
    }
    sections.forEach(s -> refuseAmong(loaded, s));
    AsmSection last = layout.place(ordered(loaded), origin, null);
    layout.place(ordered(room), origin, last);
    for (AsmSection s : sections) {
      if (s.size > 0 && !s.dropped) {
        int end = (int) (layout.places.get(s.name).offset + s.size);
        layout.size = Math.max(layout.size, end);
        layout.stored = s.reserved ? layout.stored : Math.max(layout.stored, end);
      }
    }
    return layout;
  }

  /** Beside .bss, nasm puts what is reserved over the sections that the text has behind it. */
  private static void refuseAmong(List<AsmSection> loaded, AsmSection s) {
    boolean placed =
        s.start != null || s.follows != null || s.virtualStart != null || s.virtualFollows != null;
    boolean free = s.reserved && !placed && !s.name.equalsIgnoreCase(AsmSections.BSS);
    for (AsmSection other : loaded) {
      if (free && other.number > s.number && other.size > 0) {
        throw new Impossible(
            s,
            "nasm gives "
                + s.name
                + " the addresses of "
                + other.name
                + ": put it behind, or write vfollows="
                + other.name);
      }
    }
  }

  /** The section that stands first, whatever is in it. */
  static AsmSection first(List<AsmSection> sections) {
    return ordered(sections).stream().filter(s -> !s.reserved).findFirst().orElse(null);
  }

  /** The section that stands last. */
  private AsmSection place(List<AsmSection> sections, long origin, AsmSection last) {
    AsmSection before = last;
    for (AsmSection s : sections) {
      long end = before == null ? 0 : places.get(before.name).offset + before.size;
      long offset = s.start != null ? s.start - origin : end;
      if (s.start == null && (before != null || s.isAligned())) {
        offset += -(origin + offset) & (s.alignment - 1);
      }
      if (offset < 0 || offset + s.size > MOST_BYTES) {
        throw new Impossible(s, TOO_LARGE);
      }
      places.put(s.name, new Place(offset, address(s, origin + offset, before)));
      before = s.dropped ? before : s;
    }
    List<AsmSection> sorted = new ArrayList<>(sections);
    sorted.removeIf(s -> s.dropped);
    sorted.sort(Comparator.comparingLong(s -> places.get(s.name).offset));
    for (int i = 1; i < sorted.size(); i++) {
      AsmSection s = sorted.get(i);
      AsmSection below = sorted.get(i - 1);
      if (places.get(below.name).offset + below.size > places.get(s.name).offset) {
        throw new Impossible(s, "the sections " + below.name + " and " + s.name + " overlap");
      }
    }
    return sorted.isEmpty() ? last : sorted.get(sorted.size() - 1);
  }

  private long address(AsmSection s, long loaded, AsmSection before) {
    if (s.virtualStart != null) {
      return s.virtualStart;
    }
    String behind = s.virtualFollows;
    long size = 0;
    if (behind == null && s.reserved && s.start == null && before != null) {
      behind = before.name;
      size = before.size;
    }
    if (behind == null) {
      return loaded + (-loaded & (Math.max(1, s.virtualAlignment) - 1));
    }
    Place place = places.get(behind);
    if (place == null) {
      throw new Impossible(s, "no section " + behind + " stands before " + s.name);
    }
    long end = place.address + (s.virtualFollows == null ? size : sizes.get(s.virtualFollows));
    int alignment = s.virtualAlignment > 0 ? s.virtualAlignment : s.alignment;
    return end + (-end & (alignment - 1));
  }

  /**
   * In the order of the text, but behind the ones that they say they follow. What stands behind a
   * section and says nothing itself goes with it.
   */
  private static List<AsmSection> ordered(List<AsmSection> sections) {
    List<AsmSection> order = new ArrayList<>(sections);
    for (AsmSection s : sections) {
      if (s.follows == null) {
        continue;
      }
      if (s.follows.equals(s.name) || index(order, s.follows) < 0) {
        throw new Impossible(
            s, "there is no section " + s.follows + " for " + s.name + " to follow");
      }
      int from = index(order, s.name);
      int to = from + 1;
      while (to < order.size()
          && order.get(to).follows == null
          && !order.get(to).name.equals(s.follows)) {
        to++;
      }
      List<AsmSection> chain = new ArrayList<>(order.subList(from, to));
      order.subList(from, to).clear();
      order.addAll(index(order, s.follows) + 1, chain);
    }
    return order;
  }

  private static int index(List<AsmSection> order, String name) {
    for (int i = 0; i < order.size(); i++) {
      if (order.get(i).name.equals(name)) {
        return i;
      }
    }
    return -1;
  }
}
