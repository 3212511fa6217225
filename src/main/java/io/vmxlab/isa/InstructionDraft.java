package io.vmxlab.isa;

import io.vmxlab.arch.CodeMode;

/** An instruction while it is being decoded. */
final class InstructionDraft {
  Form form;
  CodeMode mode;
  byte[] bytes;
  int operandSize;
  int addressSize;
  boolean lock;
  int repeat;
  boolean rex;
  int mod = -1;
  int reg;
  int rm;
  int vvvv;
  int base = Instruction.NO_REGISTER;
  int index = Instruction.NO_REGISTER;
  int scale;
  long displacement;
  boolean ripRelative;
  int segment = 3;
  boolean segmentOverride;
  long immediate;
  long secondImmediate;

  Instruction finish() {
    return new Instruction(this);
  }
}
