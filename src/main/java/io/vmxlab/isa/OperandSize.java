package io.vmxlab.isa;

/** The operand size that a row is for. */
final class OperandSize {
  /** The row holds for 32 and 64 bits: its 32-bit immediate is sign-extended. */
  static final int NOT_16 = -1;

  private OperandSize() {}

  /** 16, 32 or 64; {@link #NOT_16}; 0 if the row holds for every operand size. */
  static int of(Form form) {
    if (form.has(FormAttribute.O16)) {
      return 16;
    }
    if (form.has(FormAttribute.O32)) {
      return 32;
    }
    if (form.has(FormAttribute.O64)) {
      return 64;
    }
    if (form.operands().size() == 1 && form.has(FormAttribute.DEFAULT64)) {
      Operand only = form.operands().get(0);
      if (only.kind() == Operand.Kind.IMMEDIATE && only.width() > 8) {
        return only.width() == 16 ? 16 : NOT_16;
      }
    }
    int size = 0;
    for (Operand operand : form.operands()) {
      switch (operand.kind()) {
        case CONTROL_REGISTER:
        case DEBUG_REGISTER:
          return 0;
        case REGISTER:
        case REGISTER_OR_MEMORY:
        case FAR_POINTER:
        case FAR_MEMORY:
          size = size == 0 ? operand.width() : size;
          break;
        case RELATIVE:
          size = size == 0 ? operand.width() : size;
          break;
        case FIXED:
          boolean sizeless = operand.text().equals("DX") || operand.text().endsWith("S");
          size = size == 0 && !sizeless ? operand.width() : size;
          break;
        default:
          break;
      }
    }
    return size == 8 ? 0 : size;
  }
}
