package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** A branch whose target is known only when executed. */
abstract class Indirect extends Operation {
  /** Counts the block's instructions and goes on at the target. */
  final Operation go(Cpu cpu, long target) {
    cpu.retired += position + 1;
    cpu.rip = target;
    return cpu.retired < cpu.horizon ? block.space.near(target) : null;
  }
}
