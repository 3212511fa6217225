package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;
import java.util.List;

/**
 * Several blocks as one operation: what {@link RegionWriter} made of them. It stands in the place
 * of its first block's first operation. What leaves it, leaves it as the operation of a block does
 * that stands there, so that links, limits and faults are those of blocks.
 */
abstract class Region extends Operation {
  /** What it was made of, the first block first. */
  List<Block> blocks;

  /** Instructions in them. */
  int instructions;

  /** The look that last met it. */
  int met;

  /** Those that it is one of. */
  Regions of;

  /** Operations that the region may end in. */
  Operation[] ends;

  /**
   * The number of the operation that the last run ended in. A reference would have to be reported
   * to the garbage collector, at the price of some ten instructions of the guest.
   */
  int left;

  /** The block begins in code of the region. */
  final boolean covers(Block met) {
    return covers(blocks, met);
  }

  /** The same, of blocks that a region is to be made of. */
  static boolean covers(List<Block> blocks, Block met) {
    return blocks.get(0).space == met.space
        && blocks.stream().anyMatch(b -> met.start >= b.start && met.start <= b.lastByte());
  }

  /** Is not begun, since the horizon is too near: the block's own operations are executed. */
  final Operation refuse() {
    of.ended(this);
    return next;
  }

  /**
   * Ends where a block does whose instructions have been counted, unless the horizon is farther:
   * then the next block's operations go on.
   */
  final Operation pause(Cpu cpu, int last, long rip, Operation next) {
    of.ended(this);
    if (cpu.retired < cpu.horizon) {
      return next;
    }
    cpu.rip = rip;
    left = last;
    return null;
  }

  /** Leaves by a branch with a fixed target. */
  final Operation leave(Cpu cpu, Branch last, int number, boolean jump) {
    left = number;
    return last.take(cpu, jump);
  }

  @Override
  final Operation actual() {
    return ends[left];
  }

  @Override
  final Operation fresh() {
    throw new IllegalStateException("a region is made of blocks, not of an instruction");
  }
}
