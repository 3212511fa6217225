package io.vmxlab.cpu;

import io.vmxlab.arch.PageFaultCode;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRights;
import io.vmxlab.arch.Vector;

/**
 * The stack that the TSS holds for an inner privilege level, outside IA-32e mode. SDM Vol. 3A
 * "Stack Switching". There is one object per user; each use begins with {@link #find}.
 */
final class InnerStack {
  private static final int SS = Segmentation.SS;

  private final Cpu cpu;
  private int level;
  private int ext;
  private int selector;
  private long descriptor;
  private long pointer;

  InnerStack(Cpu cpu) {
    this.cpu = cpu;
  }

  /**
   * Reads the stack's selector and pointer, and checks the selector.
   *
   * @param forLevel the privilege level to enter
   * @param extBit EXT bit of error codes
   */
  InnerStack find(int forLevel, int extBit) {
    level = forLevel;
    ext = extBit;
    Segment tss = cpu.segments[Segmentation.TR];
    boolean wide = TaskImage.is32Bit(tss.rights);
    int slot = wide ? 4 + 8 * level : 2 + 4 * level;
    int slotWidth = wide ? 32 : 16;
    if (slot + (wide ? 6 : 4) - 1 > Integer.toUnsignedLong(tss.limit)) {
      throw cpu.segmentation.refuse(Vector.TS, tss.selector, ext, Requirement.TSS_HOLDS_STACK);
    }
    pointer = cpu.mmu.readSystem(slotWidth, tss.base + slot & 0xFFFF_FFFFL);
    long at = tss.base + slot + slotWidth / 8 & 0xFFFF_FFFFL;
    selector = (int) cpu.mmu.readSystem(16, at);
    if (Segmentation.isNull(selector)) {
      throw cpu.raise(Vector.TS, ext, Requirement.TSS_STACK_SEGMENT);
    }
    descriptor = cpu.segmentation.stackDescriptor(selector, level, Vector.TS, ext);
    return this;
  }

  /** Raises every fault that so many pushes of that width would raise. */
  void checkPushes(int width, int count) {
    int rights = Descriptor.rights(descriptor);
    int pointerWidth = Descriptor.isBig(rights) ? 32 : 16;
    long limit = Integer.toUnsignedLong(Descriptor.limit(descriptor));
    boolean down = (rights & SegmentRights.EXPAND_DOWN) != 0;
    long highest = pointerWidth == 32 ? 0xFFFF_FFFFL : 0xFFFFL;
    int bytes = width / 8;
    int access = Descriptor.dpl(rights) == 3 ? PageFaultCode.US : 0;
    for (int i = 1; i <= count; i++) {
      long offset = Width.zeroExtend(pointerWidth, pointer - (long) i * bytes);
      long last = offset + bytes - 1;
      boolean within = down ? offset > limit && last <= highest : last <= limit;
      if (!within) {
        throw cpu.segmentation.refuse(Vector.SS, selector, ext, Requirement.ACCESS_WITHIN_LIMIT);
      }
      long address = Descriptor.base(descriptor) + offset & 0xFFFF_FFFFL;
      cpu.mmu.checkWrite(address, bytes, 1, access, SS);
    }
  }

  /** Marks the stack segment as accessed, which may fault; nothing else has changed then. */
  void markAccessed() {
    cpu.segmentation.markAccessed(selector, descriptor);
  }

  /** SS and the stack pointer become those of the inner level, and CPL changes. */
  void enter() {
    cpu.flagsRest &= ~Rflags.VM;
    cpu.segmentation.fill(SS, selector, descriptor);
    cpu.setCpl(level);
    Stack.setPointer(cpu, pointer);
  }
}
