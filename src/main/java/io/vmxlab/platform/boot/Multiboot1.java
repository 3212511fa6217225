package io.vmxlab.platform.boot;

import io.vmxlab.platform.Bytes;
import io.vmxlab.platform.Elf;
import io.vmxlab.platform.FileKind;
import io.vmxlab.platform.LoadException;
import io.vmxlab.platform.Symbols;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/** Multiboot Specification version 0.6.96. */
final class Multiboot1 {
  private static final int MAGIC = 0x1BADB002;
  private static final int LOADED = 0x2BADB002;
  private static final int SEARCHED = 8192;

  // header flags
  private static final int VIDEO = 1 << 2;
  private static final int REQUIRED = 0xFFFF;
  private static final int KNOWN = 7;
  private static final int ADDRESSES = 1 << 16;
  private static final int TEXT_MODE = 1;

  // information flags
  private static final int HAS_MEMORY = 1;
  private static final int HAS_COMMAND_LINE = 1 << 2;
  private static final int HAS_MODULES = 1 << 3;
  private static final int HAS_MAP = 1 << 6;
  private static final int HAS_LOADER = 1 << 9;

  private static final int INFORMATION_SIZE = 116;
  private static final int MAP_ENTRY = 24;
  private static final int MODULE_ENTRY = 16;

  private final byte[] file;
  private final Bytes bytes;
  private final int header;

  private Multiboot1(byte[] file, int header) {
    this.file = file;
    this.bytes = new Bytes(file);
    this.header = header;
  }

  /** Offset of the header, if the file has one. */
  static OptionalInt header(byte[] file) {
    Bytes bytes = new Bytes(file);
    for (int at = 0; at + 12 <= Math.min(file.length, SEARCHED); at += 4) {
      boolean here = (int) bytes.u32(at, "") == MAGIC;
      if (here && (int) (bytes.u32(at, "") + bytes.u32(at + 4, "") + bytes.u32(at + 8, "")) == 0) {
        return OptionalInt.of(at);
      }
    }
    return OptionalInt.empty();
  }

  static BootPlan plan(byte[] file, int header, BootRequest request) {
    return new Multiboot1(file, header).plan(request);
  }

  private BootPlan plan(BootRequest request) {
    int flags = (int) field(4);
    if ((flags & REQUIRED & ~KNOWN) != 0) {
      throw new LoadException(
          String.format("its Multiboot header demands features %Xh", flags & REQUIRED & ~KNOWN),
          "clear these flags of the header: no such feature is defined");
    }
    if ((flags & VIDEO) != 0 && field(32) != TEXT_MODE) {
      throw new LoadException(
          "its Multiboot header demands a graphics mode, and the board has no display",
          "clear flag 2 of the header, and write to the serial port");
    }
    boolean addressed = (flags & ADDRESSES) != 0;
    ImageParts parts = (addressed ? byAddresses() : bySegments()).checked(request.map());
    List<BootPlan.Piece> modules = parts.modules(request);
    InformationWriter out = new InformationWriter(parts.pieces());
    int start = (int) information(out, request, modules);
    return new BootPlan(
        BootProtocol.MULTIBOOT_1,
        parts.with(modules, out.piece()),
        parts.entry(),
        LOADED,
        start,
        false,
        parts.symbols());
  }

  private long field(int offset) {
    return bytes.u32(header + offset, "the Multiboot header");
  }

  private ImageParts bySegments() {
    if (FileKind.of(file) != FileKind.ELF) {
      throw new LoadException(
          "its Multiboot header gives no addresses, and it is no ELF file",
          "link it as ELF, or set flag 16 of the header and give addresses");
    }
    return ImageParts.of(new Elf(file));
  }

  /** The "a.out kludge". An ELF file may have it too. */
  private ImageParts byAddresses() {
    long headerAt = field(12);
    long load = field(16);
    long loadEnd = field(20);
    long zeroEnd = field(24);
    long from = header - (headerAt - load);
    long size = loadEnd == 0 ? file.length - from : loadEnd - load;
    if (load > headerAt || from < 0 || size < 0 || from + size > file.length) {
      throw new LoadException(
          "the addresses in its Multiboot header do not fit the file",
          "load_addr, load_end_addr and header_addr have to lie in what is loaded");
    }
    byte[] content = Arrays.copyOfRange(file, (int) from, (int) (from + size));
    long whole = Math.max(size, zeroEnd == 0 ? 0 : zeroEnd - load);
    Symbols names =
        FileKind.of(file) == FileKind.ELF ? ImageParts.of(new Elf(file)).symbols() : Symbols.NONE;
    return new ImageParts(
        List.of(new BootPlan.Piece("the image", load, content, whole)), field(28), names);
  }

  private static long information(
      InformationWriter out, BootRequest request, List<BootPlan.Piece> modules) {
    List<BootMemory.Range> map = request.map().ranges();
    long lists = out.start() + INFORMATION_SIZE;
    long list = lists + (long) MAP_ENTRY * map.size();
    long texts = list + (long) MODULE_ENTRY * modules.size();
    InformationWriter strings = new InformationWriter(List.of());
    long line = texts;
    strings.text(request.line());
    long loader = texts + strings.size();
    strings.text("vmxlab");
    boolean has = !modules.isEmpty();
    out.u32(HAS_MEMORY | HAS_COMMAND_LINE | HAS_MODULES | HAS_MAP | HAS_LOADER);
    out.u32(BootMemory.LOW_END >> 10).u32(request.map().size() - BootMemory.HIGH >> 10);
    out.u32(0).u32(line).u32(modules.size()).u32(has ? list : 0);
    out.u32(0).u32(0).u32(0).u32(0);
    out.u32((long) MAP_ENTRY * map.size()).u32(lists);
    out.u32(0).u32(0).u32(0).u32(loader);
    while (out.here() < lists) {
      out.u8(0);
    }
    for (BootMemory.Range r : map) {
      out.u32(MAP_ENTRY - 4).u64(r.start()).u64(r.end() - r.start()).u32(r.kind().ordinal());
    }
    for (int i = 0; i < modules.size(); i++) {
      out.u32(modules.get(i).address()).u32(modules.get(i).end());
      out.u32(texts + strings.size()).u32(0);
      strings.text(request.modules().get(i).name());
    }
    out.raw(strings.bytes());
    return out.start();
  }
}
