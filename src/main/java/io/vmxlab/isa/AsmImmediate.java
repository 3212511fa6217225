package io.vmxlab.isa;

import io.vmxlab.arch.CodeMode;

/** Which immediates and distances fit which fields. */
final class AsmImmediate {
  private AsmImmediate() {}

  /**
   * The value can be written in so many bytes without changing its meaning. An address never takes
   * less than the full field, so that moving the program does not change its code.
   *
   * @param size operand size of the row, to which the field is extended
   */
  static boolean fits(Form form, Operand want, AsmOperand have, int bytes, int size) {
    Operand first = form.operands().get(0);
    boolean alone = first.kind() == Operand.Kind.IMMEDIATE;
    boolean pushed = alone && form.mnemonic().equals("PUSH"); // others take it as it is: INT 80H
    int wide = pushed ? size : alone ? 0 : first.width();
    int target = Math.max(wide, want.width());
    if (have.size != 0
        && (alone || have.strict)
        && have.size != want.width()
        && !(alone && have.size == target && want.width() >= 32)) {
      return false;
    }
    boolean extended = bytes * 8 < target;
    if (!have.value.known() || have.value.relocatable()) {
      return !(extended && bytes == 1);
    }
    long v = have.value.number();
    if (bytes == 8) {
      return true;
    }
    long limit = 1L << (8 * bytes - 1);
    boolean signed = v >= -limit && v < limit;
    if (!extended) {
      return signed || (v >= 0 && v < 2 * limit);
    }
    long wrapped = target == 64 ? v : v << (64 - target) >> (64 - target);
    boolean inTarget = target == 64 || (v >= -(1L << (target - 1)) && v < (1L << target));
    return signed || (inTarget && wrapped >= -limit && wrapped < limit);
  }

  /** A branch over that distance can be written in so many bytes. */
  static boolean reaches(AsmOperand have, long distance, int bytes, CodeMode mode) {
    if (bytes == 1) {
      boolean near = distance >= -128 && distance <= 127;
      return !have.near && (near || have.shortJump && !have.value.known());
    }
    if (have.shortJump) {
      return false;
    }
    if (mode != CodeMode.BITS64) {
      return true;
    }
    return !have.value.known() || distance == (int) distance;
  }
}
