package io.vmxlab.cpu;

/**
 * A segment register with its hidden part. The access rights have the layout of the second
 * doubleword of a descriptor shifted right by 8, as VMX uses it.
 */
public final class Segment {
  // spotless:off
  public static final int TYPE      = 0xF;
  public static final int S         = 1 << 4;
  public static final int DPL_SHIFT = 5;
  public static final int P         = 1 << 7;
  public static final int L         = 1 << 13;
  public static final int DB        = 1 << 14;
  public static final int G         = 1 << 15;
  public static final int UNUSABLE  = 1 << 16;
  // spotless:on

  public int selector;
  public long base;

  /** Highest valid offset, granularity already applied; unsigned 32 bits. */
  public int limit;

  public int rights = UNUSABLE;

  public void set(int newSelector, long newBase, int newLimit, int newRights) {
    selector = newSelector;
    base = newBase;
    limit = newLimit;
    rights = newRights;
  }

  public boolean usable() {
    return (rights & UNUSABLE) == 0;
  }

  public int dpl() {
    return (rights >> DPL_SHIFT) & 3;
  }

  public boolean bit(int mask) {
    return (rights & mask) != 0;
  }
}
