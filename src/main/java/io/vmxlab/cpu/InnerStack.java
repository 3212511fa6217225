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

  /** Raises #SS unless so many pushes of that width are within the segment's limit. */
  void checkRoom(int width, int count) {
    int rights = Descriptor.rights(descriptor);
    long limit = Integer.toUnsignedLong(Descriptor.limit(descriptor));
    boolean down = (rights & SegmentRights.EXPAND_DOWN) != 0;
    long highest = Descriptor.isBig(rights) ? 0xFFFF_FFFFL : 0xFFFFL;
    for (int i = 1; i <= count; i++) {
      long offset = offset(width, i);
      long last = offset + width / 8 - 1;
      boolean within = down ? offset > limit && last <= highest : last <= limit;
      if (!within) {
        throw cpu.segmentation.refuse(Vector.SS, selector, ext, Requirement.ACCESS_WITHIN_LIMIT);
      }
    }
  }

  /**
   * Raises every fault that a push within the limit would raise.
   *
   * @param place 1 for the first push
   */
  void checkPush(int width, int place) {
    int access = Descriptor.dpl(Descriptor.rights(descriptor)) == 3 ? PageFaultCode.US : 0;
    long address = Descriptor.base(descriptor) + offset(width, place) & 0xFFFF_FFFFL;
    cpu.mmu.checkWrite(address, width / 8, 1, access, SS);
  }

  private long offset(int width, int place) {
    int pointerWidth = Descriptor.isBig(Descriptor.rights(descriptor)) ? 32 : 16;
    return Width.zeroExtend(pointerWidth, pointer - (long) place * (width / 8));
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
