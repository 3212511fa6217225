package io.vmxlab.platform;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lists of functions that run before a program: constructors of C++ objects, and what GNU C
 * marks as constructor. System V gABI "Initialization and Termination Functions"; {@code .ctors} is
 * the older form, which runs from its end to its beginning.
 */
final class ConstructorLists {
  private static final int LAST = 65535;
  private static final String NAME = "\\.(preinit_array|init_array|ctors)(?:\\.(\\d{1,5}))?";

  private ConstructorLists() {}

  /** Whether a section is such a list. */
  static boolean isList(Elf.Section s) {
    return s.has(Elf.SHF_ALLOC)
        && (s.type() == Elf.SHT_INIT_ARRAY
            || s.type() == Elf.SHT_PREINIT_ARRAY
            || s.type() == Elf.SHT_PROGBITS && isName(s.name()));
  }

  private static boolean isName(String name) {
    return (name.contains("_array") || name.startsWith(".ctors")) && Pattern.matches(NAME, name);
  }

  /** The lists among sections, in the order in which they run. */
  private static List<Elf.Section> inOrder(Iterable<Elf.Section> sections) {
    List<Elf.Section> lists = new ArrayList<>();
    for (Elf.Section s : sections) {
      if (isList(s) && s.size() != 0) {
        lists.add(s);
      }
    }
    if (lists.size() > 1) {
      lists.sort(Comparator.comparingInt(ConstructorLists::priority));
    }
    return lists;
  }

  /** A smaller priority runs earlier; {@code .ctors.N} has the order the other way round. */
  private static int priority(Elf.Section s) {
    Matcher m = Pattern.compile(NAME).matcher(s.name());
    if (s.type() == Elf.SHT_PREINIT_ARRAY || s.name().startsWith(".preinit_array")) {
      return -1;
    }
    if (!m.matches() || m.group(2) == null) {
      return LAST;
    }
    int number = Integer.parseInt(m.group(2));
    return m.group(1).equals("ctors") ? LAST - number : number;
  }

  /**
   * Addresses of the functions in the order in which they run.
   *
   * @param contents of a section, relocated
   */
  static List<Long> functions(
      Iterable<Elf.Section> sections, boolean wide, Function<Elf.Section, ByteBuffer> contents) {
    List<Long> all = new ArrayList<>();
    for (Elf.Section s : inOrder(sections)) {
      List<Long> of = entries(contents.apply(s), wide);
      if (s.name().startsWith(".ctors")) {
        Collections.reverse(of);
      }
      all.addAll(of);
    }
    return all;
  }

  /** Entries 0 and -1 mark the ends of older lists. */
  private static List<Long> entries(ByteBuffer list, boolean wide) {
    int size = wide ? Long.BYTES : Integer.BYTES;
    List<Long> entries = new ArrayList<>();
    for (int at = 0; at + size <= list.capacity(); at += size) {
      long address = wide ? list.getLong(at) : list.getInt(at);
      if (address != 0 && address != -1) {
        entries.add(wide ? address : Integer.toUnsignedLong((int) address));
      }
    }
    return entries;
  }
}
