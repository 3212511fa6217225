package io.vmxlab.platform;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * An ELF file, parsed: header, sections, segments and symbols. System V ABI "Object Files". All
 * offsets and sizes have been checked against the file's length when a part is read.
 */
public final class Elf {
  // spotless:off
  /** Where a file says whether it is one of 32 or of 64 bits, and what it says. */
  static final int CLASS    = 4;
  static final int CLASS_32 = 1;
  static final int CLASS_64 = 2;

  static final int TYPE_RELOCATABLE = 1;
  static final int TYPE_EXECUTABLE  = 2;
  static final int TYPE_DYNAMIC     = 3;

  static final int MACHINE_386    = 3;
  static final int MACHINE_X86_64 = 62;

  static final int SHT_PROGBITS     = 1;
  static final int SHT_SYMTAB       = 2;
  static final int SHT_RELA         = 4;
  static final int SHT_NOBITS       = 8;
  static final int SHT_REL          = 9;
  static final int SHT_INIT_ARRAY   = 14;
  static final int SHT_PREINIT_ARRAY = 16;
  static final int SHT_SYMTAB_SHNDX = 18;

  static final long SHF_WRITE     = 1L << 0;
  static final long SHF_ALLOC     = 1L << 1;
  static final long SHF_EXECINSTR = 1L << 2;
  static final long SHF_TLS       = 1L << 10;
  static final long SHF_COMPRESSED = 1L << 11;

  static final int SHN_UNDEF     = 0;
  static final int SHN_LORESERVE = 0xFF00;
  static final int SHN_ABS       = 0xFFF1;
  static final int SHN_COMMON    = 0xFFF2;

  public static final int PT_LOAD   = 1;
  public static final int PT_NOTE   = 4;
  static final int PT_INTERP = 3;
  static final int PF_X      = 1;

  static final int STB_LOCAL  = 0;
  static final int STB_GLOBAL = 1;
  static final int STB_WEAK   = 2;

  static final int STT_NOTYPE  = 0;
  static final int STT_OBJECT  = 1;
  static final int STT_FUNC    = 2;
  static final int STT_SECTION = 3;
  static final int STT_FILE    = 4;
  static final int STT_TLS     = 6;
  // spotless:on

  /** Names may share their text, but not without end: a small file must not need much memory. */
  private static final long NAMES_PER_FILE = 8;

  private static final Map<Integer, String> MACHINES =
      Map.of(
          2,
          "SPARC",
          8,
          "MIPS",
          20,
          "PowerPC",
          21,
          "PowerPC64",
          22,
          "S390",
          40,
          "ARM",
          183,
          "AArch64",
          243,
          "RISC-V",
          258,
          "LoongArch",
          247,
          "BPF");

  /** A section header with its name. */
  record Section(
      int index,
      String name,
      int type,
      long flags,
      long address,
      long offset,
      long size,
      long link,
      long info,
      long alignment,
      long entrySize) {
    boolean has(long flag) {
      return (flags & flag) != 0;
    }
  }

  /** A program header. */
  public record Segment(
      int type, int flags, long offset, long address, long physical, long fileSize, long size) {}

  /** A symbol-table entry. */
  record Entry(String name, int binding, int type, int section, long value, long size) {}

  /** A relocation; for REL sections the addend lies in the place itself. */
  record Relocation(long offset, int type, int symbol, long addend, boolean explicitAddend) {}

  final boolean wide;
  final int type;
  public final long entry;
  final List<Section> sections = new ArrayList<>();
  public final List<Segment> segments = new ArrayList<>();
  private final Bytes file;
  private long nameBytes;
  private long relocationsRead;

  /**
   * Reads headers.
   *
   * @throws LoadException if the file is damaged, or for another machine
   */
  public Elf(byte[] contents) {
    file = new Bytes(contents);
    if (FileKind.of(contents) != FileKind.ELF) {
      FileKind kind = FileKind.of(contents);
      throw new LoadException("this is " + kind.description() + ", not an ELF file", kind.advice());
    }
    int elfClass = file.u8(CLASS, "the ELF class");
    if (elfClass != CLASS_32 && elfClass != CLASS_64) {
      throw damaged("the ELF class is " + elfClass + ", neither 1 (32-bit) nor 2 (64-bit)");
    }
    wide = elfClass == CLASS_64;
    int order = file.u8(5, "the ELF byte order");
    if (order == 2) {
      throw new LoadException(
          "this is a big-endian ELF file of another machine", "compile it for x86-64");
    }
    if (order != 1) {
      throw damaged("the ELF byte order is " + order);
    }
    type = file.u16(16, "the ELF header");
    checkMachine(file.u16(18, "the ELF header"));
    entry = word(24, 24);
    readSegments();
    readSections();
  }

