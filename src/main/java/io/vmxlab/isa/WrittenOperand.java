package io.vmxlab.isa;

/** An operand to encode: what a row's operand may be made of, before a row is chosen. */
public class WrittenOperand {
  /** What an operand is. */
  public enum Kind {
    REGISTER,
    MEMORY,
    VALUE,
    FAR
  }

  public final Kind kind;

  /** From a size keyword or the register, in bits; 0 if none. */
  public int size;

  public RegisterName register;

  /** Immediate, branch target, displacement, or offset of a far pointer. */
  public WrittenValue value = WrittenValue.of(0);

  /** Selector of a far pointer. */
  public WrittenValue selector;

  public RegisterName base;
  public RegisterName index;
  public int scale = 1;

  /** Segment override, or -1. */
  public int segment = -1;

  /** Addressed by the distance from the next instruction. */
  public boolean relative;

  /** The field takes exactly {@link #size}; without one, that of the operand size. */
  public boolean strict;

  /** The size of a branch's distance that is asked for. */
  public boolean shortJump;

  public boolean near;
  public boolean far;

  /** A scaled register stays the index. */
  public boolean noSplit;

  /** The value is the distance from the next instruction itself, not a target. */
  public boolean distance;

  /** An address of which the field holds the lower bits only is written so, as nasm does. */
  public boolean cut;

  /** Address size asked for, in bits, or 0. */
  public int addressSize;

  public WrittenOperand(Kind kind) {
    this.kind = kind;
  }

  /** A general register of so many bits. */
  public final boolean isGeneral(int width) {
    return kind == Kind.REGISTER
        && register.kind() == RegisterName.Kind.GENERAL
        && register.width() == width;
  }

  /** Width of base and index in bits, or 0 without either. */
  public final int registerSize() {
    boolean general = index != null && !index.kind().vector();
    return base != null ? base.width() : general ? index.width() : 0;
  }
}
