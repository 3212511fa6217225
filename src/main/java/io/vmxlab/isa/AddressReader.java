package io.vmxlab.isa;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.SegmentRegister;

/** Reads SIB and displacement. SDM Vol. 2A "ModR/M and SIB Bytes". */
final class AddressReader {
  private static final int NONE = Instruction.NO_REGISTER;
  private static final int BX = 3;
  private static final int SP = 4;
  private static final int BP = 5;
  private static final int SI = 6;
  private static final int DI = 7;
  private static final int SS = SegmentRegister.SS.ordinal();

  /** Base and index by ModRM.rm with 16-bit addresses. */
  private static final int[] BASE16 = {BX, BX, BP, BP, SI, DI, BP, BX};

  private static final int[] INDEX16 = {SI, DI, SI, DI, NONE, NONE, NONE, NONE};

  private AddressReader() {}

  static void read(ByteCursor in, DecodeState s, InstructionDraft d) {
    int rm = s.modrm & 7;
    if (s.addressSize == 16) {
      read16(in, d, rm);
    } else {
      if (rm == 4) {
        readSib(in, s, d);
      } else if (rm == 5 && d.mod == 0) {
        d.ripRelative = s.mode == CodeMode.BITS64;
        d.displacement = in.signed(4);
      } else {
        d.base = rm | s.rexB;
      }
      d.displacement += d.mod == 1 ? in.signed(1) : d.mod == 2 ? in.signed(4) : 0;
    }
    if (d.base == SP || d.base == BP) {
      d.segment = SS;
    }
  }

  private static void read16(ByteCursor in, InstructionDraft d, int rm) {
    if (rm == 6 && d.mod == 0) {
      d.displacement = in.signed(2);
      return;
    }
    d.base = BASE16[rm];
    d.index = INDEX16[rm];
    d.displacement = d.mod == 1 ? in.signed(1) : d.mod == 2 ? in.signed(2) : 0;
  }

  private static void readSib(ByteCursor in, DecodeState s, InstructionDraft d) {
    int sib = in.next();
    int index = (sib >> 3) & 7 | s.rexX;
    boolean vector = d.form.vectorIndex();
    d.index = index == 4 && !vector ? NONE : index;
    d.scale = sib >> 6;
    if ((sib & 7) == 5 && d.mod == 0) {
      d.displacement = in.signed(4);
    } else {
      d.base = sib & 7 | s.rexB;
    }
  }
}
