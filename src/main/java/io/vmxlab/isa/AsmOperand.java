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

  /** Written with a word of MASM's: {@code ptr}, {@code offset}. */
  boolean masm;

  /** The operand is this symbol and nothing else, or null. */
  String bareSymbol;

  /** Address size asked for within the brackets ({@code [qword 1234h]}), or 0. */
  int addressSize;

  AsmOperand(Kind kind, int column) {
    this.kind = kind;
    this.column = column;
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
