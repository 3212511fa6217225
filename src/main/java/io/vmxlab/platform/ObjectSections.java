package io.vmxlab.platform;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The sections of a relocatable object that become part of memory, where each of them lies, and
 * their relocations.
 */
final class ObjectSections {
  private static final long MOST_ALIGNMENT = 1 << 20;

  /** The relocations of one section. */
  record Table(Elf.Section header, Elf.Section target, List<Elf.Relocation> relocations) {}

  final Elf elf;
  final List<Elf.Entry> entries;
  final Map<Integer, Elf.Section> loaded = new LinkedHashMap<>();
  final Map<Integer, ByteBuffer> contents = new LinkedHashMap<>();
  final List<Table> tables = new ArrayList<>();
  private final Map<Integer, Long> addresses = new LinkedHashMap<>();
  private final Image.Room room;
  private long next;
  private long total;

  ObjectSections(Elf elf, Image.Room room) {
    this.elf = elf;
    this.entries = elf.symbols();
    this.room = room;
    this.next = room.start();
    place();
    for (Elf.Section table : elf.sections) {
      if (table.type() == Elf.SHT_RELA || table.type() == Elf.SHT_REL) {
        Elf.Section target =
            table.info() <= Integer.MAX_VALUE ? loaded.get((int) table.info()) : null;
        if (target != null) {
          tables.add(new Table(table, target, elf.relocations(table)));
        }
      }
    }
  }

  /** Sections that become part of memory, code first. */
  private void place() {
    List<Elf.Section> chosen = new ArrayList<>();
    for (Elf.Section s : elf.sections) {
      if (s.has(Elf.SHF_ALLOC) && !s.has(Elf.SHF_TLS) && counts(s)) {
        chosen.add(s);
      }
    }
    chosen.sort(Comparator.comparingInt(ObjectSections::order));
    for (Elf.Section s : chosen) {
      if (s.has(Elf.SHF_COMPRESSED)) {
        throw new LoadException("section " + s.name() + " is compressed", "compile without -gz");
      }
      long address = take(s.size(), alignment(s.alignment(), "section " + s.name()));
      loaded.put(s.index(), s);
      addresses.put(s.index(), address);
      contents.put(s.index(), ByteBuffer.wrap(elf.contents(s)).order(ByteOrder.LITTLE_ENDIAN));
    }
  }

  /** Unwind tables and lists of destructors are for a run-time system that is not there. */
  private static boolean counts(Elf.Section s) {
    boolean data = s.type() == Elf.SHT_PROGBITS || s.type() == Elf.SHT_NOBITS;
    return ConstructorLists.isList(s)
        || data
            && !s.name().equals(".eh_frame")
            && !s.name().startsWith(".note")
            && !s.name().startsWith(".fini_array")
            && !s.name().startsWith(".dtors");
  }

  private static int order(Elf.Section s) {
    if (s.has(Elf.SHF_EXECINSTR)) {
      return 0;
    }
    if (!s.has(Elf.SHF_WRITE)) {
      return 1;
    }
    return s.type() == Elf.SHT_NOBITS ? 3 : 2;
  }

  /** The demanded alignment, or 1; anything that is no alignment is a damaged file. */
  static long alignment(long demanded, String what) {
    long alignment = Math.max(1, demanded);
    if (Long.bitCount(alignment) != 1 || alignment > MOST_ALIGNMENT) {
      throw Elf.damaged(String.format(Locale.ROOT, "%s wants an alignment of %Xh", what, demanded));
    }
    return alignment;
  }

  /** The address of so many further bytes. */
  long take(long size, long alignment) {
    long address = (next + alignment - 1) & -alignment;
    total = ElfFiles.add(total, address - next, room);
    total = ElfFiles.add(total, size, room);
    next = address + size;
    return address;
  }

  boolean isLoaded(int section) {
    return addresses.containsKey(section);
  }

  /** Address of a section's first byte; null for one that is not part of memory. */
  Long address(int section) {
    return addresses.get(section);
  }

  /** A symbol that a relocation refers to. */
  Elf.Entry entry(int index) {
    if (index < 0 || index >= entries.size()) {
      throw Elf.damaged("a relocation refers to symbol " + index + " of " + entries.size());
    }
    return entries.get(index);
  }

  /** The addend of a relocation, which for REL sections lies in the place itself. */
  long addend(Elf.Relocation r, RelocationKind kind, Elf.Section section) {
    if (r.explicitAddend()) {
      return r.addend();
    }
    ByteBuffer bytes = contents.get(section.index());
    int at = (int) r.offset();
    switch (kind.size) {
      case 0: // it changes nothing
        return 0;
      case 1:
        return bytes.get(at);
      case 2:
        return bytes.getShort(at);
      case 4:
        return bytes.getInt(at);
      default:
        return bytes.getLong(at);
    }
  }

  /** Refuses a place that is not in its section. */
  void checkPlace(Elf.Relocation r, RelocationKind kind, Elf.Section section) {
    if (r.offset() < 0 || r.offset() > contents.get(section.index()).capacity() - kind.size) {
      throw Elf.damaged(
          String.format(
              Locale.ROOT, "a relocation at %Xh lies outside %s", r.offset(), section.name()));
    }
  }
}
