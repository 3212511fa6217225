package io.vmxlab.asm;

import io.vmxlab.isa.WrittenOperand;

/** An operand as text has it. */
final class AsmOperand extends WrittenOperand {
  final int column;

  /** {@code offset}: the address, in every dialect. */
  boolean offset;

  /** As written, without size and distance. */
  String text;

  AsmOperand(Kind kind, int column) {
    super(kind);
    this.column = column;
  }

  /** The memory at this value. */
  AsmOperand asMemory() {
    AsmOperand memory = new AsmOperand(Kind.MEMORY, column);
    memory.value = value;
    memory.size = size;
    return memory;
  }
}
