package io.vmxlab.platform;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.isa.InstructionTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Lays out an ELF relocatable object and relocates it, as a linker would: sections one after
 * another, then COMMON symbols, a global offset table and the support routines that compilers take
 * for granted. Nothing is merged or relaxed. What is undefined is an error only where it can be
 * reached.
 */
public final class ObjectLinker {
  private static final String TABLE_SYMBOL = "_GLOBAL_OFFSET_TABLE_";
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

  /**
   * What will run of the object.
   *
   * @param function that is called, as written; empty if the program begins where it says itself
   * @param table decodes the object's code, to see what the function can reach
   */
  public record Use(Optional<String> function, InstructionTable table) {}

  private final ObjectSections object;
  private final Image.Room room;
  private final Support support;
  private final Symbols outside;
  private final Optional<Use> use;
  private final Map<Integer, Long> commonAddress = new LinkedHashMap<>();
  private final List<Image.Piece> pieces = new ArrayList<>();
  private final ObjectRelocator relocator;
  private Optional<Routines> routines = Optional.empty();
  private Optional<ObjectReach> reach = Optional.empty();
  private long supportAddress;

  private ObjectLinker(
      byte[] file, Image.Room room, Support support, Symbols outside, Optional<Use> use) {
    Elf elf = new Elf(file);
    if (elf.type != Elf.TYPE_RELOCATABLE) {
      throw new LoadException(
          "this ELF file is " + ElfFiles.typeName(elf) + ", not a relocatable object",
          "compile with gcc -c");
    }
    refuseBytecode(elf);
    this.object = new ObjectSections(elf, room);
    this.room = room;
    this.support = support;
    this.outside = outside;
    this.use = use;
    this.relocator =
        new ObjectRelocator(
            object,
            (section, r) -> reach.isEmpty() || reach.get().reaches(section.index(), r.offset()));
  }

  /**
   * Links an object from the start of the room on. Everything in it has to be complete.
   *
   * @param support code that is added if one of its names is undefined in the object
   * @param outside names of the machine's own that the object may refer to
   */
  public static Image link(byte[] file, Image.Room room, Support support, Symbols outside) {
    return new ObjectLinker(file, room, support, outside, Optional.empty()).link();
  }

  /** Links an object from the start of the room on. What will run of it has to be complete. */
  public static Image link(
      byte[] file, Image.Room room, Support support, Symbols outside, Use use) {
    return new ObjectLinker(file, room, support, outside, Optional.of(use)).link();
  }

  private Image link() {
    resolve();
    placeCommon();
    relocator.placeTable();
    placeSupport();
    pieces.add(relocator.relocate(this::address));
    object.loaded.forEach(
        (index, s) ->
            pieces.add(
                new Image.Piece(
                    s.name(),
                    object.address(index),
                    object.contents.get(index).array(),
                    s.size(),
                    s.has(Elf.SHF_EXECINSTR))));
    Image image = Image.laidOut(mode(), pieces, OptionalLong.empty(), names(), room);
    return image.withConstructors(
        ConstructorLists.functions(
            object.loaded.values(), object.elf.wide, s -> object.contents.get(s.index())));
  }

  private CodeMode mode() {
    return object.elf.wide ? CodeMode.BITS64 : CodeMode.BITS32;
  }

  private static void refuseBytecode(Elf elf) {
    boolean slim = elf.symbols().stream().anyMatch(e -> e.name().equals("__gnu_lto_slim"));
    boolean code = elf.sections.stream().anyMatch(s -> s.has(Elf.SHF_EXECINSTR) && s.size() != 0);
    boolean bytecode = elf.sections.stream().anyMatch(s -> s.name().startsWith(".gnu.lto_"));
    if (slim || bytecode && !code) {
      throw new LoadException(
          "this object holds link-time-optimisation bytecode, not machine code",
          "compile without -flto, or with -ffat-lto-objects");
    }
  }

