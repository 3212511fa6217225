package io.vmxlab.isa;

/**
 * A number that an operand to encode has.
 *
 * @param relocatable it is an address rather than a number, so that its size must not depend on
 *     where the program stands
 * @param known false while a symbol in it has not been met
 * @param variable it is an address of data rather than of code
 * @param part of the program that the address is in, 0 where that is not known: parts move against
 *     each other, so that distances between them are addresses too
 */
public record WrittenValue(
    long number, boolean relocatable, boolean known, boolean variable, int part) {
  public WrittenValue(long number, boolean relocatable, boolean known) {
    this(number, relocatable, known, false, 0);
  }

  /** An address in a part of the program. */
  public static WrittenValue address(long number, int part) {
    return new WrittenValue(number, true, true, false, part);
  }

  public WrittenValue variable(boolean is) {
    return new WrittenValue(number, relocatable, known, is && relocatable, part);
  }

  /** It may be the address of something in a part of the program, as far as is known. */
  public boolean isWithin(int which) {
    return part == 0 || which == 0 || part == which;
  }

  public WrittenValue plus(WrittenValue other) {
    boolean address = relocatable || other.relocatable;
    boolean data = address && (variable || other.variable);
    int where = relocatable ? part : other.part;
    return new WrittenValue(number + other.number, address, known && other.known, data, where);
  }

  public WrittenValue minus(WrittenValue other) {
    boolean distance = relocatable && other.relocatable && isWithin(other.part);
    boolean address = (relocatable || other.relocatable) && !distance;
    boolean data = address && variable;
    return new WrittenValue(number - other.number, address, known && other.known, data, part);
  }

  /** The same so many times; several addresses are none. */
  public WrittenValue times(long factor) {
    return factor == 1 ? this : new WrittenValue(number * factor, false, known);
  }

  public static WrittenValue of(long number) {
    return new WrittenValue(number, false, true);
  }

  /** Written out: the generated one takes milliseconds to link. */
  @Override
  public boolean equals(Object other) {
    return other instanceof WrittenValue v
        && number == v.number
        && relocatable == v.relocatable
        && known == v.known;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(number);
  }
}
