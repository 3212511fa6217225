package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * A branch whose target is known only when executed. Most go where they went when a target was last
 * looked up; a region that holds the branch goes on at whatever it has of the others, too.
 */
abstract class Indirect extends Operation {
  /** Other targets remembered, a power of two. */
  private static final int OTHERS = 16;

  /** Memory that they take, in bytes. */
  static final int SIZE_OF_OTHERS = 16 + 8 * OTHERS;

  /** The operation at {@link #usual}, or null. */
  private Operation way;

  private long usual;

  /**
   * Other targets in the page that the branch stands in, each in the place that its address says,
   * where the last of that place stays; null before the first.
   */
  private long[] others;

  /** Counts the block's instructions and goes on at the target. */
  final Operation go(Cpu cpu, long target) {
    cpu.retired += position() + 1;
    cpu.rip = target;
    if (way == null || cpu.retired >= cpu.horizon) {
      return null;
    }
    if (target == usual) {
      return way;
    }
    if (block.isInPage(target)) {
      remember(target);
    }
    return block.space.near(target);
  }

  private void remember(long target) {
    if (others == null) {
      others = new long[OTHERS];
    }
    others[(int) (target ^ target >>> 4) & OTHERS - 1] = target;
  }

  /** Blocks where it has gone lately: the usual one, and others in its page. */
  final Set<Block> targets() {
    Set<Block> targets = new LinkedHashSet<>();
    if (way != null) {
      targets.add(way.block);
    }
    if (others != null) {
      LongStream.of(others)
          .mapToObj(rip -> block.space.find(rip, block.start + (rip - block.rip)))
          .filter(Objects::nonNull)
          .forEach(targets::add);
    }
    return targets;
  }

  @Override
  final boolean link(long target, Operation first) {
    usual = target;
    way = first;
    return true;
  }

  @Override
  final boolean goesTo(Block target) {
    return way != null && way.block == target;
  }

  @Override
  final void leave() {
    way = null;
    others = null;
  }

  @Override
  final void unlink(Block target) {
    if (goesTo(target)) {
      way = null;
    }
  }
}