  private void checkMachine(int machine) {
    if (machine == MACHINE_X86_64 && !wide) {
      throw new LoadException(
          "this is an x32 ELF file (32-bit pointers in 64-bit code)", "compile without -mx32");
    }
    if (machine == MACHINE_386 && wide) {
      throw damaged("an ELF file of class 64 says it is for the i386");
    }
    if (machine != MACHINE_X86_64 && machine != MACHINE_386) {
      String name = MACHINES.getOrDefault(machine, "machine number " + machine);
      throw new LoadException(
          "this ELF file is for " + name + ", not for x86-64", "compile it for x86-64");
    }
  }

  /** A field that is 4 bytes wide in class 32 and 8 in class 64. */
  private long word(long at32, long at64) {
    return wide ? file.u64(at64, "the ELF header") : file.u32(at32, "the ELF header");
  }

  private int half(long at32, long at64) {
    return file.u16(wide ? at64 : at32, "the ELF header");
  }

  private void readSegments() {
    long table = word(28, 32);
    int size = half(42, 54);
    int count = half(44, 56);
    if (count == 0) {
      return;
    }
    checkEntry("program header", size, wide ? 56 : 32);
    for (int i = 0; i < count; i++) {
      long at = table + (long) i * size;
      String what = "program header " + i;
      segments.add(
          wide
              ? new Segment(
                  (int) file.u32(at, what),
                  (int) file.u32(at + 4, what),
                  file.u64(at + 8, what),
                  file.u64(at + 16, what),
                  file.u64(at + 24, what),
                  file.u64(at + 32, what),
                  file.u64(at + 40, what))
              : new Segment(
                  (int) file.u32(at, what),
                  (int) file.u32(at + 24, what),
                  file.u32(at + 4, what),
                  file.u32(at + 8, what),
                  file.u32(at + 12, what),
                  file.u32(at + 16, what),
                  file.u32(at + 20, what)));
    }
  }

