package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** JMP, CALL and RET whose target is known only when executed. */
final class BranchIndirect extends Operation {
  private static final int WIDTH = OperationFactory.width();
  private static final Slot TARGET = OperationFactory.slot(0);

  @Override
  Operation exec(Cpu cpu) {
    long value = TARGET.load(cpu, this, TARGET.locate(cpu, this, false));
    long target = Placeholder.call(cpu, WIDTH, following, value);
    cpu.retired += position + 1;
    cpu.rip = target;
    return cpu.retired < cpu.horizon ? block.space.near(target) : null;
  }

  @Override
  Operation fresh() {
    return new BranchIndirect();
  }
}
