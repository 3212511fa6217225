package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** JMP and CALL to a fixed target; the method checks it and pushes what has to be pushed. */
final class BranchDirect extends Branch {
  private static final int WIDTH = OperationFactory.width();

  @Override
  Operation exec(Cpu cpu) {
    Placeholder.call(cpu, WIDTH, following, target);
    return take(cpu, true);
  }

  @Override
  Operation fresh() {
    return new BranchDirect();
  }
}
