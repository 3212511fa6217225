package io.vmxlab.platform.boot;

import io.vmxlab.platform.Bytes;
import io.vmxlab.platform.Elf;
import io.vmxlab.platform.FileKind;
import io.vmxlab.platform.LoadException;
import io.vmxlab.platform.Symbols;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** Multiboot2 Specification version 2.0. */
final class Multiboot2 {
  private static final int MAGIC = 0xE85250D6;
  private static final int LOADED = 0x36D76289;
  private static final int SEARCHED = 32768;

  // header tags
  private static final int END = 0;
  private static final int INFORMATION_REQUEST = 1;
  private static final int ADDRESSES = 2;
  private static final int ENTRY = 3;
  private static final int FRAMEBUFFER = 5;

  /** Requests that are met, or that ask for nothing: console, page alignment, relocatable. */
  private static final Set<Integer> MET = Set.of(4, 6, 10);

  // information tags
  private static final int COMMAND_LINE = 1;
  private static final int LOADER = 2;
  private static final int MODULE = 3;
  private static final int BASIC_MEMORY = 4;
  private static final int MEMORY_MAP = 6;
  private static final int ACPI_OLD = 14;
  private static final int ACPI_NEW = 15;
  private static final Set<Integer> TOLD =
      Set.of(COMMAND_LINE, LOADER, MODULE, BASIC_MEMORY, MEMORY_MAP, ACPI_OLD, ACPI_NEW);

  private static final int ACPI_OLD_SIZE = 20;
  private static final int MAP_ENTRY = 24;

  private final byte[] file;
  private final Bytes bytes;
  private final int header;

  /** Offset of each tag in the file. */
  private final Map<Integer, Integer> tags = new HashMap<>();

  private Multiboot2(byte[] file, int header) {
    this.file = file;
    this.bytes = new Bytes(file);
    this.header = header;
  }

  /** Offset of the header, if the file has one. */
  static OptionalInt header(byte[] file) {
    Bytes bytes = new Bytes(file);
    for (int at = 0; at + 16 <= Math.min(file.length, SEARCHED); at += 8) {
      if ((int) bytes.u32(at, "") == MAGIC) {
        long sum = 0;
        for (int i = 0; i < 16; i += 4) {
          sum += bytes.u32(at + i, "");
        }
        if ((int) sum == 0) {
          return OptionalInt.of(at);
        }
      }
    }
    return OptionalInt.empty();
  }

  static BootPlan plan(byte[] file, int header, BootRequest request) {
    return new Multiboot2(file, header).plan(request);
  }

  private BootPlan plan(BootRequest request) {
    if (bytes.u32(header + 4, "") != 0) {
      throw new LoadException(
          "its Multiboot2 header is for another architecture", "set its architecture field to 0");
    }
    readTags();
    ImageParts parts = (tags.containsKey(ADDRESSES) ? byAddresses() : bySegments());
    if (tags.containsKey(ENTRY)) {
      parts = parts.from(bytes.u32(tags.get(ENTRY) + 8, "the entry address"));
    }
    parts = parts.checked(request.map());
    List<BootPlan.Piece> modules = parts.modules(request);
    InformationWriter out = new InformationWriter(parts.pieces());
    write(out, request, modules);
    return new BootPlan(
        BootProtocol.MULTIBOOT_2,
        parts.with(modules, out.piece()),
        parts.entry(),
        LOADED,
        (int) out.start(),
        false,
        parts.symbols());
  }

  private void readTags() {
    long end = header + bytes.u32(header + 8, "");
    long at = header + 16;
    while (at + 8 <= end) {
      int type = bytes.u16(at, "a Multiboot2 tag");
      boolean optional = (bytes.u16(at + 2, "a Multiboot2 tag") & 1) != 0;
      long size = bytes.u32(at + 4, "a Multiboot2 tag");
      if (type == END) {
        return;
      }
      if (size < 8) {
        throw new LoadException(
            "a tag of its Multiboot2 header is " + size + " bytes long", "a tag has 8 or more");
      }
      if (type == INFORMATION_REQUEST && !optional) {
        requireTold(at, size);
      } else if (type == ADDRESSES || type == ENTRY) {
        tags.put(type, (int) at);
      } else if (type != INFORMATION_REQUEST && !optional && !MET.contains(type)) {
        throw new LoadException(
            type == FRAMEBUFFER
                ? "its Multiboot2 header demands a framebuffer, and the board has no display"
                : "its Multiboot2 header demands what tag " + type + " names",
            "make the tag optional (bit 0 of its flags)");
      }
      at += size + 7 & ~7;
    }
  }

