package io.vmxlab.explain;

import io.vmxlab.arch.Field;
import io.vmxlab.arch.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A register's value, field by field, from the lowest bit up. Bits that no field names appear as
 * {@code reserved} where they are set or where something demands a value of them.
 *
 * @param name of the register
 * @param width in bits
 */
public record BitView(String name, int width, long value, List<Row> rows) {

  /** Whether a field is as it has to be. */
  public enum Mark {
    /** Nothing is demanded of it. */
    FREE,
    /** It is as demanded. */
    MET,
    /** It has to be changed. */
    VIOLATED
  }

  /**
   * One field, or neighbouring bits of a field of which only some are demanded.
   *
   * @param bits {@code 13} or {@code 14:8}
   * @param observed right-aligned
   * @param required right-aligned; empty if nothing is demanded
   */
  public record Row(
      String bits,
      int low,
      int width,
      String name,
      long observed,
      Optional<Long> required,
      String meaning,
      Mark mark) {}

  /** A value of which nothing is demanded. */
  public static BitView of(Layout layout, long value) {
    return of(layout, value, 0, 0);
  }

  /**
   * A value with demands on it.
   *
   * @param ones bits that have to be 1
   * @param zeros bits that have to be 0
   */
  public static BitView of(Layout layout, long value, long ones, long zeros) {
    List<Row> rows = new ArrayList<>();
    for (Field f : layout.fields()) {
      long demanded = (ones | zeros) & f.mask();
      if (demanded == 0 || demanded == f.mask()) {
        rows.add(row(f, value, ones, zeros));
      } else {
        someBits(f, value, ones, zeros, rows);
      }
    }
    long unnamed = ~layout.namedBits() & mask(layout.width()) & (value | ones);
    runs(unnamed, value, ones, zeros)
        .forEach(run -> rows.add(row(reserved(run), value, ones, zeros)));
    rows.sort((a, b) -> Integer.compare(a.low(), b.low()));
    return new BitView(layout.name(), layout.width(), value, List.copyOf(rows));
  }

  /**
   * The value of one field.
   *
   * @param name with that of its register
   */
  public static BitView field(String name, Field field, long value) {
    Row row = row(field, field.set(0, value), 0, 0);
    return new BitView(name, field.width(), value, List.of(row));
  }

  /** Only the rows of which something is demanded. */
  public BitView demanded() {
    return keep(r -> r.mark != Mark.FREE);
  }

  /** Only the rows that have to be changed. */
  public BitView violated() {
    return keep(r -> r.mark == Mark.VIOLATED);
  }

  /** Without the rows that are 0, as they have to be. */
  public BitView telling() {
    return keep(r -> r.observed != 0 || r.mark != Mark.MET);
  }

  /** Only the rows that are not 0 or of which something is demanded. */
  public BitView set() {
    return keep(r -> r.observed != 0 || r.mark != Mark.FREE);
  }

  /** The rows that are not 0, a single bit by its name, others with their value; may be empty. */
  String words() {
    return set().rows.stream()
        .map(r -> r.width == 1 ? r.name : r.name + " " + Hex.literal(r.observed))
        .collect(Collectors.joining(", "));
  }

  private BitView keep(Predicate<Row> wanted) {
    List<Row> kept = new ArrayList<>();
    for (Row r : rows) {
      if (wanted.test(r)) {
        kept.add(r);
      }
    }
    return new BitView(name, width, value, List.copyOf(kept));
  }

  /** The field as a whole, and then the bits of it of which something is demanded. */
  private static void someBits(Field f, long value, long ones, long zeros, List<Row> rows) {
    rows.add(row(f, value, 0, 0));
    for (Field run : runs((ones | zeros) & f.mask(), value, ones, zeros)) {
      String part = run.width() == 1 ? "" : run.low() + run.width() - 1 - f.low() + ":";
      String name = f.name() + "[" + part + (run.low() - f.low()) + "]";
      rows.add(row(new Field(name, run.low(), run.width(), f.meaning()), value, ones, zeros));
    }
  }

  private static Field reserved(Field run) {
    return new Field("reserved", run.low(), run.width(), "");
  }

  /** Neighbouring bits of the mask that have the same value and the same demand. */
  private static List<Field> runs(long bits, long value, long ones, long zeros) {
    List<Field> runs = new ArrayList<>();
    for (long rest = bits; rest != 0; ) {
      int low = Long.numberOfTrailingZeros(rest);
      int width = 1;
      while (low + width < Long.SIZE && alike(low, low + width, bits, value, ones, zeros)) {
        width++;
      }
      runs.add(new Field("", low, width, ""));
      rest &= ~(mask(width) << low);
    }
    return runs;
  }

  private static boolean alike(int first, int other, long... masks) {
    for (long m : masks) {
      if ((m >>> first & 1) != (m >>> other & 1)) {
        return false;
      }
    }
    return true;
  }

  private static Row row(Field f, long value, long ones, long zeros) {
    boolean demanded = ((ones | zeros) & f.mask()) != 0;
    long observed = f.get(value);
    Optional<Long> required = demanded ? Optional.of(f.get(ones)) : Optional.empty();
    Mark mark = !demanded ? Mark.FREE : required.get() == observed ? Mark.MET : Mark.VIOLATED;
    return new Row(f.bits(), f.low(), f.width(), f.name(), observed, required, f.meaning(), mark);
  }

  private static long mask(int width) {
    return width == 64 ? -1L : (1L << width) - 1;
  }
}
