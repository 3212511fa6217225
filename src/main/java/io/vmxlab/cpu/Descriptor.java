package io.vmxlab.cpu;

import io.vmxlab.arch.SegmentRights;

/**
 * Fields of an 8-byte segment, system-segment or gate descriptor. SDM Vol. 3A "Segment
 * Descriptors".
 */
final class Descriptor {
  // spotless:off
  static final int TSS_16        = 0x1;
  static final int LDT           = 0x2;
  static final int CALL_GATE_16  = 0x4;
  static final int TASK_GATE     = 0x5;
  static final int INTERRUPT_16  = 0x6;
  static final int TRAP_16       = 0x7;
  static final int TSS_AVAILABLE = 0x9;
  static final int CALL_GATE     = 0xC;
  static final int INTERRUPT     = 0xE;
  static final int TRAP          = 0xF;
  static final int TSS_BUSY_BIT  = 0x2;
  /** Tells the 32-bit kinds of TSSs and gates from the 16-bit ones. */
  static final int IS_32_BIT     = 0x8;
  // spotless:on

  private static final int RIGHTS = 0xF0FF;

  private Descriptor() {}

  static long base(long raw) {
    return (raw >>> 16 & 0xFF_FFFFL) | (raw >>> 32 & 0xFF00_0000L);
  }

  /** Offset of the last byte, granularity applied. */
  static int limit(long raw) {
    int limit = (int) (raw & 0xFFFF) | ((int) (raw >>> 32) & 0xF_0000);
    return (rights(raw) & SegmentRights.G) != 0 ? limit << 12 | 0xFFF : limit;
  }

  static int rights(long raw) {
    return (int) (raw >>> 40) & RIGHTS;
  }

  static int dpl(int rights) {
    return rights >> SegmentRights.DPL_SHIFT & 3;
  }

  static boolean present(int rights) {
    return (rights & SegmentRights.P) != 0;
  }

  /** Type of a system segment or gate, or -1 for code and data. */
  static int systemType(int rights) {
    return (rights & SegmentRights.S) != 0 ? -1 : rights & SegmentRights.TYPE;
  }

  static boolean isCode(int rights) {
    int code = SegmentRights.S | SegmentRights.CODE;
    return (rights & code) == code;
  }

  static boolean isConforming(int rights) {
    return isCode(rights) && (rights & SegmentRights.CONFORMING) != 0;
  }

  static boolean isData(int rights) {
    return (rights & (SegmentRights.S | SegmentRights.CODE)) == SegmentRights.S;
  }

  static boolean isWritableData(int rights) {
    return isData(rights) && (rights & SegmentRights.WRITABLE) != 0;
  }

  /** Data, or code that can be read. */
  static boolean isReadable(int rights) {
    return isData(rights) || (isCode(rights) && (rights & SegmentRights.READABLE) != 0);
  }

  /** L = 1: 64-bit code in IA-32e mode. */
  static boolean isLong(int rights) {
    return (rights & SegmentRights.L) != 0;
  }

  static boolean isBig(int rights) {
    return (rights & SegmentRights.DB) != 0;
  }

  /** Offset of the entry point in a gate's first 8 bytes. */
  static long gateOffset(long raw) {
    return (raw & 0xFFFF) | (raw >>> 32 & 0xFFFF_0000L);
  }

  static int gateSelector(long raw) {
    return (int) (raw >>> 16) & 0xFFFF;
  }

  /** Number of the interrupt stack in a 64-bit gate, 0 for none. */
  static int gateIst(long raw) {
    return (int) (raw >>> 32) & 7;
  }
}
