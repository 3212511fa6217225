package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** JMP, CALL and RET whose target is known only when executed. */
final class BranchIndirect extends Operation {
  private static final int WIDTH = OperationFactory.width();
  private static final Slot TARGET = OperationFactory.slot(0);

  /** Does what the instruction does, and returns where it goes. */
  static long aims(Cpu cpu, Operands o) {
    long value = TARGET.load(cpu, o, TARGET.locate(cpu, o, false));
    return Placeholder.call(cpu, WIDTH, o.following(), value);
  }

  @Override
  Operation exec(Cpu cpu) {
    return go(cpu, aims(cpu, this));
  }

  /** Goes there, which is not in the same region. */
  Operation go(Cpu cpu, long target) {
    cpu.retired += position + 1;
    cpu.rip = target;
    return cpu.retired < cpu.horizon ? block.space.near(target) : null;
  }

  @Override
  Operation fresh() {
    return new BranchIndirect();
  }
}
