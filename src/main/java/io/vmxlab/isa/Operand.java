package io.vmxlab.isa;

/**
 * One operand of a row, as its syntax shows it.
 *
 * @param text as written, such as {@code r/m32}, {@code imm8}, {@code CL}
 * @param width of the value in bits; 0 where it has none (the memory operand of LEA or INVLPG); of
 *     a far pointer the width of its offset
 * @param memoryWidth width if the operand is memory; differs from width for {@code r32/m16}
 * @param register for {@link Kind#FIXED}: register number, or the constant for {@code 1}
 */
public record Operand(
    String text, Kind kind, Place place, int width, int memoryWidth, int register) {
  /** What the operand is. */
  public enum Kind {
    /** A general-purpose register. */
    REGISTER,
    /** A general-purpose register or memory. */
    REGISTER_OR_MEMORY,
    /** Memory addressed by ModRM. */
    MEMORY,
    /** Memory at an absolute offset in the instruction (MOV moffs). */
    MOFFS,
    /** Memory at DS:rSI or ES:rDI or DS:rBX+AL, not encoded. */
    STRING,
    IMMEDIATE,
    /** A branch displacement. */
    RELATIVE,
    /** ptr16:16 or ptr16:32. */
    FAR_POINTER,
    /** m16:16, m16:32 or m16:64. */
    FAR_MEMORY,
    SEGMENT_REGISTER,
    CONTROL_REGISTER,
    DEBUG_REGISTER,
    /** A register that the opcode implies: AL, CL, DX, ES; or the constant 1. */
    FIXED,
    /** x87, MMX, SSE, AVX, tile and mask registers, or memory in their place. */
    OTHER
  }

  /** Where the operand stands in the encoding. */
  public enum Place {
    MODRM_RM,
    MODRM_REG,
    OPCODE_LOW_BITS,
    VEX_VVVV,
    IMMEDIATE,
    SECOND_IMMEDIATE,
    IMPLIED
  }

  Operand at(Place where) {
    return new Operand(text, kind, where, width, memoryWidth, register);
  }

  /** The operand may be memory addressed by ModRM. */
  public boolean addressable() {
    switch (kind) {
      case REGISTER_OR_MEMORY:
      case MEMORY:
      case FAR_MEMORY:
        return true;
      case OTHER:
        return memoryWidth > 0;
      default:
        return false;
    }
  }

  /** The operand may be a register that ModRM, the opcode or VEX names, whatever its file. */
  public boolean namesRegister() {
    switch (kind) {
      case REGISTER:
      case REGISTER_OR_MEMORY:
      case SEGMENT_REGISTER:
      case CONTROL_REGISTER:
      case DEBUG_REGISTER:
        return true;
      case OTHER:
        return !text.startsWith("vm");
      default:
        return false;
    }
  }
}
