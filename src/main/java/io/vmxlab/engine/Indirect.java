package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** A branch whose target is known only when executed. Most go where they went the last time. */
abstract class Indirect extends Operation {
  /** The operation at {@link #usual}, or null. */
  private Operation way;

  private long usual;

  /** Counts the block's instructions and goes on at the target. */
  final Operation go(Cpu cpu, long target) {
    cpu.retired += position() + 1;
    cpu.rip = target;
    if (way == null || cpu.retired >= cpu.horizon) {
      return null;
    }
    return target == usual ? way : block.space.near(target);
  }

  /** The block where it went the last time, or null. */
  final Block usual() {
    return way == null ? null : way.block;
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
  }

  @Override
  final void unlink(Block target) {
    if (goesTo(target)) {
      way = null;
    }
  }
}
