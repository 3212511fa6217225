package io.vmxlab.platform;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.platform.RelocationKind.Formula;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Lays out an ELF relocatable object and relocates it, as a linker would: sections one after
 * another, then COMMON symbols, a global offset table and the support routines that compilers take
 * for granted. Nothing is merged or relaxed.
 */
public final class ObjectLinker {
  private static final String TABLE_SYMBOL = "_GLOBAL_OFFSET_TABLE_";
  private static final long MOST_ALIGNMENT = 1 << 20;
  private static final int SECTION_ALIGNMENT = 16;

  /**
   * Routines to add where the object needs one of them.
   *
   * @param names of the routines
   * @param routines makes them; called only if one is needed
   */
  public record Support(Set<String> names, Supplier<Routines> routines) {
    public static final Support NONE =
        new Support(Set.of(), () -> new Routines(new byte[0], Map.of()));
  }

  /**
   * Code of the support routines.
   *
   * @param code position-independent machine code
   * @param offsets of all routines, by name
   */
  public record Routines(byte[] code, Map<String, Integer> offsets) {}

  private final Elf elf;
  private final Image.Room room;
  private final Support support;
  private Optional<Routines> routines = Optional.empty();
  private final Symbols outside;
  private final List<Elf.Entry> entries;
  private final Map<Integer, Elf.Section> loaded = new LinkedHashMap<>();
  private final Map<Integer, Long> sectionAddress = new LinkedHashMap<>();
  private final Map<Integer, ByteBuffer> contents = new LinkedHashMap<>();
  private final Map<Integer, Long> commonAddress = new LinkedHashMap<>();
  private final Map<Integer, Integer> slots = new LinkedHashMap<>();
  private final List<Image.Piece> pieces = new ArrayList<>();
  private long next;
  private long total;
  private long tableAddress;
  private long supportAddress;

  private ObjectLinker(byte[] file, Image.Room room, Support support, Symbols outside) {
    this.elf = new Elf(file);
    if (elf.type != Elf.TYPE_RELOCATABLE) {
      throw new LoadException(
          "this ELF file is " + ElfFiles.typeName(elf) + ", not a relocatable object",
          "compile with gcc -c");
    }
    this.room = room;
    this.support = support;
    this.outside = outside;
    this.entries = elf.symbols();
    this.next = room.start();
  }

  /** Whether the code of the object is for 64-bit mode. */
  public static CodeMode mode(byte[] file) {
    return new Elf(file).wide ? CodeMode.BITS64 : CodeMode.BITS32;
  }

  /**
   * Links an object from the start of the room on.
   *
   * @param support code that is added if one of its names is undefined in the object
   * @param outside names of the machine's own that the object may refer to
   */
  public static Image link(byte[] file, Image.Room room, Support support, Symbols outside) {
    return new ObjectLinker(file, room, support, outside).link();
  }

  private Image link() {
    refuseBytecode();
    place();
    resolve();
    placeCommon();
    placeTable();
    placeSupport();
    relocate();
    for (Map.Entry<Integer, Elf.Section> e : loaded.entrySet()) {
      Elf.Section s = e.getValue();
      pieces.add(
          new Image.Piece(
              s.name(),
              sectionAddress.get(e.getKey()),
              contents.get(e.getKey()).array(),
              s.size(),
              s.has(Elf.SHF_EXECINSTR)));
    }
    CodeMode mode = elf.wide ? CodeMode.BITS64 : CodeMode.BITS32;
    return Image.laidOut(mode, pieces, OptionalLong.empty(), names(), room);
  }

