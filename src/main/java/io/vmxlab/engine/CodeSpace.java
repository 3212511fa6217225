package io.vmxlab.engine;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.cpu.Cpu;

/** Blocks decoded under the same circumstances. */
final class CodeSpace {
  /** Slots of {@link #near} at first, and at most: there are more when many are filled. */
  private static final int FEW_NEAR = 512;

  private static final int MOST_NEAR = 1 << 19;

  /** How far a branch can go that stands in a block, with something to spare. */
  private static final long REACH = 1L << 33;

  /** Addresses that are canonical with this width are with every other. */
  static final int SURE_WIDTH = 48;

  /**
   * What decoded code depends on besides its bytes. The methods of a record that compare it would
   * be made at run time, which takes a tenth of the time that a small program takes in all.
   *
   * @param base of CS, 0 in 64-bit mode
   * @param limit of CS, 0 in 64-bit mode
   * @param user fetched at CPL 3
   * @param single blocks have one instruction, because someone looks at each
   * @param ways the set of short ways by which it is found
   */
  record Circumstances(
      CodeMode mode, long base, int limit, boolean user, boolean single, int ways) {
    /** They are these, of blocks of any length. */
    boolean are(CodeMode wantedMode, long wantedBase, int wantedLimit, boolean atUser, int by) {
      return mode == wantedMode
          && base == wantedBase
          && limit == wantedLimit
          && user == atUser
          && !single
          && ways == by;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Circumstances that
          && mode == that.mode
          && base == that.base
          && limit == that.limit
          && user == that.user
          && single == that.single
          && ways == that.ways;
    }

    @Override
    public int hashCode() {
      long mixed =
          ((base * 31 + limit) * 31 + mode.ordinal()) * 31
              + ways * 4
              + (user ? 2 : 0)
              + (single ? 1 : 0);
      return Long.hashCode(mixed);
    }
  }

  final Circumstances circumstances;
  final CodeMode mode;

  /** Instructions in a block at most. */
  final int mostInstructions;

  private final boolean wholeRange;
  private final BlockTable blocks = new BlockTable();

  /** Blocks whose translation has been checked since translations last changed. */
  private Block[] near = new Block[FEW_NEAR];

  /** The slots of {@link #near} that were filled since then. */
  private int[] filled = new int[FEW_NEAR];

  private boolean[] isFilled = new boolean[FEW_NEAR];
  private int count;

  CodeSpace(Circumstances circumstances, int mostInBlock) {
    this.circumstances = circumstances;
    mode = circumstances.mode();
    mostInstructions = circumstances.single() ? 1 : mostInBlock;
    wholeRange = mode == CodeMode.BITS32 && circumstances.limit() == -1;
  }

  private int slot(long rip) {
    return (int) (rip ^ (rip >>> 12)) & (near.length - 1);
  }

  /** First operation of the block there if no further look is needed, else null. */
  Operation near(long rip) {
    Block block = near[slot(rip)];
    return block != null && block.rip == rip ? block.first() : null;
  }

  void bringNear(Block block) {
    if (count > near.length / 2 && near.length < MOST_NEAR) {
      spread();
    }
    fill(block);
  }

  private void fill(Block block) {
    int i = slot(block.rip);
    near[i] = block;
    if (!isFilled[i]) {
      isFilled[i] = true;
      filled[count++] = i;
    }
  }

  private void spread() {
    Block[] old = near;
    near = new Block[4 * old.length];
    filled = new int[near.length];
    isFilled = new boolean[near.length];
    count = 0;
    for (Block block : old) {
      if (block != null) {
        fill(block);
      }
    }
  }

  /** The block decoded at that RIP, from that physical address, or null. */
  Block find(long rip, long physical) {
    return blocks.get(rip, physical);
  }

  /** The block that was displaced, or null. */
  Block add(Block block) {
    return blocks.put(block);
  }

  void remove(Block block) {
    blocks.remove(block);
    int i = slot(block.rip);
    if (near[i] == block) {
      near[i] = null;
    }
  }

  /** Translations have changed: every block has to be looked at again. */
  void forgetNear() {
    for (int i = 0; i < count; i++) {
      near[filled[i]] = null;
      isFilled[filled[i]] = false;
    }
    count = 0;
  }

  /**
   * Outside 64-bit mode a branch may leave the segment; within it, only code next to the hole of
   * non-canonical addresses can branch out of range. Code that only 5-level paging reaches counts
   * as next to it.
   */
  boolean checksTargets(long rip) {
    if (mode == CodeMode.BITS64) {
      return !Cpu.isCanonical(rip + REACH, SURE_WIDTH) || !Cpu.isCanonical(rip - REACH, SURE_WIDTH);
    }
    return !wholeRange;
  }
}
