package io.vmxlab.cpu;

/**
 * The current stack, through SS and the stack pointer of the current width. Offsets are those of
 * the segment; the pointer wraps at its width.
 */
public final class Stack {
  private static final int SS = Segmentation.SS;
  private static final int RSP = 4;

  private final Cpu cpu;

  Stack(Cpu cpu) {
    this.cpu = cpu;
  }

  private long cut(long offset) {
    return Width.zeroExtend(cpu.stackWidth(), offset);
  }

  /** The stack pointer, cut to its width. */
  public long pointer() {
    return cut(cpu.r[RSP]);
  }

  /** Sets the stack pointer: 16 bits leave the rest of RSP, 32 bits clear the upper half. */
  public void setPointer(long value) {
    switch (cpu.stackWidth()) {
      case 64:
        cpu.r[RSP] = value;
        break;
      case 32:
        cpu.r[RSP] = value & 0xFFFF_FFFFL;
        break;
      default:
        cpu.r[RSP] = (cpu.r[RSP] & ~0xFFFFL) | (value & 0xFFFF);
        break;
    }
  }

  /** Raises every fault that so many pushes would raise. */
  public void checkPushes(int width, int count) {
    for (int i = 1; i <= count; i++) {
      long offset = cut(cpu.r[RSP] - (long) i * (width / 8));
      cpu.mmu.checkWrite(width, cpu.linear(SS, offset, width / 8, true), SS);
    }
  }

  public void push(int width, long value) {
    long offset = cut(cpu.r[RSP] - width / 8);
    cpu.mmu.write(width, cpu.linear(SS, offset, width / 8, true), SS, value);
    setPointer(offset);
  }

  /** The element that lies so many bytes above the top of the stack. */
  public long peek(int width, int bytesAbove) {
    long offset = cut(cpu.r[RSP] + bytesAbove);
    return cpu.mmu.read(width, cpu.linear(SS, offset, width / 8, false), SS);
  }

  public long pop(int width) {
    long value = peek(width, 0);
    release(width / 8);
    return value;
  }

  /** Takes so many bytes off the stack. */
  public void release(int bytes) {
    setPointer(cpu.r[RSP] + bytes);
  }
}