  private void requireTold(long tag, long size) {
    for (long at = tag + 8; at + 4 <= tag + size; at += 4) {
      int type = (int) bytes.u32(at, "an information request");
      if (!TOLD.contains(type)) {
        throw new LoadException(
            "its Multiboot2 header demands information of type " + type + ", which is not there",
            "make the request optional (bit 0 of its flags)");
      }
    }
  }

  private ImageParts bySegments() {
    if (FileKind.of(file) != FileKind.ELF) {
      throw new LoadException(
          "its Multiboot2 header gives no addresses, and it is no ELF file",
          "link it as ELF, or add an address tag");
    }
    return ImageParts.of(new Elf(file));
  }

  private ImageParts byAddresses() {
    int tag = tags.get(ADDRESSES);
    long headerAt = bytes.u32(tag + 8, "the address tag");
    long load = bytes.u32(tag + 12, "the address tag");
    long loadEnd = bytes.u32(tag + 16, "the address tag");
    long zeroEnd = bytes.u32(tag + 20, "the address tag");
    long from = load == 0xFFFF_FFFFL ? 0 : header - (headerAt - load);
    long start = load == 0xFFFF_FFFFL ? headerAt - header : load;
    long size = loadEnd == 0 ? file.length - from : loadEnd - start;
    if (from < 0 || size < 0 || start < 0 || from + size > file.length) {
      throw new LoadException(
          "the addresses in its Multiboot2 header do not fit the file",
          "load_addr, load_end_addr and header_addr have to lie in what is loaded");
    }
    if (!tags.containsKey(ENTRY)) {
      throw new LoadException(
          "its Multiboot2 header gives addresses but no entry", "add an entry address tag");
    }
    byte[] content = Arrays.copyOfRange(file, (int) from, (int) (from + size));
    long whole = Math.max(size, zeroEnd == 0 ? 0 : zeroEnd - start);
    return new ImageParts(
        List.of(new BootPlan.Piece("the image", start, content, whole)), start, Symbols.NONE);
  }

  private static void write(
      InformationWriter out, BootRequest request, List<BootPlan.Piece> modules) {
    InformationWriter body = new InformationWriter(List.of());
    text(body, COMMAND_LINE, request.commandLine());
    text(body, LOADER, "vmxlab");
    for (int i = 0; i < modules.size(); i++) {
      InformationWriter module = new InformationWriter(List.of());
      module.u32(modules.get(i).address()).u32(modules.get(i).end());
      module.text(request.modules().get(i).name());
      tag(body, MODULE, module);
    }
    InformationWriter memory = new InformationWriter(List.of());
    memory.u32(BootMemory.LOW_END >> 10).u32(request.map().size() - BootMemory.HIGH >> 10);
    tag(body, BASIC_MEMORY, memory);
    InformationWriter map = new InformationWriter(List.of()).u32(MAP_ENTRY).u32(0);
    for (BootMemory.Range r : request.map().ranges()) {
      map.u64(r.start()).u64(r.end() - r.start()).u32(r.kind().ordinal()).u32(0);
    }
    tag(body, MEMORY_MAP, map);
    byte[] rsdp = request.rsdp();
    tag(body, ACPI_OLD, new InformationWriter(List.of()).raw(Arrays.copyOf(rsdp, ACPI_OLD_SIZE)));
    tag(body, ACPI_NEW, new InformationWriter(List.of()).raw(rsdp));
    tag(body, END, new InformationWriter(List.of()));
    out.u32(body.size() + 8L).u32(0).raw(body.bytes());
  }

  private static void text(InformationWriter out, int type, String value) {
    tag(out, type, new InformationWriter(List.of()).text(value));
  }

  private static void tag(InformationWriter out, int type, InformationWriter content) {
    out.u32(type).u32(content.size() + 8L).raw(content.bytes()).align(8);
  }
}
