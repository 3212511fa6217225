package io.vmxlab.engine;

import io.vmxlab.arch.CodeMode;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Blocks decoded under the same circumstances. A block is found by its RIP. */
final class CodeSpace {
  private static final int NEAR = 4096;

  /**
   * What decoded code depends on besides its bytes.
   *
   * @param base of CS, 0 in 64-bit mode
   * @param limit of CS, 0 in 64-bit mode
   * @param user fetched at CPL 3
   */
  record Circumstances(CodeMode mode, long base, int limit, boolean user) {}

  final CodeMode mode;
  private final Map<Long, Block> blocks = new HashMap<>();

  /** Blocks whose translation has been checked since translations last changed. */
  private final Block[] near = new Block[NEAR];

  CodeSpace(CodeMode mode) {
    this.mode = mode;
  }

  private static int slot(long rip) {
    return (int) (rip ^ (rip >>> 12)) & (NEAR - 1);
  }

  /** First operation of the block there if no further look is needed, else null. */
  Operation near(long rip) {
    Block block = near[slot(rip)];
    return block != null && block.rip == rip ? block.first : null;
  }

  void bringNear(Block block) {
    near[slot(block.rip)] = block;
  }

  /** The block decoded at that RIP, from that physical address, or null. */
  Block find(long rip, long physical) {
    Block block = blocks.get(rip);
    return block != null && block.start == physical ? block : null;
  }

  /** The block that was displaced, or null. */
  Block add(Block block) {
    return blocks.put(block.rip, block);
  }

  void remove(Block block) {
    blocks.remove(block.rip, block);
    int i = slot(block.rip);
    if (near[i] == block) {
      near[i] = null;
    }
  }

  /** Translations have changed: every block has to be looked at again. */
  void forgetNear() {
    Arrays.fill(near, null);
  }

  /**
   * Outside 64-bit mode a branch may leave the segment; within it, only code next to the hole of
   * non-canonical addresses can branch out of range.
   */
  boolean checksTargets(long rip) {
    long distance = 1L << 33;
    long top = rip >> 46;
    return mode != CodeMode.BITS64
        || (rip + distance) >> 46 != top
        || (rip - distance) >> 46 != top;
  }
}
