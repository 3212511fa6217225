package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** An instruction and the branch behind it, executed as one operation. */
final class PairBranch extends Branch {
  @Override
  Operation exec(Cpu cpu) {
    PlaceholderFirst.run(cpu, first);
    return take(cpu, PlaceholderSecond.jumps(cpu, this));
  }

  @Override
  boolean always() {
    return branches();
  }

  @Override
  Operation fresh() {
    return new PairBranch();
  }
}
