package io.vmxlab.isa;

/**
 * A number that an operand to encode has.
 *
 * @param relocatable it is an address rather than a number, so that its size must not depend on
 *     where the program stands
 * @param known false while a symbol in it has not been met
 * @param variable it is an address of data rather than of code
 */
public record WrittenValue(long number, boolean relocatable, boolean known, boolean variable) {
  public WrittenValue(long number, boolean relocatable, boolean known) {
    this(number, relocatable, known, false);
  }

  public WrittenValue variable(boolean is) {
    return new WrittenValue(number, relocatable, known, is && relocatable);
  }

  public WrittenValue plus(WrittenValue other) {
    boolean address = relocatable || other.relocatable;
    return new WrittenValue(number + other.number, address, known && other.known)
        .variable(variable || other.variable);
  }

  public WrittenValue minus(WrittenValue other) {
    boolean address = relocatable && !other.relocatable;
    return new WrittenValue(number - other.number, address, known && other.known)
        .variable(variable);
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
