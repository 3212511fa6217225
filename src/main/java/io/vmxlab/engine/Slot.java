package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.DataSize;
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

  /** The value of an operand that is only read. */
  default long value(Cpu cpu, Operands o) {
    return load(cpu, o, 0);
  }

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

  /**
   * A general-purpose register, whose number stands in the operation. Each kind has two static
   * methods, which regions call too: {@code get} takes the operand's value out of the whole
   * register of that number, {@code put} returns the whole register with the value in it.
   */
  interface Register extends Slot {
    /** Added to the number of AX, CX, DX or BX where AH, CH, DH or BH is meant. */
    int HIGH_BYTE = 32;

    /** Of 8, 16, 32 or 64 bits; operand number {@code slot} of the syntax. */
    static Register of(int slot, int width) {
      switch (width) {
        case 8:
          return new Register8(slot);
        case 16:
          return new Register16(slot);
        case 32:
          return new Register32(slot);
        default:
          return new Register64(slot);
      }
    }
  }

  /** A low or high byte of a register. */
  record Register8(int slot) implements Register {
    @Override
    public String suffix() {
      return "r8";
    }

    @Override
    public long load(Cpu cpu, Operands o, long address) {
      int n = o.register(slot);
      return get(cpu.r[n & 31], n);
    }

    @Override
    public void store(Cpu cpu, Operands o, long address, long value) {
      int n = o.register(slot);
      cpu.r[n & 31] = put(value, cpu.r[n & 31], n);
    }

    static long get(long register, int n) {
      return register >>> ((n & HIGH_BYTE) >> 2) & 0xFF;
    }

    static long put(long value, long register, int n) {
      int shift = (n & HIGH_BYTE) >> 2;
      return register & ~(0xFFL << shift) | (value & 0xFF) << shift;
    }
  }

  /** The low word of a register. */
  record Register16(int slot) implements Register {
    @Override
    public String suffix() {
      return "r16";
    }

    @Override
    public long load(Cpu cpu, Operands o, long address) {
      return get(cpu.r[o.register(slot)], 0);
    }

    @Override
    public void store(Cpu cpu, Operands o, long address, long value) {
      int n = o.register(slot);
      cpu.r[n] = put(value, cpu.r[n], n);
    }

    static long get(long register, int n) {
      return register & 0xFFFF;
    }

    static long put(long value, long register, int n) {
      return register & ~0xFFFFL | value & 0xFFFF;
    }
  }

  /** The low doubleword of a register; storing it clears the upper one. */
  record Register32(int slot) implements Register {
    @Override
    public String suffix() {
      return "r32";
    }

    @Override
    public long load(Cpu cpu, Operands o, long address) {
      return get(cpu.r[o.register(slot)], 0);
    }

    @Override
    public void store(Cpu cpu, Operands o, long address, long value) {
      cpu.r[o.register(slot)] = put(value, 0, 0);
    }

    static long get(long register, int n) {
      return register & 0xFFFF_FFFFL;
    }

    static long put(long value, long register, int n) {
      return value & 0xFFFF_FFFFL;
    }
  }

  /** A whole register. */
  record Register64(int slot) implements Register {
    @Override
    public String suffix() {
      return "r64";
    }

    @Override
    public long load(Cpu cpu, Operands o, long address) {
      return cpu.r[o.register(slot)];
    }

    @Override
    public void store(Cpu cpu, Operands o, long address, long value) {
      cpu.r[o.register(slot)] = value;
    }

    static long get(long register, int n) {
      return register;
    }

    static long put(long value, long register, int n) {
      return value;
    }
  }

  /** Memory. */
  record Memory(Addressing addressing, DataSize size) implements Slot {
    @Override
    public String suffix() {
      return "m" + size.bits + addressing.suffix();
    }

    @Override
    public long locate(Cpu cpu, Operands o, boolean write) {
      return addressing.linear(cpu, o, size.bits / 8, write);
    }

    @Override
    public long value(Cpu cpu, Operands o) {
      return load(cpu, o, locate(cpu, o, false));
    }

    @Override
    public long load(Cpu cpu, Operands o, long address) {
      return cpu.mmu.read(size, address, o.segment());
    }

    @Override
    public long loadForStore(Cpu cpu, Operands o, long address) {
      return cpu.mmu.readForWrite(size, address, o.segment());
    }

    @Override
    public void checkStore(Cpu cpu, Operands o, long address) {
      cpu.mmu.checkWrite(size, address, o.segment());
    }

    @Override
    public void store(Cpu cpu, Operands o, long address, long value) {
      cpu.mmu.write(size, address, o.segment(), value);
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
