package io.vmxlab.platform;

import io.vmxlab.arch.CodeMode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Loads statically linked ELF executables: their segments, entry point and symbols. */
public final class ExecutableLoader {
  private static final String LINK_STATICALLY =
      "link it statically at fixed addresses: gcc -static -no-pie -nostdlib";

  private ExecutableLoader() {}

  /** Lays out an executable; throws {@link LoadException} if it is none or does not fit. */
  public static Image load(byte[] file, Image.Room room) {
    Elf elf = new Elf(file);
    if (elf.type != Elf.TYPE_EXECUTABLE) {
      throw new LoadException("this ELF file is " + ElfFiles.typeName(elf), advice(elf));
    }
    if (elf.isDynamicallyLinked()) {
      throw new LoadException("this executable is dynamically linked", LINK_STATICALLY);
    }
    List<Image.Piece> pieces = new ArrayList<>();
    long total = 0;
    for (int i = 0; i < elf.segments.size(); i++) {
      Elf.Segment s = elf.segments.get(i);
      if (s.type() != Elf.PT_LOAD || s.size() == 0) {
        continue;
      }
      if (Long.compareUnsigned(s.fileSize(), s.size()) > 0) {
        throw Elf.damaged("segment " + i + " is larger in the file than in memory");
      }
      total = ElfFiles.add(total, s.size(), room);
      pieces.add(
          new Image.Piece(
              "segment " + i,
              s.address(),
              elf.contents(s, i),
              s.size(),
              (s.flags() & Elf.PF_X) != 0));
    }
    if (pieces.isEmpty()) {
      throw new LoadException("this executable has nothing to load", "link it again");
    }
    Image image =
        Image.laidOut(
            elf.wide ? CodeMode.BITS64 : CodeMode.BITS32,
            pieces,
            OptionalLong.of(elf.entry),
            symbols(elf),
            room);
    return image.withConstructors(
        ConstructorLists.functions(
            elf.sections,
            elf.wide,
            s -> ByteBuffer.wrap(elf.contents(s)).order(ByteOrder.LITTLE_ENDIAN)));
  }

  private static String advice(Elf elf) {
    return elf.type == Elf.TYPE_DYNAMIC ? LINK_STATICALLY : "give an executable or an object file";
  }

  /** The names of an executable. */
  public static Symbols symbols(Elf elf) {
    List<Symbol> list = new ArrayList<>();
    List<Symbol> local = new ArrayList<>();
    for (Elf.Entry e : elf.symbols()) {
      if (ElfFiles.named(e) && e.section() != Elf.SHN_UNDEF && e.section() != Elf.SHN_ABS) {
        (e.binding() == Elf.STB_LOCAL ? local : list).add(ElfFiles.symbol(e, e.value()));
      }
    }
    list.addAll(local);
    return new Symbols(list);
  }
}
