package io.vmxlab.engine;

/**
 * Blocks by where they begin: their RIP and the physical address behind it, so that processes which
 * have code of their own at the same address keep it. The blocks themselves are the keys.
 */
final class BlockTable {
  private Block[] blocks = new Block[16];
  private int size;

  private int slot(long rip, long physical) {
    long mixed = (rip ^ physical >>> 12 << 40) * 0x9E37_79B9_7F4A_7C15L;
    return (int) (mixed >>> 32) & (blocks.length - 1);
  }

  /** Where the block is or could be put. */
  private int find(long rip, long physical) {
    int i = slot(rip, physical);
    while (blocks[i] != null && !(blocks[i].rip == rip && blocks[i].start == physical)) {
      i = (i + 1) & (blocks.length - 1);
    }
    return i;
  }

  /** The block that begins there, or null. */
  Block get(long rip, long physical) {
    return blocks[find(rip, physical)];
  }

  /** Returns the block that began there before, or null. */
  Block put(Block block) {
    int i = find(block.rip, block.start);
    Block before = blocks[i];
    blocks[i] = block;
    if (before == null && ++size > blocks.length / 2) {
      grow();
    }
    return before;
  }

  private void grow() {
    Block[] old = blocks;
    blocks = new Block[2 * old.length];
    for (Block block : old) {
      if (block != null) {
        blocks[find(block.rip, block.start)] = block;
      }
    }
  }

  /** Forgets the block if it is the one that begins there. */
  void remove(Block block) {
    int gap = find(block.rip, block.start);
    if (blocks[gap] != block) {
      return;
    }
    size--;
    int i = gap;
    while (true) {
      i = (i + 1) & (blocks.length - 1);
      if (blocks[i] == null) {
        break;
      }
      int home = slot(blocks[i].rip, blocks[i].start);
      boolean mayMove = gap <= i ? home <= gap || home > i : home <= gap && home > i;
      if (mayMove) {
        blocks[gap] = blocks[i];
        gap = i;
      }
    }
    blocks[gap] = null;
  }
}
