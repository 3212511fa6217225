package io.vmxlab.isa;

import io.vmxlab.arch.CodeMode;

/** Puts written operands where a row encodes them, as far as they fit the row. */
final class OperandPlaces {
  private final CodeMode mode;

  /** Address size asked for by a prefix word, or 0. */
  private final int addressPrefix;

  int reg;
  int rm;
  int vvvv;

  /** Number of the register in the upper half of an immediate. */
  int immediateRegister;

  /** The operand that ModRM addresses, or null. */
  WrittenOperand memory;

  /** A REX prefix is needed (1), impossible (-1), both (2) or neither (0). */
  int rexDemand;

  OperandPlaces(CodeMode mode, int addressPrefix) {
    this.mode = mode;
    this.addressPrefix = addressPrefix;
  }

  /** Puts an operand's register number where the row wants it; false if it does not fit. */
  boolean put(Form form, Operand want, WrittenOperand have) {
    switch (want.kind()) {
      case REGISTER_OR_MEMORY:
        if (have.kind == WrittenOperand.Kind.MEMORY) {
          memory = have;
          return !have.far && (have.size == 0 || have.size == want.memoryWidth());
        }
        return general(want, have);
      case REGISTER:
        return general(want, have);
      case MEMORY:
        memory = have;
        return have.kind == WrittenOperand.Kind.MEMORY
            && (have.size == 0 || want.width() == 0 || have.size == want.width());
      case FAR_MEMORY:
        memory = have;
        return have.kind == WrittenOperand.Kind.MEMORY
            && (have.far || form.operands().size() > 1)
            && (have.size == 0 || have.size == want.width());
      case MOFFS:
        return have.kind == WrittenOperand.Kind.MEMORY && offset(want, have);
      case FIXED:
        return fixed(want, have);
      case SEGMENT_REGISTER:
        reg = have.register == null ? 0 : have.register.number();
        return special(have, RegisterName.Kind.SEGMENT);
      case CONTROL_REGISTER:
        reg = have.register == null ? 0 : have.register.number();
        return special(have, RegisterName.Kind.CONTROL);
      case DEBUG_REGISTER:
        reg = have.register == null ? 0 : have.register.number();
        return special(have, RegisterName.Kind.DEBUG);
      case FAR_POINTER:
        return have.kind == WrittenOperand.Kind.FAR
            && (have.size == 0 || have.size == want.width());
      case OTHER:
        return other(want, have);
      default:
        return have.kind == WrittenOperand.Kind.VALUE;
    }
  }

  /** A register of a file that is not modelled, or memory in its place. */
  private boolean other(Operand want, WrittenOperand have) {
    String text = want.text();
    if (have.kind == WrittenOperand.Kind.MEMORY) {
      memory = have;
      boolean vector = have.index != null && have.index.kind().vector();
      return want.memoryWidth() > 0
          && vector == text.startsWith("vm")
          && (!vector || text.endsWith(have.index.kind() == RegisterName.Kind.YMM ? "y" : "x"))
          && (have.size == 0 || have.size == want.memoryWidth());
    }
    if (have.kind != WrittenOperand.Kind.REGISTER || have.register.kind() != file(text)) {
      return false;
    }
    int n = have.register.number();
    if (n > 7 && mode != CodeMode.BITS64) {
      return false;
    }
    switch (want.place()) {
      case MODRM_REG:
        reg = n;
        return true;
      case MODRM_RM:
        rm = n;
        return true;
      case VEX_VVVV:
        vvvv = n;
        return true;
      case IMMEDIATE:
        immediateRegister = n;
        return true;
      default:
        return n == 0; // ST(0), <XMM0>
    }
  }

  private static RegisterName.Kind file(String text) {
    switch (text.charAt(0)) {
      case 'S':
        return RegisterName.Kind.X87;
      case 'm':
        return RegisterName.Kind.MMX;
      case 'y':
        return RegisterName.Kind.YMM;
      case 'k':
        return RegisterName.Kind.MASK;
      case 't':
        return RegisterName.Kind.TILE;
      default:
        return RegisterName.Kind.XMM;
    }
  }

  private static boolean special(WrittenOperand have, RegisterName.Kind kind) {
    return have.kind == WrittenOperand.Kind.REGISTER && have.register.kind() == kind;
  }

  private boolean offset(Operand want, WrittenOperand have) {
    boolean fits = have.size == 0 || have.size == want.width();
    boolean asked = mode != CodeMode.BITS64 || have.addressSize == 64 || addressPrefix == 32;
    memory = null;
    int size = AddressWriter.size(have, mode, addressPrefix);
    asked &= size == 64 || AddressWriter.reachable(have, size);
    return fits && asked && have.registerSize() == 0 && !have.relative;
  }

  private static boolean fixed(Operand want, WrittenOperand have) {
    if (Character.isDigit(want.text().charAt(0))) {
      return have.kind == WrittenOperand.Kind.VALUE
          && have.value.known()
          && !have.value.relocatable()
          && have.value.number() == want.register()
          && !have.strict;
    }
    return have.kind == WrittenOperand.Kind.REGISTER
        && have.register.equals(RegisterName.of(want.text()));
  }

  private boolean general(Operand want, WrittenOperand have) {
    if (!have.isGeneral(want.width())) {
      return false;
    }
    RegisterName r = have.register;
    if (mode != CodeMode.BITS64 && (r.number() > 7 || r.width() == 64)) {
      return false;
    }
    if (r.width() == 8 && r.number() >= 4 && r.number() < 8) {
      if (!r.high() && mode != CodeMode.BITS64) {
        return false;
      }
      rexDemand = demand(r.high() ? -1 : 1);
    }
    switch (want.place()) {
      case MODRM_REG:
        reg = r.number();
        break;
      case VEX_VVVV:
        vvvv = r.number();
        break;
      default:
        rm = r.number();
        break;
    }
    return true;
  }

  private int demand(int now) {
    return rexDemand == 0 || rexDemand == now ? now : 2;
  }
}
