package io.vmxlab.platform;

import io.vmxlab.arch.CodeMode;
import java.util.Locale;

/** What the loaders of ELF files share. */
public final class ElfFiles {
  private ElfFiles() {}

  /** Whether the file is an ELF relocatable object, as {@code gcc -c} makes it. */
  public static boolean isRelocatable(byte[] file) {
    return new Elf(file).type == Elf.TYPE_RELOCATABLE;
  }

  /** The mode that an ELF file's code is for, by its class alone. */
  public static CodeMode mode(byte[] file) {
    return file[Elf.CLASS] == Elf.CLASS_64 ? CodeMode.BITS64 : CodeMode.BITS32;
  }

  static String typeName(Elf elf) {
    switch (elf.type) {
      case Elf.TYPE_RELOCATABLE:
        return "a relocatable object";
      case Elf.TYPE_EXECUTABLE:
        return "an executable";
      case Elf.TYPE_DYNAMIC:
        return elf.isDynamicallyLinked()
            ? "a position-independent executable"
            : "a shared library or position-independent executable";
      case 4:
        return "a core dump";
      default:
        return "of unknown type " + elf.type;
    }
  }

  /** Whether a symbol has a name that means something to people. */
  static boolean named(Elf.Entry e) {
    return !e.name().isEmpty()
        && e.type() != Elf.STT_SECTION
        && e.type() != Elf.STT_FILE
        && e.type() != Elf.STT_TLS;
  }

  static Symbol symbol(Elf.Entry e, long address) {
    return new Symbol(e.name(), address, Math.max(0, e.size()), rank(e));
  }

  private static Symbol.Rank rank(Elf.Entry e) {
    switch (e.type()) {
      case Elf.STT_FUNC:
        return Symbol.Rank.FUNCTION;
      case Elf.STT_OBJECT:
        return Symbol.Rank.OBJECT;
      default:
        return e.binding() == Elf.STB_LOCAL ? Symbol.Rank.LOCAL : Symbol.Rank.LABEL;
    }
  }

  /** The sum, which must fit into the room even before anything is copied. */
  static long add(long total, long size, Image.Room room) {
    long space = room.end() - room.start();
    if (size < 0 || size > space - total) {
      throw new LoadException(
          String.format(Locale.ROOT, "the program needs more than the %d bytes there are", space),
          "give the machine more memory");
    }
    return total + size;
  }
}