  private void refuseBytecode() {
    boolean slim = entries.stream().anyMatch(e -> e.name().equals("__gnu_lto_slim"));
    boolean code = elf.sections.stream().anyMatch(s -> s.has(Elf.SHF_EXECINSTR) && s.size() != 0);
    boolean bytecode = elf.sections.stream().anyMatch(s -> s.name().startsWith(".gnu.lto_"));
    if (slim || bytecode && !code) {
      throw new LoadException(
          "this object holds link-time-optimisation bytecode, not machine code",
          "compile without -flto, or with -ffat-lto-objects");
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
    chosen.sort(Comparator.comparingInt(ObjectLinker::order));
    for (Elf.Section s : chosen) {
      if (s.has(Elf.SHF_COMPRESSED)) {
        throw new LoadException("section " + s.name() + " is compressed", "compile without -gz");
      }
      long address = take(s.size(), alignment(s.alignment(), "section " + s.name()));
      loaded.put(s.index(), s);
      sectionAddress.put(s.index(), address);
      contents.put(s.index(), ByteBuffer.wrap(elf.contents(s)).order(ByteOrder.LITTLE_ENDIAN));
    }
  }

  /** Unwind tables and lists of constructors are for a run-time system that is not there. */
  private static boolean counts(Elf.Section s) {
    boolean data = s.type() == Elf.SHT_PROGBITS || s.type() == Elf.SHT_NOBITS;
    return data
        && !s.name().equals(".eh_frame")
        && !s.name().startsWith(".note")
        && !s.name().startsWith(".init_array")
        && !s.name().startsWith(".fini_array")
        && !s.name().startsWith(".ctors")
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

  private static long alignment(long demanded, String what) {
    long alignment = Math.max(1, demanded);
    if (Long.bitCount(alignment) != 1 || alignment > MOST_ALIGNMENT) {
      throw Elf.damaged(String.format(Locale.ROOT, "%s wants an alignment of %Xh", what, demanded));
    }
    return alignment;
  }

  private long take(long size, long alignment) {
    long address = (next + alignment - 1) & -alignment;
    total = ElfFiles.add(total, address - next, room);
    total = ElfFiles.add(total, size, room);
    next = address + size;
    return address;
  }

  /** Every undefined symbol that is referred to has to be found somewhere; else all are named. */
  private void resolve() {
    Set<String> missing = new TreeSet<>();
    for (int i : referredTo()) {
      Elf.Entry e = entry(i);
      if (e.type() == Elf.STT_TLS) {
        throw new LoadException(
            "thread-local variable " + e.name() + " needs a run-time system",
            "make it an ordinary static variable");
      }
      if (e.section() == Elf.SHN_UNDEF && i != 0 && provided(e.name()).isEmpty()) {
        if (e.binding() != Elf.STB_WEAK) {
          missing.add(e.name());
        }
      }
    }
    if (!missing.isEmpty()) {
      throw new LoadException(
          (missing.size() == 1 ? "unresolved symbol: " : "unresolved symbols: ")
              + String.join(", ", missing),
          (missing.size() == 1 ? "define it" : "define them")
              + " in the same file, or link the files into one object: ld -r");
    }
  }

  private Set<Integer> referredTo() {
    Set<Integer> all = new TreeSet<>();
    for (Elf.Section table : elf.sections) {
      if (relocates(table)) {
        for (Elf.Relocation r : elf.relocations(table)) {
          all.add(r.symbol());
        }
      }
    }
    return all;
  }

  private boolean relocates(Elf.Section table) {
    return (table.type() == Elf.SHT_RELA || table.type() == Elf.SHT_REL)
        && table.info() <= Integer.MAX_VALUE
        && loaded.containsKey((int) table.info());
  }

  private Elf.Entry entry(int index) {
    if (index < 0 || index >= entries.size()) {
      throw Elf.damaged("a relocation refers to symbol " + index + " of " + entries.size());
    }
    return entries.get(index);
  }

  /** Where an undefined symbol comes from. The addresses are known after placing. */
  private Optional<Long> provided(String name) {
    if (name.equals(TABLE_SYMBOL)) {
      return Optional.of(tableAddress);
    }
    if (support.names().contains(name)) {
      return Optional.of(
          supportAddress + routines.map(r -> r.offsets().getOrDefault(name, 0)).orElse(0));
    }
    return outside.find(name).map(Symbol::address);
  }

  private void placeCommon() {
    for (int i = 0; i < entries.size(); i++) {
      Elf.Entry e = entries.get(i);
      if (e.section() == Elf.SHN_COMMON) {
        long address = take(e.size(), alignment(e.value(), "COMMON symbol " + e.name()));
        commonAddress.put(i, address);
        pieces.add(new Image.Piece("COMMON " + e.name(), address, new byte[0], e.size(), false));
      }
    }
  }

  private void placeTable() {
    for (Elf.Section table : elf.sections) {
      if (relocates(table)) {
        for (Elf.Relocation r : elf.relocations(table)) {
          if (kind(r, table).formula.needsSlot()) {
            slots.putIfAbsent(r.symbol(), slots.size());
          }
        }
      }
    }
    long size = (long) slots.size() * slotSize();
    tableAddress = take(size, SECTION_ALIGNMENT);
  }

  private int slotSize() {
    return elf.wide ? 8 : 4;
  }

  private void placeSupport() {
    boolean needed =
        entries.stream()
            .anyMatch(e -> e.section() == Elf.SHN_UNDEF && support.names().contains(e.name()));
    if (needed) {
      Routines made = support.routines().get();
      routines = Optional.of(made);
      supportAddress = take(made.code().length, SECTION_ALIGNMENT);
      pieces.add(
          new Image.Piece(
              "support routines", supportAddress, made.code(), made.code().length, true));
    }
  }

  private long address(int index) {
    Elf.Entry e = entry(index);
    int section = e.section();
    if (section == Elf.SHN_UNDEF) {
      return index == 0 ? 0 : provided(e.name()).orElse(0L);
    }
    if (section == Elf.SHN_ABS) {
      return e.value();
    }
    if (section == Elf.SHN_COMMON) {
      return commonAddress.get(index);
    }
    Long base = sectionAddress.get(section);
    if (base == null) {
      String name =
          section < Elf.SHN_LORESERVE
              ? elf.section(section, "symbol " + e.name()).name()
              : "section " + section;
      throw new LoadException(
          "code or data refers to " + name + ", which is not part of memory",
          "compile it as C without sections of its own");
    }
    return base + e.value();
  }

  private void relocate() {
    for (Elf.Section table : elf.sections) {
      if (relocates(table)) {
        for (Elf.Relocation r : elf.relocations(table)) {
          apply(r, kind(r, table), loaded.get((int) table.info()));
        }
      }
    }
    ByteBuffer table =
        ByteBuffer.allocate(slots.size() * slotSize()).order(ByteOrder.LITTLE_ENDIAN);
    for (int symbol : slots.keySet()) {
      if (elf.wide) {
        table.putLong(address(symbol));
      } else {
        table.putInt((int) address(symbol));
      }
    }
    pieces.add(new Image.Piece("GOT", tableAddress, table.array(), table.capacity(), false));
  }

  private RelocationKind kind(Elf.Relocation r, Elf.Section table) {
    Optional<RelocationKind> kind = RelocationKind.of(r.type(), elf.wide);
    if (kind.isEmpty()) {
      boolean threadLocal = elf.wide && (r.type() >= 16 && r.type() <= 23 || r.type() == 34);
      throw new LoadException(
          String.format(
              Locale.ROOT,
              "relocation type %d at %Xh of %s is not supported%s",
              r.type(),
              r.offset(),
              table.name().replaceFirst("^\\.rela?", ""),
              threadLocal ? " (thread-local variables)" : ""),
          "give an object straight from gcc -c or clang -c, without thread-local variables");
    }
    return kind.get();
  }

  private void apply(Elf.Relocation r, RelocationKind kind, Elf.Section section) {
    if (kind.formula == Formula.NOTHING) {
      return;
    }
    ByteBuffer bytes = contents.get(section.index());
    if (r.offset() < 0 || r.offset() > bytes.capacity() - kind.size) {
      throw Elf.damaged(
          String.format(
              Locale.ROOT, "a relocation at %Xh lies outside %s", r.offset(), section.name()));
    }
    int at = (int) r.offset();
    long addend = r.explicitAddend() ? r.addend() : read(bytes, at, kind.size);
    long place = sectionAddress.get(section.index()) + at;
    long value = value(kind.formula, r.symbol(), place, bytes, at) + addend;
    if (!kind.holds(value)) {
      throw new LoadException(
          String.format(
              Locale.ROOT,
              "%s at %s+%Xh against %s does not fit: %Xh",
              kind,
              section.name(),
              at,
              describe(r.symbol()),
              value),
          "compile with -mcmodel=large, or use less memory");
    }
    write(bytes, at, kind.size, value);
  }

  private String describe(int symbol) {
    Elf.Entry e = entry(symbol);
    return e.name().isEmpty() ? "symbol " + symbol : e.name();
  }

  private long value(Formula formula, int symbol, long place, ByteBuffer bytes, int at) {
    switch (formula) {
      case ABSOLUTE:
        return address(symbol);
      case RELATIVE:
        return address(symbol) - place;
      case SLOT_OFFSET:
        return slot(symbol);
      case SLOT_RELATIVE:
        return tableAddress + slot(symbol) - place;
      case SLOT_386:
        return slot(symbol) + (withoutBase(bytes, at) ? tableAddress : 0);
      case TABLE_RELATIVE:
        return tableAddress - place;
      case FROM_TABLE:
        return address(symbol) - tableAddress;
      case SIZE:
        return entry(symbol).size();
      default:
        throw new IllegalStateException(formula.toString());
    }
  }

  private long slot(int symbol) {
    return (long) slots.get(symbol) * slotSize();
  }

  /** ModRM before the displacement has mod=00 and rm=101: no base register. */
  private static boolean withoutBase(ByteBuffer bytes, int at) {
    return at > 0 && (bytes.get(at - 1) & 0xC7) == 5;
  }

  private static long read(ByteBuffer bytes, int at, int size) {
    switch (size) {
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

  private static void write(ByteBuffer bytes, int at, int size, long value) {
    for (int i = 0; i < size; i++) {
      bytes.put(at + i, (byte) (value >>> 8 * i));
    }
  }

  private Symbols names() {
    List<Symbol> list = new ArrayList<>();
    List<Symbol> local = new ArrayList<>();
    for (int i = 1; i < entries.size(); i++) {
      Elf.Entry e = entries.get(i);
      boolean here =
          e.section() == Elf.SHN_COMMON
              || e.section() != Elf.SHN_UNDEF && sectionAddress.containsKey(e.section());
      if (ElfFiles.named(e) && here) {
        (e.binding() == Elf.STB_LOCAL ? local : list).add(ElfFiles.symbol(e, address(i)));
      }
    }
    list.addAll(local);
    routines.ifPresent(
        r -> r.offsets().forEach((n, o) -> list.add(Symbol.label(n, supportAddress + o))));
    return new Symbols(list);
  }
}
