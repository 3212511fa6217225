package io.vmxlab.engine;

import io.vmxlab.isa.Instruction;

/**
 * What a decoded instruction works on. Operations hold it in fields, since they are many; a region
 * holds it in {@link Constants}, whose components the JIT compiler treats as constants.
 */
interface Operands {
  /** The register number of operand {@code i} of the syntax, 0 to 2, as {@link Slot} reads it. */
  int register(int i);

  int base();

  int index();

  int scale();

  long displacement();

  int segment();

  long immediate();

  Instruction insn();

  /** Offset of the instruction in CS. */
  long rip();

  /** Address of the next instruction in memory, cut to the width of the instruction pointer. */
  long following();

  /** Where a branch with a fixed target goes; else 0. */
  long target();

  /** Instructions of the block that stand before this one. */
  int position();

  /** Operands that never change. */
  record Constants(
      int register0,
      int register1,
      int register2,
      int base,
      int index,
      int scale,
      long displacement,
      int segment,
      long immediate,
      Instruction insn,
      long rip,
      long following,
      long target,
      int position)
      implements Operands {
    @Override
    public int register(int i) {
      return i == 0 ? register0 : i == 1 ? register1 : register2;
    }

    static Constants of(Operands o) {
      return new Constants(
          o.register(0),
          o.register(1),
          o.register(2),
          o.base(),
          o.index(),
          o.scale(),
          o.displacement(),
          o.segment(),
          o.immediate(),
          o.insn(),
          o.rip(),
          o.following(),
          o.target(),
          o.position());
    }
  }
}
