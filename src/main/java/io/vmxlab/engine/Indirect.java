package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;

/** A branch whose target is known only when executed. Most go where they went the last time. */
abstract class Indirect extends Operation {
  /** Other targets remembered, a power of two. */
  private static final int OTHERS = 16;

  /** The operation at {@link #usual}, or null. */
  private Operation way;

  private long usual;

  /** Blocks that it went to instead, each where its address says; null if there was none. */
  private Block[] others;

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
    Operation first = block.space.near(target);
    if (first != null) {
      remember(first.block);
    }
    return first;
  }

  private void remember(Block target) {
    if (others == null) {
      others = new Block[OTHERS];
    }
    int place = (int) (target.rip ^ target.rip >>> 4) & OTHERS - 1;
    if (others[place] != target) {
      others[place] = target;
    }
  }

  /** Blocks where it has gone lately. */
  final Set<Block> targets() {
    Set<Block> targets = new LinkedHashSet<>();
    if (way != null) {
      targets.add(way.block);
    }
    if (others != null) {
      Stream.of(others).filter(b -> b != null && b.valid).forEach(targets::add);
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
