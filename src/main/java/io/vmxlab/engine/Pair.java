package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** Two instructions in a row, executed as one operation, which has the second one's operands. */
final class Pair extends Operation {
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
    PlaceholderSecond.run(cpu, this);
    return next;
  }

  @Override
  Operation fresh() {
    return new Pair();
  }
}