  /** Every undefined symbol that can be reached has to be found somewhere; else all are named. */
  private void resolve() {
    if (use.isPresent() && !complete()) {
      reach = Optional.of(reach(use.get()));
    }
    Set<String> missing = new TreeSet<>();
    for (ObjectSections.Table table : object.tables) {
      for (Elf.Relocation r : table.relocations()) {
        Elf.Entry e = object.entry(r.symbol());
        if (wanting(e) && matters(table, r)) {
          if (e.type() == Elf.STT_TLS) {
            throw new LoadException(
                "thread-local variable " + CppName.shown(e.name()) + " needs a run-time system",
                "make it an ordinary static variable");
          }
          missing.add(CppName.shown(e.name()));
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

  private boolean matters(ObjectSections.Table table, Elf.Relocation r) {
    return reach.isEmpty() || reach.get().reaches(table.target().index(), r.offset());
  }

  /** The symbol cannot be had. */
  private boolean wanting(Elf.Entry e) {
    boolean undefined =
        e.section() == Elf.SHN_UNDEF && e != object.entries.get(0) && e.binding() != Elf.STB_WEAK;
    return e.type() == Elf.STT_TLS || undefined && provided(e.name()).isEmpty();
  }

  /** Everything that is referred to can be had, so that reach need not be known. */
  private boolean complete() {
    for (ObjectSections.Table table : object.tables) {
      for (Elf.Relocation r : table.relocations()) {
        boolean known = RelocationKind.of(r.type(), object.elf.wide).isPresent();
        if (!known || wanting(object.entry(r.symbol()))) {
          return false;
        }
      }
    }
    return true;
  }

  private ObjectReach reach(Use what) {
    ObjectReach found = new ObjectReach(object, what.table());
    List<String> names = new ArrayList<>();
    for (Elf.Entry e : object.entries) {
      if (ElfFiles.named(e) && object.isLoaded(e.section())) {
        names.add(e.name());
      }
    }
    List<String> wanted =
        what.function().map(f -> CppName.matching(f, names)).orElse(Image.USUAL_ENTRIES);
    Map<List<Long>, Elf.Entry> roots = new LinkedHashMap<>();
    for (Elf.Entry e : object.entries) {
      if (wanted.contains(e.name()) && object.isLoaded(e.section())) {
        roots.putIfAbsent(List.of((long) e.section(), e.value()), e);
      }
    }
    boolean none = roots.isEmpty() || what.function().isPresent() && roots.size() > 1;
    if (none) {
      return found; // whoever wants to call it says what is wrong with the name
    }
    roots.values().forEach(e -> found.from(e.section(), e.value()));
    object.loaded.values().stream().filter(ConstructorLists::isList).forEach(found::fromAll);
    return found;
  }

  /** Where an undefined symbol comes from. The addresses are known after placing. */
  private Optional<Long> provided(String name) {
    if (name.equals(TABLE_SYMBOL)) {
      return Optional.of(relocator.tableAddress());
    }
    if (support.names().contains(name)) {
      return Optional.of(
          supportAddress + routines.map(r -> r.offsets().getOrDefault(name, 0)).orElse(0));
    }
    return outside.find(name).map(Symbol::address);
  }

  private void placeCommon() {
    for (int i = 0; i < object.entries.size(); i++) {
      Elf.Entry e = object.entries.get(i);
      if (e.section() == Elf.SHN_COMMON) {
        long alignment = ObjectSections.alignment(e.value(), "COMMON symbol " + e.name());
        long address = object.take(e.size(), alignment);
        commonAddress.put(i, address);
        pieces.add(new Image.Piece("COMMON " + e.name(), address, new byte[0], e.size(), false));
      }
    }
  }

  private void placeSupport() {
    boolean needed =
        object.entries.stream()
            .anyMatch(e -> e.section() == Elf.SHN_UNDEF && support.names().contains(e.name()));
    if (needed) {
      Routines made = support.routines().get();
      routines = Optional.of(made);
      supportAddress = object.take(made.code().length, SECTION_ALIGNMENT);
      pieces.add(
          new Image.Piece(
              "support routines", supportAddress, made.code(), made.code().length, true));
    }
  }

  private long address(int index) {
    Elf.Entry e = object.entry(index);
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
    Long base = object.address(section);
    if (base == null) {
      if (reach.isPresent() && e.type() == Elf.STT_TLS) {
        return 0;
      }
      String name =
          section < Elf.SHN_LORESERVE
              ? object.elf.section(section, "symbol " + e.name()).name()
              : "section " + section;
      throw new LoadException(
          "code or data refers to " + name + ", which is not part of memory",
          "compile it as C without sections of its own");
    }
    return base + e.value();
  }

  private Symbols names() {
    List<Symbol> list = new ArrayList<>();
    List<Symbol> local = new ArrayList<>();
    for (int i = 1; i < object.entries.size(); i++) {
      Elf.Entry e = object.entries.get(i);
      boolean here =
          e.section() == Elf.SHN_COMMON
              || e.section() != Elf.SHN_UNDEF && object.isLoaded(e.section());
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
