package io.vmxlab.arch;

/**
 * Access rights of a segment: the second doubleword of a descriptor shifted right by 8, as VMX
 * keeps them. SDM Vol. 3A "Segment Descriptors".
 */
public final class SegmentRights {
  // spotless:off
  public static final int TYPE       = 0xF;
  /** Type bit of code and data segments: the segment has been loaded. */
  public static final int ACCESSED   = 1 << 0;
  /** Type bit of a data segment. */
  public static final int WRITABLE   = 1 << 1;
  /** Type bit of a code segment. */
  public static final int READABLE   = 1 << 1;
  /** Type bit of a data segment. */
  public static final int EXPAND_DOWN = 1 << 2;
  /** Type bit of a code segment. */
  public static final int CONFORMING = 1 << 2;
  public static final int CODE       = 1 << 3;
  public static final int S          = 1 << 4;
  public static final int DPL_SHIFT  = 5;
  public static final int P          = 1 << 7;
  public static final int AVL        = 1 << 12;
  public static final int L          = 1 << 13;
  public static final int DB         = 1 << 14;
  public static final int G          = 1 << 15;
  public static final int UNUSABLE   = 1 << 16;
  /** Every bit that is not reserved. */
  public static final int ALL        = 0xFF | AVL | L | DB | G | UNUSABLE;

  static Layout layout(String name) {
    return Layout.of(name, 32)
        .field(0, 4, "TYPE", "segment type")
        .bit(S, "S", "0 system, 1 code or data")
        .field(DPL_SHIFT, 2, "DPL", "descriptor privilege level")
        .bit(P, "P", "present")
        .field(12, 1, "AVL", "available to software")
        .bit(L, "L", "64-bit code")
        .bit(DB, "DB", "default operation size 32")
        .bit(G, "G", "limit in 4-KByte units")
        .bit(UNUSABLE, "UNUSABLE", "no segment")
        .build();
  }
  // spotless:on

  private SegmentRights() {}
}
