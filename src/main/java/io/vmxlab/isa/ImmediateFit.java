package io.vmxlab.isa;

/** Which immediates and distances fit which fields. */
final class ImmediateFit {
  private ImmediateFit() {}

  /**
   * The value can be written in so many bytes without changing its meaning. An address never takes
   * less than the full field, so that moving the program does not change its code.
   *
   * @param size operand size, to which some rows extend the field
   */
  static boolean fits(Form form, Operand want, WrittenOperand have, int bytes, int size) {
    int bits = 8 * bytes;
    boolean extended = bits < size && form.extendsImmediate();
    if (have.size == 8 && bits != 8 || have.strict && have.size != 0 && have.size != want.width()) {
      return false;
    }
    if (have.strict && have.size == 0 && bits == 8 && extended) {
      return false; // the field of the operand size
    }
    if (!have.value.known()) {
      return true; // as short as it may be: later passes lengthen it
    }
    if (have.value.relocatable()) {
      return !(extended && bytes == 1);
    }
    long v = have.value.number();
    if (bytes == 8) {
      return true;
    }
    long half = 1L << (bits - 1);
    if (v >= -half && v < half) {
      return true;
    }
    if (!extended) {
      return v >= 0 && v < 2 * half;
    }
    long wrapped = size == 64 ? v : v << (64 - size) >> (64 - size);
    return wrapped >= -half && wrapped < half && (size == 64 || v >= 0 && v < 1L << size);
  }

  /** A branch over that distance can be written in so many bytes. */
  static boolean reaches(WrittenOperand have, long distance, int bytes) {
    if (bytes == 1) {
      boolean near = distance >= -128 && distance <= 127;
      boolean near32 = have.near || (have.size != 0 || have.strict) && !have.shortJump;
      return !near32 && (near || !have.value.known());
    }
    if (have.shortJump) {
      return false;
    }
    return !have.value.known() || distance == (int) distance;
  }
}