  private void readSections() {
    long table = word(32, 40);
    int size = half(46, 58);
    int count = half(48, 60);
    int names = half(50, 62);
    if (table == 0) {
      return;
    }
    if (count == 0) {
      throw new LoadException(
          "this ELF file has more than 65279 sections", "compile without -ffunction-sections");
    }
    checkEntry("section header", size, wide ? 64 : 40);
    List<Section> unnamed = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      unnamed.add(section(i, table + (long) i * size));
    }
    if (names >= count) {
      throw damaged("the section-name table has number " + names + " of " + count);
    }
    Section strings = unnamed.get(names);
    for (Section s : unnamed) {
      String name =
          strings.type == SHT_NOBITS || strings.size == 0 ? "" : string(strings, nameOffset(s));
      sections.add(
          new Section(
              s.index,
              name.isEmpty() ? "section " + s.index : name,
              s.type,
              s.flags,
              s.address,
              s.offset,
              s.size,
              s.link,
              s.info,
              s.alignment,
              s.entrySize));
    }
  }

  private long nameOffset(Section s) {
    return Long.parseLong(s.name);
  }

  /** A section whose name is still the offset of its name. */
  private Section section(int index, long at) {
    String what = "section header " + index;
    String name = Long.toString(file.u32(at, what));
    int sectionType = (int) file.u32(at + 4, what);
    if (wide) {
      return new Section(
          index,
          name,
          sectionType,
          file.u64(at + 8, what),
          file.u64(at + 16, what),
          file.u64(at + 24, what),
          file.u64(at + 32, what),
          file.u32(at + 40, what),
          file.u32(at + 44, what),
          file.u64(at + 48, what),
          file.u64(at + 56, what));
    }
    return new Section(
        index,
        name,
        sectionType,
        file.u32(at + 8, what),
        file.u32(at + 12, what),
        file.u32(at + 16, what),
        file.u32(at + 20, what),
        file.u32(at + 24, what),
        file.u32(at + 28, what),
        file.u32(at + 32, what),
        file.u32(at + 36, what));
  }

  private static void checkEntry(String what, int size, int least) {
    if (size < least) {
      throw damaged("a " + what + " has " + size + " bytes instead of " + least);
    }
  }

  /** Contents of a section; NOBITS sections have none. */
  byte[] contents(Section s) {
    if (s.type == SHT_NOBITS) {
      return new byte[0];
    }
    return file.slice(s.offset, s.size, "section " + s.name);
  }

  /** File part of a segment. */
  public byte[] contents(Segment s, int index) {
    return file.slice(s.offset, s.fileSize, "segment " + index);
  }

  /** The section with that number. */
  Section section(long index, String neededBy) {
    if (index < 0 || index >= sections.size()) {
      throw damaged(neededBy + " refers to section " + index + " of " + sections.size());
    }
    return sections.get((int) index);
  }

  /** The string at an offset of a string table. */
  private String string(Section strings, long offset) {
    if (offset < 0 || offset >= strings.size || strings.offset < 0 || strings.size < 0) {
      throw damaged(
          String.format(Locale.ROOT, "name offset %Xh lies outside the string table", offset));
    }
    String text = file.string(strings.offset + offset, strings.offset + strings.size, "a name");
    nameBytes += text.length();
    if (nameBytes > NAMES_PER_FILE * file.length()) {
      throw damaged("the names are longer than the file can hold");
    }
    return text;
  }

  /** It names the program that loads its libraries. */
  boolean isDynamicallyLinked() {
    for (Segment s : segments) {
      if (s.type == PT_INTERP) {
        return true;
      }
    }
    return false;
  }

  /** The symbol table, if there is one. */
  Optional<Section> symbolTable() {
    for (Section s : sections) {
      if (s.type == SHT_SYMTAB) {
        return Optional.of(s);
      }
    }
    return Optional.empty();
  }

  /** All entries of the symbol table, the empty first one included. */
  List<Entry> symbols() {
    Optional<Section> table = symbolTable();
    if (table.isEmpty()) {
      return List.of();
    }
    Section t = table.get();
    Section strings = section(t.link, "the symbol table");
    int size = wide ? 24 : 16;
    long count = entries(t, size);
    List<Entry> entries = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      long at = t.offset + i * size;
      String what = "symbol " + i;
      long name = file.u32(at, what);
      int info = file.u8(at + (wide ? 4 : 12), what);
      entries.add(
          new Entry(
              name == 0 ? "" : string(strings, name),
              info >> 4,
              info & 0xF,
              file.u16(at + (wide ? 6 : 14), what),
              wide ? file.u64(at + 8, what) : file.u32(at + 4, what),
              wide ? file.u64(at + 16, what) : file.u32(at + 8, what)));
    }
    return entries;
  }

  /** Relocations of a REL or RELA section. */
  List<Relocation> relocations(Section s) {
    boolean explicit = s.type == SHT_RELA;
    int size = (wide ? 16 : 8) + (explicit ? wide ? 8 : 4 : 0);
    long count = entries(s, size);
    relocationsRead += count;
    if (relocationsRead > file.length()) {
      throw damaged("the relocation sections overlap");
    }
    List<Relocation> list = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      long at = s.offset + i * size;
      String what = "relocation " + i + " of " + s.name;
      long info = wide ? file.u64(at + 8, what) : file.u32(at + 4, what);
      long addend = !explicit ? 0 : wide ? file.u64(at + 16, what) : (int) file.u32(at + 8, what);
      list.add(
          new Relocation(
              wide ? file.u64(at, what) : file.u32(at, what),
              (int) (wide ? info : info & 0xFF),
              (int) (wide ? info >>> 32 : info >>> 8),
              addend,
              explicit));
    }
    return list;
  }

  /** Number of entries, after a look whether they are all in the file. */
  private long entries(Section s, int size) {
    if (s.entrySize != size) {
      throw damaged(s.name + " has entries of " + s.entrySize + " bytes instead of " + size);
    }
    if (s.offset < 0 || s.size < 0 || s.offset > file.length() - s.size) {
      file.slice(s.offset, s.size, "section " + s.name);
    }
    return s.size / size;
  }

  static LoadException damaged(String what) {
    return new LoadException(what, "the file is truncated or damaged: make it again");
  }
}
