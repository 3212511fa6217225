package io.vmxlab.platform.boot;

import io.vmxlab.platform.Elf;
import io.vmxlab.platform.FileKind;
import io.vmxlab.platform.LoadException;
import io.vmxlab.platform.Symbols;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Finds out how an image wants to be started, and plans it. */
public final class BootImage {
  private static final int SECTOR = 512;
  private static final int LINUX_MARK = 0x202;

  private BootImage() {}

  /**
   * The plan of an image: by its Multiboot2 header, else its Multiboot header, else its PVH note,
   * else as a boot sector.
   *
   * @throws LoadException if it is none of these, does not fit or demands what is not there
   */
  public static BootPlan plan(byte[] file, BootRequest request) {
    OptionalInt second = Multiboot2.header(file);
    if (second.isPresent()) {
      return Multiboot2.plan(file, second.getAsInt(), request);
    }
    OptionalInt first = Multiboot1.header(file);
    if (first.isPresent()) {
      return Multiboot1.plan(file, first.getAsInt(), request);
    }
    if (FileKind.of(file) == FileKind.ELF) {
      Elf elf = new Elf(file);
      OptionalLong entry = Pvh.entry(elf);
      if (entry.isEmpty()) {
        throw new LoadException(
            "this ELF file has no Multiboot header and no PVH note",
            "add a Multiboot header to its first 8192 bytes");
      }
      return Pvh.plan(elf, entry.getAsLong(), request);
    }
    return sector(file, request);
  }

  private static BootPlan sector(byte[] file, BootRequest request) {
    if (isLinux(file)) {
      throw new LoadException(
          "this is a Linux kernel in its own boot format",
          "give its vmlinux, an ELF file that has a PVH note if CONFIG_PVH is set");
    }
    boolean marked =
        file.length >= SECTOR
            && (file[SECTOR - 2] & 0xFF) == 0x55
            && (file[SECTOR - 1] & 0xFF) == 0xAA;
    FileKind kind = FileKind.of(file);
    if (!marked || kind != FileKind.RAW) {
      throw new LoadException(
          kind == FileKind.RAW
              ? "this is no bootable image: it has no Multiboot header, and its first sector does"
                  + " not end in 55h AAh"
              : "this is " + kind.description() + ", not a bootable image",
          kind.advice());
    }
    if (!request.modules().isEmpty() || !request.commandLine().isEmpty()) {
      throw new LoadException(
          "a boot sector is given neither a command line nor modules", "leave them out");
    }
    BootPlan.Piece piece = BootPlan.Piece.of("the image", BootMemory.BOOT_SECTOR, file);
    new ImageParts(List.of(piece), piece.address(), Symbols.NONE).checked(request.map());
    return new BootPlan(
        BootProtocol.BOOT_SECTOR, List.of(piece), piece.address(), 0, 0, true, Symbols.NONE);
  }

  private static boolean isLinux(byte[] file) {
    return file.length > LINUX_MARK + 4
        && file[LINUX_MARK] == 'H'
        && file[LINUX_MARK + 1] == 'd'
        && file[LINUX_MARK + 2] == 'r'
        && file[LINUX_MARK + 3] == 'S';
  }
}
