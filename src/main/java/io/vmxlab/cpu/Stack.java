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

  /**
   * Width of the stack pointer in bits. What moves 64 bits has been decoded in 64-bit mode, so that
   * nobody has to look.
   *
   * @param width of the value that is moved, in bits
   */
  public static int addressSize(Core core, int width) {
    return width == 64 ? 64 : core.cpu.stackWidth();
  }

  /**
   * Stores below the stack pointer and moves it there.
   *
   * @param width of the value in bits: 16, 32 or 64
   */
  public static void push(Core core, int width, long value) {
    write(core, width, -(width / 8), value);
    core.r[RSP] = moved(core, width, -(width / 8));
  }

  /** Reads at the stack pointer and moves it up. */
  public static long pop(Core core, int width) {
    long value = read(core, width, 0);
    core.r[RSP] = moved(core, width, width / 8);
    return value;
  }

  /**
   * Reads without moving the stack pointer.
   *
   * @param displacement from the stack pointer in bytes
   * @return zero-extended
   */
  public static long read(Core core, int width, int displacement) {
    return core.cpu.mmu.read(width, linear(core, width, displacement, false), SS);
  }

  /** Writes without moving the stack pointer. */
  public static void write(Core core, int width, int displacement, long value) {
    core.cpu.mmu.write(width, linear(core, width, displacement, true), SS, value);
  }

  /** Raises every fault that a write there would raise. */
  public static void checkWrite(Core core, int width, int displacement) {
    core.cpu.mmu.checkWrite(width, linear(core, width, displacement, true), SS);
  }

  /** Raises every fault that so many pushes would raise. */
  static void checkPushes(Core core, int width, int count) {
    for (int i = 1; i <= count; i++) {
      checkWrite(core, width, -(width / 8) * i);
    }
  }

  /** Takes so many bytes off the stack that there is now. */
  static void release(Core core, int bytes) {
    setPointer(core, core.r[RSP] + bytes);
  }

  /** Sets the stack pointer, as far as the stack address size goes. */
  static void setPointer(Core core, long value) {
    core.r[RSP] = replaced(core.cpu.stackWidth(), core.r[RSP], value);
  }

  /**
   * What RSP would be with the stack pointer moved by so many bytes.
   *
   * @param width of the values that they are, in bits
   */
  public static long moved(Core core, int width, long bytes) {
    return replaced(core, width, core.r[RSP], core.r[RSP] + bytes);
  }

  /**
   * What a register becomes whose part of the stack address size is replaced.
   *
   * @param width of the value that is moved, in bits
   */
  public static long replaced(Core core, int width, long register, long value) {
    return replaced(addressSize(core, width), register, value);
  }

  private static long replaced(int size, long register, long value) {
    if (size == 64) {
      return value;
    }
    return size == 32 ? value & 0xFFFF_FFFFL : (register & ~0xFFFFL) | (value & 0xFFFF);
  }

  private static long linear(Core core, int width, int displacement, boolean write) {
    long pointer = core.r[RSP] + displacement;
    return width == 64
        ? pointer
        : core.cpu.linear(SS, Width.zeroExtend(core.cpu.stackWidth(), pointer), width / 8, write);
  }
}
