package io.vmxlab.platform.boot;

import io.vmxlab.platform.Bytes;
import io.vmxlab.platform.Elf;
import java.util.List;
import java.util.OptionalLong;

/** The PVH entry of Xen, which ELF kernels of several systems have. */
final class Pvh {
  private static final int PHYSICAL_ENTRY = 18;
  private static final String OWNER = "Xen";
  private static final int MAGIC = 0x336EC578;
  private static final int INFORMATION_SIZE = 56;
  private static final int MODULE_ENTRY = 32;
  private static final int MAP_ENTRY = 24;

  private Pvh() {}

  /** Physical address that the note gives, if there is one. */
  static OptionalLong entry(Elf elf) {
    for (int i = 0; i < elf.segments.size(); i++) {
      Elf.Segment s = elf.segments.get(i);
      if (s.type() == Elf.PT_NOTE) {
        OptionalLong found = entry(new Bytes(elf.contents(s, i)));
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return OptionalLong.empty();
  }

  private static OptionalLong entry(Bytes notes) {
    long at = 0;
    while (at + 12 <= notes.length()) {
      long nameSize = notes.u32(at, "a note");
      long size = notes.u32(at + 4, "a note");
      long name = at + 12;
      long content = name + (nameSize + 3 & ~3);
      boolean own = nameSize == OWNER.length() + 1 && isOwner(notes, name);
      if (own && notes.u32(at + 8, "a note") == PHYSICAL_ENTRY && size >= 4) {
        return OptionalLong.of(notes.u32(content, "the PVH note"));
      }
      at = content + (size + 3 & ~3);
    }
    return OptionalLong.empty();
  }

  private static boolean isOwner(Bytes notes, long at) {
    for (int i = 0; i < OWNER.length(); i++) {
      if (notes.u8(at + i, "a note") != OWNER.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  static BootPlan plan(Elf elf, long entry, BootRequest request) {
    ImageParts parts = ImageParts.of(elf).from(entry).checked(request.map());
    List<BootPlan.Piece> modules = parts.modules(request);
    InformationWriter out = new InformationWriter(parts.pieces());
    write(out, request, modules);
    return new BootPlan(
        BootProtocol.PVH,
        parts.with(modules, out.piece()),
        parts.entry(),
        0,
        (int) out.start(),
        false,
        parts.symbols());
  }

  private static void write(
      InformationWriter out, BootRequest request, List<BootPlan.Piece> modules) {
    List<BootMemory.Range> map = request.map().ranges();
    long moduleList = out.start() + INFORMATION_SIZE;
    long mapList = moduleList + (long) MODULE_ENTRY * modules.size();
    long texts = mapList + (long) MAP_ENTRY * map.size();
    InformationWriter strings = new InformationWriter(List.of()).text(request.commandLine());
    out.u32(MAGIC).u32(1).u32(0).u32(modules.size());
    out.u64(modules.isEmpty() ? 0 : moduleList).u64(texts).u64(BootMemory.ACPI);
    out.u64(mapList).u32(map.size()).u32(0);
    for (int i = 0; i < modules.size(); i++) {
      out.u64(modules.get(i).address()).u64(modules.get(i).size());
      out.u64(texts + strings.size()).u64(0);
      strings.text(request.modules().get(i).name());
    }
    for (BootMemory.Range r : map) {
      out.u64(r.start()).u64(r.end() - r.start()).u32(r.kind().ordinal()).u32(0);
    }
    out.raw(strings.bytes());
  }
}
