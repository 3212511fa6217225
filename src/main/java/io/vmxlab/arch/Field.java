package io.vmxlab.arch;

/**
 * A named group of bits in a register.
 *
 * @param name the manual's name, such as {@code VMXE}
 * @param low number of the lowest bit
 * @param width in bits, 1 to 64
 * @param meaning one line of prose
 */
public record Field(String name, int low, int width, String meaning) {
  /** The field's bits in their place. */
  public long mask() {
    return (width == 64 ? -1L : (1L << width) - 1) << low;
  }

  /** The field's value, right-aligned. */
  public long get(long register) {
    return (register & mask()) >>> low;
  }

  /**
   * {@code register} with the field replaced. Bits of {@code value} beyond the width are dropped.
   */
  public long set(long register, long value) {
    return (register & ~mask()) | ((value << low) & mask());
  }

  /** {@code 13} or {@code 14:8}. */
  public String bits() {
    return width == 1 ? Integer.toString(low) : (low + width - 1) + ":" + low;
  }
}
