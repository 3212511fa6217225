package io.vmxlab.cpu;

import static io.vmxlab.arch.Gpr.RSP;

import io.vmxlab.arch.SegmentRegister;

/**
 * The stack that SS:RSP points to. The stack pointer is as wide as the stack address size: 64 bits
 * in 64-bit mode, else 32 or 16 by SS.B. It changes only after the access has succeeded.
 */
public final class Stack {
  private static final int SS = SegmentRegister.SS.ordinal();

  private Stack() {}

  /** Width of the stack pointer in bits. */
  public static int addressSize(Cpu cpu) {
    return cpu.stackWidth();
  }

  /**
   * Stores below the stack pointer and moves it there.
   *
   * @param width of the value in bits: 16, 32 or 64
   */
  public static void push(Cpu cpu, int width, long value) {
    write(cpu, width, -(width / 8), value);
    cpu.r[RSP] = moved(cpu, -(width / 8));
  }

  /** Reads at the stack pointer and moves it up. */
  public static long pop(Cpu cpu, int width) {
    long value = read(cpu, width, 0);
    cpu.r[RSP] = moved(cpu, width / 8);
    return value;
  }

  /**
   * Reads without moving the stack pointer.
   *
   * @param displacement from the stack pointer in bytes
   * @return zero-extended
   */
  public static long read(Cpu cpu, int width, int displacement) {
    return cpu.mmu.read(width, linear(cpu, width, displacement, false), SS);
  }

  /** Writes without moving the stack pointer. */
  public static void write(Cpu cpu, int width, int displacement, long value) {
    cpu.mmu.write(width, linear(cpu, width, displacement, true), SS, value);
  }

  /** Raises every fault that a write there would raise. */
  public static void checkWrite(Cpu cpu, int width, int displacement) {
    cpu.mmu.checkWrite(width, linear(cpu, width, displacement, true), SS);
  }

  /** Raises every fault that so many pushes would raise. */
  static void checkPushes(Cpu cpu, int width, int count) {
    for (int i = 1; i <= count; i++) {
      checkWrite(cpu, width, -(width / 8) * i);
    }
  }

  /** Takes so many bytes off the stack. */
  static void release(Cpu cpu, int bytes) {
    cpu.r[RSP] = moved(cpu, bytes);
  }

  /** Sets the stack pointer, as far as the stack address size goes. */
  static void setPointer(Cpu cpu, long value) {
    cpu.r[RSP] = replaced(cpu, cpu.r[RSP], value);
  }

  /** What RSP would be with the stack pointer moved by so many bytes. */
  public static long moved(Cpu cpu, long bytes) {
    return replaced(cpu, cpu.r[RSP], cpu.r[RSP] + bytes);
  }

  /** What a register becomes whose part of the stack address size is replaced. */
  public static long replaced(Cpu cpu, long register, long value) {
    switch (addressSize(cpu)) {
      case 64:
        return value;
      case 32:
        return value & 0xFFFF_FFFFL;
      default:
        return (register & ~0xFFFFL) | (value & 0xFFFF);
    }
  }

  private static long linear(Cpu cpu, int width, int displacement, boolean write) {
    long offset = Width.zeroExtend(addressSize(cpu), cpu.r[RSP] + displacement);
    return cpu.linear(SS, offset, width / 8, write);
  }
}
