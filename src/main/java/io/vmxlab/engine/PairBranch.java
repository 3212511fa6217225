package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** An instruction and the branch behind it, executed as one operation. */
final class PairBranch extends Branch {
  private Operation first;

  @Override
  Operation first() {
    return first;
  }

  @Override
  void join(Operation newFirst, Operation other) {
    super.join(newFirst, other);
    first = newFirst;
  }

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
