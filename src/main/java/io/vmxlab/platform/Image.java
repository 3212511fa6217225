package io.vmxlab.platform;

import io.vmxlab.arch.CodeMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * A program laid out in memory.
 *
 * @param mode that its code is for
 * @param pieces in ascending order of addresses, without overlaps
 * @param entry address where it begins; empty for one that has only functions to call
 * @param constructors addresses of the functions that run before one of its functions is called, in
 *     their order
 */
public record Image(
    CodeMode mode,
    List<Piece> pieces,
    OptionalLong entry,
    Symbols symbols,
    List<Long> constructors) {
  /** Functions that a program begins with if it says nothing else. */
  public static final List<String> USUAL_ENTRIES = List.of("_start", "main");

  /**
   * A stretch of memory. Bytes beyond {@code bytes} are zero.
   *
   * @param name of the section or segment, for messages
   * @param size in bytes, at least {@code bytes.length}
   */
  public record Piece(String name, long address, byte[] bytes, long size, boolean executable) {
    /** Address after the last byte. */
    public long end() {
      return address + size;
    }
  }

  /**
   * Where a program may lie.
   *
   * @param start first address
   * @param end address after the last
   */
  public record Room(long start, long end) {}

  /** A copy of the bytes at an address, as they are before the program runs. */
  public static Image flat(CodeMode mode, byte[] code, long address, Room room) {
    Piece piece = new Piece("code", address, code.clone(), code.length, true);
    return laidOut(mode, List.of(piece), OptionalLong.of(address), Symbols.NONE, room);
  }

  /** Sorts the pieces and refuses those that overlap or do not fit. */
  static Image laidOut(
      CodeMode mode, List<Piece> pieces, OptionalLong entry, Symbols symbols, Room room) {
    List<Piece> sorted = new ArrayList<>(pieces);
    sorted.removeIf(p -> p.size() == 0);
    sorted.sort((a, b) -> Long.compareUnsigned(a.address(), b.address()));
    Piece before = null;
    for (Piece p : sorted) {
      fits(p, room);
      if (before != null && p.address() < before.end()) {
        throw new LoadException(
            String.format(
                Locale.ROOT,
                "%s at %Xh overlaps %s, which ends at %Xh",
                p.name(),
                p.address(),
                before.name(),
                before.end()),
            "give them addresses of their own in the linker script");
      }
      before = p;
    }
    return new Image(mode, List.copyOf(sorted), entry, symbols, List.of());
  }

  /** The same with another beginning and other symbols. */
  public Image from(OptionalLong begin, Symbols names) {
    return new Image(mode, pieces, begin, names, constructors);
  }

  /** The same with functions to run first. */
  Image withConstructors(List<Long> functions) {
    return new Image(mode, pieces, entry, symbols, List.copyOf(functions));
  }

  /**
   * The same with further code behind it.
   *
   * @param name of the piece, and of the symbol that it gets
   */
  public Image with(String name, long address, byte[] code, Room room) {
    List<Piece> all = new ArrayList<>(pieces);
    all.add(new Piece(name, address, code, code.length, true));
    Symbol label = new Symbol(name, address, code.length, Symbol.Rank.FUNCTION);
    Symbols more = symbols.and(new Symbols(List.of(label)));
    return laidOut(mode, all, entry, more, room).withConstructors(constructors);
  }

  private static void fits(Piece p, Room room) {
    boolean inside =
        p.size() >= 0
            && p.address() >= room.start()
            && p.address() <= room.end()
            && p.size() <= room.end() - p.address();
    if (!inside) {
      throw new LoadException(
          String.format(
              Locale.ROOT,
              "%s needs %d bytes at %Xh, but programs lie between %Xh and %Xh",
              p.name(),
              p.size(),
              p.address(),
              room.start(),
              room.end()),
          p.address() < room.start()
              ? "link it to a higher address: the memory below is the machine's own"
              : "give the machine more memory, or link the program to a lower address");
    }
  }

  /** Address after the last byte of the last piece; 0 for an empty image. */
  public long end() {
    return pieces.isEmpty() ? 0 : pieces.get(pieces.size() - 1).end();
  }
}
