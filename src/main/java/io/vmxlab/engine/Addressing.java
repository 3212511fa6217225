package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Width;

/** How a memory operand's linear address is made from registers. */
interface Addressing {
  /**
   * The linear address, after the segment's checks.
   *
   * @param bytes of the access
   */
  long linear(Cpu cpu, Operands o, int bytes, boolean write);

  /** Ends the name of an operation class with such an operand. */
  String suffix();

  /** Base, index and displacement; a RIP-relative displacement already holds the address. */
  static long offset(Cpu cpu, Operands o) {
    return sum(cpu.r[o.base()], cpu.r[o.index()], o.scale(), o.displacement());
  }

  static long sum(long base, long index, int scale, long displacement) {
    return base + (index << scale) + displacement;
  }

  /** 64-bit mode, 64-bit address, segment base 0. */
  record Flat() implements Addressing {
    @Override
    public String suffix() {
      return "";
    }

    @Override
    public long linear(Cpu cpu, Operands o, int bytes, boolean write) {
      return offset(cpu, o);
    }
  }

  /** Everything else: FS and GS, other address sizes, segments with limits. */
  record Segmented(int addressSize) implements Addressing {
    @Override
    public String suffix() {
      return "a" + addressSize;
    }

    @Override
    public long linear(Cpu cpu, Operands o, int bytes, boolean write) {
      return linear(cpu, o.segment(), offset(cpu, o), addressSize, bytes, write);
    }

    static long linear(
        Cpu cpu, int segment, long offset, int addressSize, int bytes, boolean write) {
      return cpu.linear(segment, Width.zeroExtend(addressSize, offset), bytes, write);
    }
  }
}
