package io.vmxlab.platform.boot;

import io.vmxlab.platform.Elf;
import io.vmxlab.platform.ExecutableLoader;
import io.vmxlab.platform.LoadException;
import io.vmxlab.platform.Symbols;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What of an image lies where, and where modules can lie behind it.
 *
 * @param pieces of the image
 * @param entry physical address of its first instruction
 * @param symbols of the image
 */
record ImageParts(List<BootPlan.Piece> pieces, long entry, Symbols symbols) {
  private static final long PAGE = 0x1000;

  /** The loadable segments of an ELF file at their physical addresses. */
  static ImageParts of(Elf elf) {
    List<BootPlan.Piece> pieces = new ArrayList<>();
    long entry = elf.entry;
    for (int i = 0; i < elf.segments.size(); i++) {
      Elf.Segment s = elf.segments.get(i);
      if (s.type() != Elf.PT_LOAD || s.size() == 0) {
        continue;
      }
      if (Long.compareUnsigned(s.fileSize(), s.size()) > 0) {
        throw new LoadException(
            "segment " + i + " is larger in the file than in memory", "link the image again");
      }
      pieces.add(new BootPlan.Piece("segment " + i, s.physical(), elf.contents(s, i), s.size()));
      long offset = elf.entry - s.address();
      if (Long.compareUnsigned(offset, s.size()) < 0) {
        entry = s.physical() + offset;
      }
    }
    if (pieces.isEmpty()) {
      throw new LoadException("this executable has nothing to load", "link it again");
    }
    return new ImageParts(pieces, entry, ExecutableLoader.symbols(elf));
  }

  ImageParts from(long newEntry) {
    return new ImageParts(pieces, newEntry, symbols);
  }

  /** Refuses pieces that do not lie in RAM, or lie over each other. */
  ImageParts checked(BootMemory map) {
    for (BootPlan.Piece p : pieces) {
      fits(p, map);
      for (BootPlan.Piece other : pieces) {
        if (p != other && p.address() < other.end() && other.address() < p.end()) {
          throw new LoadException(
              String.format(
                  Locale.ROOT,
                  "%s at %Xh overlaps %s, which ends at %Xh",
                  p.name(),
                  p.address(),
                  other.name(),
                  other.end()),
              "give them physical addresses of their own in the linker script");
        }
      }
    }
    return this;
  }

  private static void fits(BootPlan.Piece p, BootMemory map) {
    boolean low = p.address() >= BootMemory.FIRMWARE_DATA && p.end() <= BootMemory.LOW_END;
    boolean high = p.address() >= BootMemory.HIGH && p.end() <= map.size();
    if (p.size() < 0 || p.address() < 0 || p.end() < p.address() || !low && !high) {
      boolean tooHigh = p.address() < 0 || p.end() < 0 || p.end() > map.size();
      throw new LoadException(
          String.format(
              Locale.ROOT,
              "%s needs %d bytes at %Xh, where there is no free RAM",
              p.name(),
              p.size(),
              p.address()),
          tooHigh
              ? "give the machine more memory, or link the image to a lower physical address"
              : "link the image to 1 MByte or above");
    }
  }

  /** The modules, each on a page of its own behind the image. */
  List<BootPlan.Piece> modules(BootRequest request) {
    long next = BootMemory.HIGH;
    for (BootPlan.Piece p : pieces) {
      next = Math.max(next, p.end());
    }
    List<BootPlan.Piece> modules = new ArrayList<>();
    for (BootRequest.Module m : request.modules()) {
      next = (next + PAGE - 1) & -PAGE;
      BootPlan.Piece piece = BootPlan.Piece.of("module " + m.name(), next, m.content());
      fits(piece, request.map());
      modules.add(piece);
      next = piece.end();
    }
    return modules;
  }

  /** All that has to be in memory. */
  List<BootPlan.Piece> with(List<BootPlan.Piece> modules, BootPlan.Piece information) {
    List<BootPlan.Piece> all = new ArrayList<>(pieces);
    all.addAll(modules);
    all.add(information);
    return List.copyOf(all);
  }
}
