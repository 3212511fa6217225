package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** JMP and CALL to a fixed target; the method checks it and pushes what has to be pushed. */
final class BranchDirect extends Branch {
  private static final int WIDTH = OperationFactory.width();

  static boolean jumps(Cpu cpu, Operands o) {
    Placeholder.call(cpu, WIDTH, o.following(), o.target());
    return true;
  }

  @Override
  Operation exec(Cpu cpu) {
    return take(cpu, jumps(cpu, this));
  }

  @Override
  boolean always() {
    return true;
  }

  @Override
  Operation fresh() {
    return new BranchDirect();
  }
}
