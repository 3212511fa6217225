package io.vmxlab.platform;

import io.vmxlab.platform.RelocationKind.Formula;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntToLongFunction;

/** Computes the places that refer to symbols, and the global offset table. */
final class ObjectRelocator {
  /** Whether a relocation is worth an error: what cannot be reached may stay as it is. */
  interface Concern {
    boolean matters(Elf.Section section, Elf.Relocation relocation);
  }

  private static final int TABLE_ALIGNMENT = 16;

  private final ObjectSections object;
  private final Concern concern;
  private final Map<Integer, Integer> slots = new LinkedHashMap<>();
  private long tableAddress;

  ObjectRelocator(ObjectSections object, Concern concern) {
    this.object = object;
    this.concern = concern;
  }

  /** Makes room for the global offset table. */
  void placeTable() {
    for (ObjectSections.Table table : object.tables) {
      for (Elf.Relocation r : table.relocations()) {
        RelocationKind kind = kind(r, table.target());
        if (kind != null && kind.formula.needsSlot()) {
          slots.putIfAbsent(r.symbol(), slots.size());
        }
      }
    }
    tableAddress = object.take((long) slots.size() * slotSize(), TABLE_ALIGNMENT);
  }

  /** Of the global offset table. */
  long tableAddress() {
    return tableAddress;
  }

  private int slotSize() {
    return object.elf.wide ? Long.BYTES : Integer.BYTES;
  }

  /**
   * Fills in all places, and returns the global offset table.
   *
   * @param address of a symbol by its number
   */
  Image.Piece relocate(IntToLongFunction address) {
    for (ObjectSections.Table table : object.tables) {
      for (Elf.Relocation r : table.relocations()) {
        RelocationKind kind = kind(r, table.target());
        if (kind != null && kind.formula != Formula.NOTHING) {
          apply(r, kind, table.target(), address);
        }
      }
    }
    ByteBuffer table =
        ByteBuffer.allocate(slots.size() * slotSize()).order(ByteOrder.LITTLE_ENDIAN);
    for (int symbol : slots.keySet()) {
      if (object.elf.wide) {
        table.putLong(address.applyAsLong(symbol));
      } else {
        table.putInt((int) address.applyAsLong(symbol));
      }
    }
    return new Image.Piece("GOT", tableAddress, table.array(), table.capacity(), false);
  }

  /** Null for a kind that is not supported, in a place that cannot be reached. */
  private RelocationKind kind(Elf.Relocation r, Elf.Section section) {
    RelocationKind kind = RelocationKind.of(r.type(), object.elf.wide).orElse(null);
    if (kind == null && concern.matters(section, r)) {
      boolean threadLocal = object.elf.wide && (r.type() >= 16 && r.type() <= 23 || r.type() == 34);
      throw new LoadException(
          String.format(
              Locale.ROOT,
              "relocation type %d at %Xh of %s is not supported%s",
              r.type(),
              r.offset(),
              section.name(),
              threadLocal ? " (thread-local variables)" : ""),
          "give an object straight from gcc -c or clang -c, without thread-local variables");
    }
    return kind;
  }

  private void apply(
      Elf.Relocation r, RelocationKind kind, Elf.Section section, IntToLongFunction address) {
    object.checkPlace(r, kind, section);
    ByteBuffer bytes = object.contents.get(section.index());
    int at = (int) r.offset();
    long place = object.address(section.index()) + at;
    long value =
        value(kind.formula, r.symbol(), place, bytes, at, address)
            + object.addend(r, kind, section);
    if (!kind.holds(value) && concern.matters(section, r)) {
      throw new LoadException(
          String.format(
              Locale.ROOT,
              "%s at %s+%Xh against %s does not fit: %Xh",
              kind,
              section.name(),
              at,
              describe(r.symbol()),
              value),
          "compile with -mcmodel=large, or use less memory");
    }
    for (int i = 0; i < kind.size; i++) {
      bytes.put(at + i, (byte) (value >>> Byte.SIZE * i));
    }
  }

  private String describe(int symbol) {
    Elf.Entry e = object.entry(symbol);
    return e.name().isEmpty() ? "symbol " + symbol : CppName.shown(e.name());
  }

  private long value(
      Formula formula,
      int symbol,
      long place,
      ByteBuffer bytes,
      int at,
      IntToLongFunction address) {
    switch (formula) {
      case ABSOLUTE:
        return address.applyAsLong(symbol);
      case RELATIVE:
        return address.applyAsLong(symbol) - place;
      case SLOT_OFFSET:
        return slot(symbol);
      case SLOT_RELATIVE:
        return tableAddress + slot(symbol) - place;
      case SLOT_386:
        return slot(symbol) + (withoutBase(bytes, at) ? tableAddress : 0);
      case TABLE_RELATIVE:
        return tableAddress - place;
      case FROM_TABLE:
        return address.applyAsLong(symbol) - tableAddress;
      case SIZE:
        return object.entry(symbol).size();
      default:
        throw new IllegalStateException(formula.toString());
    }
  }

  private long slot(int symbol) {
    return (long) slots.get(symbol) * slotSize();
  }

  /** ModRM before the displacement has mod=00 and rm=101: no base register. */
  private static boolean withoutBase(ByteBuffer bytes, int at) {
    return at > 0 && (bytes.get(at - 1) & 0xC7) == 5;
  }
}
