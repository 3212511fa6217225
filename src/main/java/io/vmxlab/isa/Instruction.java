package io.vmxlab.isa;

import io.vmxlab.arch.CodeMode;

/**
 * A decoded instruction. Immutable after decoding. Register numbers are 0-15 in the encoding's
 * order (RAX RCX RDX RBX RSP RBP RSI RDI R8-R15).
 */
public final class Instruction {
  /** {@link #base} or {@link #index} when there is none: the register file's slot that is zero. */
  public static final int NO_REGISTER = 16;

  public final Form form;
  public final CodeMode mode;

  /** The instruction's bytes; their number is its length, 1 to 15. */
  public final byte[] bytes;

  /** 8, 16, 32 or 64: size of the operation after prefixes and defaults. */
  public final int operandSize;

  /** 16, 32 or 64. */
  public final int addressSize;

  /** LOCK prefix present (and legal). */
  public final boolean lock;

  /** F2H or F3H if present as a repeat prefix, else 0. */
  public final int repeat;

  /** A REX prefix is present: SPL, BPL, SIL, DIL instead of AH, CH, DH, BH. */
  public final boolean rex;

  /** ModRM.mod, or -1 without ModRM. */
  public final int mod;

  /** ModRM.reg with REX.R, or VEX likewise. */
  public final int reg;

  /** ModRM.rm or the opcode's low bits, with REX.B. */
  public final int rm;

  /** VEX.vvvv as a register number. */
  public final int vvvv;

  /** Base register of the memory operand, or {@link #NO_REGISTER}. */
  public final int base;

  /** Index register of the memory operand, or {@link #NO_REGISTER}. */
  public final int index;

  /** Log2 of the scale: 0 to 3. */
  public final int scale;

  /** Displacement, sign-extended. Relative to the next instruction if {@link #ripRelative}. */
  public final long displacement;

  public final boolean ripRelative;

  /** Segment of the memory operand after overrides and defaults: 0-5 = ES CS SS DS FS GS. */
  public final int segment;

  /** A segment-override prefix that counts is present. */
  public final boolean segmentOverride;

  /**
   * First immediate or branch displacement, sign-extended from its own size; a moffs or the offset
   * of a far pointer is zero-extended.
   */
  public final long immediate;

  /** Second immediate (ENTER, far pointer selector), zero-extended. */
  public final long secondImmediate;

  Instruction(InstructionDraft d) {
    form = d.form;
    mode = d.mode;
    bytes = d.bytes;
    operandSize = d.operandSize;
    addressSize = d.addressSize;
    lock = d.lock;
    repeat = d.repeat;
    rex = d.rex;
    mod = d.mod;
    reg = d.reg;
    rm = d.rm;
    vvvv = d.vvvv;
    base = d.base;
    index = d.index;
    scale = d.scale;
    displacement = d.displacement;
    ripRelative = d.ripRelative;
    segment = d.segment;
    segmentOverride = d.segmentOverride;
    immediate = d.immediate;
    secondImmediate = d.secondImmediate;
  }

  /** In bytes. */
  public int length() {
    return bytes.length;
  }

  /** The ModRM operand is memory. */
  public boolean memory() {
    return mod >= 0 && mod != 3 && !form.has(FormAttribute.RM_IS_REGISTER);
  }

  /**
   * Number of the register that an operand names.
   *
   * @param i position in the syntax, from 0
   */
  public int register(int i) {
    Operand operand = form.operands().get(i);
    switch (operand.place()) {
      case MODRM_REG:
        return reg;
      case MODRM_RM:
      case OPCODE_LOW_BITS:
        return rm;
      case VEX_VVVV:
        return vvvv;
      default:
        return operand.register();
    }
  }

  /** An 8-bit operand with that register number is AH, CH, DH or BH. */
  public boolean highByte(int register) {
    return !rex && register >= 4 && register < 8;
  }
}
