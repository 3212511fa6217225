package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** JMP, CALL and RET whose target is known only when executed. */
final class BranchIndirect extends Indirect {
  private static final int WIDTH = OperationFactory.width();
  private static final Slot TARGET = OperationFactory.slot(0);

  /** Does what the instruction does, and returns where it goes. */
  static long aims(Cpu cpu, Operands o) {
    long value = TARGET.value(cpu, o);
    return Placeholder.call(cpu, WIDTH, o.following(), value);
  }

  @Override
  Operation exec(Cpu cpu) {
    return go(cpu, aims(cpu, this));
  }

  @Override
  Operation fresh() {
    return new BranchIndirect();
  }
}
