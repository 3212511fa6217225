package io.vmxlab.cpu;

import io.vmxlab.arch.SegmentRights;

/** A segment register with its hidden part. */
public final class Segment {
  public int selector;
  public long base;

  /** Highest valid offset, granularity already applied; unsigned 32 bits. */
  public int limit;

  /** With the layout of {@link SegmentRights}. */
  public int rights = SegmentRights.UNUSABLE;

  public void set(int newSelector, long newBase, int newLimit, int newRights) {
    selector = newSelector;
    base = newBase;
    limit = newLimit;
    rights = newRights;
  }

  public boolean usable() {
    return (rights & SegmentRights.UNUSABLE) == 0;
  }

  public int dpl() {
    return (rights >> SegmentRights.DPL_SHIFT) & 3;
  }

  /** A data segment whose offsets lie above its limit. */
  public boolean isExpandDown() {
    return bit(SegmentRights.EXPAND_DOWN) && !bit(SegmentRights.CODE);
  }

  public boolean bit(int mask) {
    return (rights & mask) != 0;
  }
}
