package io.vmxlab.arch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Names and places of the fields of one register. Immutable; fields ascend by bit. */
public final class Layout {
  private final String name;
  private final int width;
  private final List<Field> fields;

  private Layout(String name, int width, List<Field> fields) {
    this.name = name;
    this.width = width;
    this.fields = Collections.unmodifiableList(fields);
  }

  /** A register without named fields. */
  public static Layout plain(String name, int width) {
    return new Layout(name, width, List.of());
  }

  /**
   * Starts a layout.
   *
   * @param width of the register in bits: 8, 16, 32 or 64
   */
  public static Builder of(String name, int width) {
    return new Builder(name, width);
  }

  public String name() {
    return name;
  }

  /** Width of the register in bits. */
  public int width() {
    return width;
  }

  public List<Field> fields() {
    return fields;
  }

  /** The field with that name, case-insensitively. */
  public Optional<Field> field(String fieldName) {
    return fields.stream().filter(f -> f.name().equalsIgnoreCase(fieldName)).findFirst();
  }

  /** All bits that some field names. */
  public long namedBits() {
    long bits = 0;
    for (Field f : fields) {
      bits |= f.mask();
    }
    return bits;
  }

  /** Collects the fields of a layout. */
  public static final class Builder {
    private final String name;
    private final int width;
    private final List<Field> fields = new ArrayList<>();

    private Builder(String name, int width) {
      this.name = name;
      this.width = width;
    }

    /** Adds a one-bit field given by its mask, so that masks stay the only place of a position. */
    public Builder bit(long mask, String fieldName, String meaning) {
      if (Long.bitCount(mask) != 1) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "%s.%s: %X is not one bit", name, fieldName, mask));
      }
      return field(Long.numberOfTrailingZeros(mask), 1, fieldName, meaning);
    }

    public Builder field(int low, int fieldWidth, String fieldName, String meaning) {
      fields.add(new Field(fieldName, low, fieldWidth, meaning));
      return this;
    }

    /** Adds all fields of another register, for a register that says something of each. */
    public Builder fieldsOf(Layout other) {
      fields.addAll(other.fields);
      return this;
    }

    /** Fields that overlap or leave the register are a defect of the table. */
    public Layout build() {
      fields.sort((a, b) -> Integer.compare(a.low(), b.low()));
      int next = 0;
      for (Field f : fields) {
        if (f.low() < next || f.low() + f.width() > width) {
          throw new IllegalArgumentException(
              name + "." + f.name() + " overlaps or is out of range");
        }
        next = f.low() + f.width();
      }
      return new Layout(name, width, fields);
    }
  }
}
