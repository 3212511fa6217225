package io.vmxlab.semantics;

import io.vmxlab.arch.XsaveArea;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Operands;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.isa.Instruction;

/**
 * A stretch of memory of at most a page that holds saved state. It is probed as a whole, so that
 * what follows cannot fault, and then read or written in pieces by their place in it.
 */
final class StateImage {
  private final Cpu cpu;
  private final int segment;
  private final long offset;
  private final long address;

  private StateImage(Cpu cpu, Instruction insn, int bytes, int alignment, boolean write) {
    this.cpu = cpu;
    segment = insn.segment;
    offset = Operands.offset(cpu, insn);
    address = cpu.linear(segment, offset, bytes, write);
    if ((address & alignment - 1) != 0) {
      throw cpu.gp0(
          alignment == XsaveArea.ALIGNMENT
              ? Requirement.XSAVE_AREA_IS_ALIGNED
              : Requirement.SAVE_AREA_IS_ALIGNED);
    }
  }

  /**
   * The memory operand, which can be read.
   *
   * @param alignment in bytes that is demanded with #GP
   * @param unit bits of the accesses for which alignment checking applies
   */
  static StateImage toRead(Cpu cpu, Instruction insn, int bytes, int alignment, int unit) {
    StateImage image = new StateImage(cpu, insn, bytes, alignment, false);
    image.read(0, unit);
    image.read(bytes - 1, 8);
    return image;
  }

  /** The memory operand, which can be written; see {@link #toRead}. */
  static StateImage toWrite(Cpu cpu, Instruction insn, int bytes, int alignment, int unit) {
    StateImage image = new StateImage(cpu, insn, bytes, alignment, true);
    cpu.mmu.checkWrite(unit, image.address, image.segment);
    cpu.mmu.checkWrite(8, image.at(bytes - 1), image.segment);
    return image;
  }

  /** More of what follows can be read: bytes from the beginning on. */
  void reach(int bytes) {
    cpu.linear(segment, offset, bytes, false);
    read(bytes - 1, 8);
  }

  private long at(int place) {
    return X87Operands.behind(cpu, address, place);
  }

  long read(int place, int width) {
    return cpu.mmu.read(width, at(place), segment);
  }

  void write(int place, int width, long value) {
    cpu.mmu.write(width, at(place), segment, value);
  }
}
