package io.vmxlab.machine;

import io.vmxlab.arch.SegmentRights;
import io.vmxlab.cpu.Segment;

/**
 * Segment descriptors of the machine's GDT. SDM Vol. 3A "Segment Descriptors". The first eight
 * entries are flat segments; the selectors suit SYSCALL and SYSRET.
 */
enum Descriptor {
  // spotless:off
  NULL        (0x00, 0, 0),
  KERNEL_CODE (0x08, Descriptor.CODE, 0),
  KERNEL_DATA (0x10, Descriptor.DATA, 0),
  USER_CODE_32(0x18, Descriptor.CODE_32, 3),
  USER_DATA   (0x20, Descriptor.DATA, 3),
  USER_CODE   (0x28, Descriptor.CODE, 3),
  KERNEL_CODE_32(0x30, Descriptor.CODE_32, 0);
  // spotless:on

  static final int TSS_SELECTOR = 0x38;
  static final int TSS_LIMIT = 0x67;

  /** Busy 64-bit or 32-bit TSS. */
  static final int TSS_RIGHTS = SegmentRights.P | 0xB;

  /** Bytes of the GDT: seven segments and the TSS, whose descriptor may have 16 bytes. */
  static final int GDT_SIZE = TSS_SELECTOR + 16;

  private static final int ACCESSED = SegmentRights.P | SegmentRights.S | SegmentRights.ACCESSED;
  private static final int DATA =
      ACCESSED | SegmentRights.WRITABLE | SegmentRights.DB | SegmentRights.G;
  private static final int CODE_32 =
      ACCESSED | SegmentRights.CODE | SegmentRights.READABLE | SegmentRights.DB | SegmentRights.G;

  /** 64-bit code; in the 32-bit machine it becomes 32-bit code. */
  private static final int CODE =
      ACCESSED | SegmentRights.CODE | SegmentRights.READABLE | SegmentRights.L | SegmentRights.G;

  final int selector;
  private final int kind;
  private final int dpl;

  Descriptor(int selector, int kind, int dpl) {
    this.selector = selector;
    this.kind = kind;
    this.dpl = dpl;
  }

  /** Access rights as {@link Segment} keeps them. */
  int rights(boolean in64BitMode) {
    if (this == NULL) {
      return SegmentRights.UNUSABLE;
    }
    int rights = kind == CODE && !in64BitMode ? CODE_32 : kind;
    return rights | dpl << SegmentRights.DPL_SHIFT;
  }

  /** The eight bytes in the GDT: base 0, limit 4 GBytes. */
  long bytes(boolean in64BitMode) {
    if (this == NULL) {
      return 0;
    }
    return (long) (rights(in64BitMode) | 0xF00) << 40 | 0xFFFF;
  }

  /** Selector with RPL. */
  int selectorWithRpl() {
    return selector | dpl;
  }

  void loadInto(Segment segment, boolean in64BitMode) {
    segment.set(selectorWithRpl(), 0, -1, rights(in64BitMode));
  }

  /** First eight bytes of a system descriptor. */
  static long system(long base, int limit, int rights) {
    return limit | (base & 0xFFFFFF) << 16 | (long) rights << 40 | (base >>> 24 & 0xFF) << 56;
  }
}
