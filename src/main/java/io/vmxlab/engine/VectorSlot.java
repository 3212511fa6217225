package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.cpu.Simd;

/**
 * Where an operand of several elements comes from: an XMM or MMX register, or memory in its place.
 * The counterpart of {@link Slot} for shapes whose values are arrays of quadwords.
 */
interface VectorSlot {
  /** Ends the name of an operation class with this slot. */
  String suffix();

  /** Linear address of a memory operand, after the checks of segment and alignment; else 0. */
  default long locate(Cpu cpu, Operands o, boolean write) {
    return 0;
  }

  /** The operand as it is before the instruction; a destination in memory is not read. */
  void load(Cpu cpu, Operands o, long address, long[] to);

  /** Memory raises every fault before it is written. */
  void store(Cpu cpu, Operands o, long address, long[] from);

  /** An XMM register, whose number stands in the operation. */
  record Xmm(int slot) implements VectorSlot {
    @Override
    public String suffix() {
      return "xmm";
    }

    @Override
    public void load(Cpu cpu, Operands o, long address, long[] to) {
      cpu.simd.load(o.register(slot), to);
    }

    @Override
    public void store(Cpu cpu, Operands o, long address, long[] from) {
      cpu.simd.store(o.register(slot), from);
    }
  }

  /** An MMX register; REX does not count for its number. */
  record Mmx(int slot) implements VectorSlot {
    @Override
    public String suffix() {
      return "mm";
    }

    @Override
    public void load(Cpu cpu, Operands o, long address, long[] to) {
      to[0] = cpu.simd.mm(o.register(slot));
    }

    @Override
    public void store(Cpu cpu, Operands o, long address, long[] from) {
      cpu.simd.setMm(o.register(slot), from[0]);
    }
  }

  /** Memory as a source, of 8 bits up to a whole register. */
  record Source(Addressing addressing, int width, boolean aligned) implements VectorSlot {
    @Override
    public String suffix() {
      return "m" + width + (aligned ? "" : "u") + addressing.suffix();
    }

    @Override
    public long locate(Cpu cpu, Operands o, boolean write) {
      return linear(cpu, o, addressing, width, aligned, false);
    }

    @Override
    public void load(Cpu cpu, Operands o, long address, long[] to) {
      if (width <= Long.SIZE) {
        to[0] = cpu.mmu.read(width, address, o.segment());
        return;
      }
      for (int i = 0; i < width / Long.SIZE; i++) {
        to[i] = cpu.mmu.read(Long.SIZE, cpu.mmu.after(address, i * Long.BYTES), o.segment());
      }
    }

    @Override
    public void store(Cpu cpu, Operands o, long address, long[] from) {
      throw new IllegalStateException("a source is not written");
    }
  }

  /** Memory as a destination, of 32 bits up to a whole register. */
  record Destination(Addressing addressing, int width, boolean aligned) implements VectorSlot {
    @Override
    public String suffix() {
      return "m" + width + (aligned ? "" : "u") + addressing.suffix();
    }

    @Override
    public long locate(Cpu cpu, Operands o, boolean write) {
      return linear(cpu, o, addressing, width, aligned, true);
    }

    @Override
    public void load(Cpu cpu, Operands o, long address, long[] to) {}

    @Override
    public void store(Cpu cpu, Operands o, long address, long[] from) {
      if (width <= Long.SIZE) {
        cpu.mmu.write(width, address, o.segment(), from[0]);
        return;
      }
      for (int i = 0; i < width / Long.SIZE; i++) {
        cpu.mmu.checkWrite(Long.SIZE, cpu.mmu.after(address, i * Long.BYTES), o.segment());
      }
      for (int i = 0; i < width / Long.SIZE; i++) {
        cpu.mmu.write(Long.SIZE, cpu.mmu.after(address, i * Long.BYTES), o.segment(), from[i]);
      }
    }
  }

  private static long linear(
      Cpu cpu, Operands o, Addressing addressing, int width, boolean aligned, boolean write) {
    long address = addressing.linear(cpu, o, width / 8, write);
    if (aligned && (address & (width / 8 - 1)) != 0) {
      throw cpu.gp0(Requirement.VECTOR_OPERAND_IS_ALIGNED);
    }
    return address;
  }

  /** Which registers an instruction uses, and so what it needs and what it leaves behind. */
  enum Unit {
    SSE {
      @Override
      void begin(Simd simd) {
        simd.requireSse();
      }

      @Override
      void end(Simd simd) {}
    },
    MMX {
      @Override
      void begin(Simd simd) {
        simd.requireMmx();
      }

      @Override
      void end(Simd simd) {
        simd.usedMmx();
      }
    },
    BOTH {
      @Override
      void begin(Simd simd) {
        simd.requireSse();
        simd.requireMmx();
      }

      @Override
      void end(Simd simd) {
        simd.usedMmx();
      }
    };

    abstract void begin(Simd simd);

    abstract void end(Simd simd);
  }
}
