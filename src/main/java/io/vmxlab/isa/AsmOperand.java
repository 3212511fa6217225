package io.vmxlab.isa;

/** An operand as written. */
final class AsmOperand {
  /** What was written. */
  enum Kind {
    REGISTER,
    MEMORY,
    VALUE,
    FAR
  }

  final Kind kind;
  final int column;

  /** From a size keyword or the register, in bits; 0 if none. */
  int size;

  RegisterName register;

  /** Immediate, branch target, displacement, or offset of a far pointer. */
  AsmExpression.Value value = AsmExpression.Value.of(0);

  /** Selector of a far pointer. */
  AsmExpression.Value selector;

  RegisterName base;
  RegisterName index;
  int scale = 1;

  /** Segment override, or -1. */
  int segment = -1;

  /** {@code rel} or the default of {@code default rel}. */
  boolean relative;

  /** {@code strict}, {@code short}, {@code near} or {@code far} before the operand. */
  boolean strict;

  boolean shortJump;
  boolean near;
  boolean far;

  /** {@code nosplit}: a scaled register stays the index. */
  boolean noSplit;

  /** {@code offset}: the address, in every dialect. */
  boolean offset;

  /** As written, without size and distance. */
  String text;

  /** {@code [rip+5]}: the distance from the next instruction itself, not a target. */
  boolean distance;

  /** Address size asked for within the brackets ({@code [qword 1234h]}), or 0. */
  int addressSize;

  AsmOperand(Kind kind, int column) {
    this.kind = kind;
    this.column = column;
  }

  /** The memory at this value. */
  AsmOperand asMemory() {
    AsmOperand memory = new AsmOperand(Kind.MEMORY, column);
    memory.value = value;
    memory.size = size;
    return memory;
  }

  boolean isGeneral(int width) {
    return kind == Kind.REGISTER
        && register.kind() == RegisterName.Kind.GENERAL
        && register.width() == width;
  }

  /** Width of base and index, or 0 without either. */
  int registerSize() {
    boolean general = index != null && !index.kind().vector();
    return base != null ? base.width() : general ? index.width() : 0;
  }
}
