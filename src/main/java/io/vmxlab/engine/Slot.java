package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Width;

/**
 * Where an operand of a shape comes from. Operation classes hold their slots in static final
 * fields; implementations are records, whose components the JIT compiler treats as constants, so
 * that nothing of this indirection is left in compiled code.
 */
interface Slot {
  /** Ends the name of an operation class with this slot. */
  String suffix();

  /** Linear address of a memory operand; 0 for anything else. */
  default long locate(Cpu cpu, Operands o, boolean write) {
    return 0;
  }

  /** The value, zero-extended from the operand's width; immediates are sign-extended. */
  long load(Cpu cpu, Operands o, long address);

  /** The same, after raising every fault that storing could raise. */
  default long loadForStore(Cpu cpu, Operands o, long address) {
    return load(cpu, o, address);
  }

  /** Raises every fault that storing could raise. */
  default void checkStore(Cpu cpu, Operands o, long address) {}

  /** Bits above the operand's width are ignored. */
  default void store(Cpu cpu, Operands o, long address, long value) {
    throw new IllegalStateException("an immediate is no destination");
  }

  /** A general-purpose register, whose number stands in the operation. */
  record Register(int slot, int width) implements Slot {
    /** Added to the number of AX, CX, DX or BX where AH, CH, DH or BH is meant. */
    static final int HIGH_BYTE = 32;

    @Override
    public String suffix() {
      return "r" + width;
    }

    private int number(Operands o) {
      return slot == 0 ? o.register0() : slot == 1 ? o.register1() : o.register2();
    }

    @Override
    public long load(Cpu cpu, Operands o, long address) {
      int n = number(o);
      if (width == 8) {
        return (cpu.r[n & 31] >>> ((n & HIGH_BYTE) >> 2)) & 0xFF;
      }
      return Width.zeroExtend(width, cpu.r[n]);
    }

    @Override
    public void store(Cpu cpu, Operands o, long address, long value) {
      int n = number(o);
      switch (width) {
        case 8:
          int shift = (n & HIGH_BYTE) >> 2;
          cpu.r[n & 31] = (cpu.r[n & 31] & ~(0xFFL << shift)) | ((value & 0xFF) << shift);
          break;
        case 16:
          cpu.r[n] = (cpu.r[n] & ~0xFFFFL) | (value & 0xFFFF);
          break;
        case 32:
          cpu.r[n] = value & 0xFFFF_FFFFL;
          break;
        default:
          cpu.r[n] = value;
          break;
      }
    }
  }

  /** Memory. */
  record Memory(Addressing addressing, int width) implements Slot {
    @Override
    public String suffix() {
      return "m" + width + addressing.suffix();
    }

    @Override
    public long locate(Cpu cpu, Operands o, boolean write) {
      return addressing.linear(cpu, o, width / 8, write);
    }

    @Override
    public long load(Cpu cpu, Operands o, long address) {
      return cpu.mmu.read(width, address, o.segment());
    }

    @Override
    public long loadForStore(Cpu cpu, Operands o, long address) {
      return cpu.mmu.readForWrite(width, address, o.segment());
    }

    @Override
    public void checkStore(Cpu cpu, Operands o, long address) {
      cpu.mmu.checkWrite(width, address, o.segment());
    }

    @Override
    public void store(Cpu cpu, Operands o, long address, long value) {
      cpu.mmu.write(width, address, o.segment(), value);
    }
  }

  /** The address itself, for instructions that only compute it. */
  record Address(int width) implements Slot {
    @Override
    public String suffix() {
      return "a" + width;
    }

    @Override
    public long load(Cpu cpu, Operands o, long address) {
      return Width.zeroExtend(width, Addressing.offset(cpu, o));
    }
  }

  /** An immediate or an implied constant. */
  record Immediate() implements Slot {
    @Override
    public String suffix() {
      return "imm";
    }

    @Override
    public long load(Cpu cpu, Operands o, long address) {
      return o.immediate();
    }
  }
}
