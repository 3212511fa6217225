package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** DEST := f(SRC1). */
final class Set1 extends Operation {
  private static final int WIDTH = OperationFactory.width();
  private static final Slot DEST = OperationFactory.slot(0);
  private static final Slot SRC1 = OperationFactory.slot(1);

  @Override
  Operation exec(Cpu cpu) {
    long at = DEST.locate(cpu, this, true);
    long v1 = SRC1.load(cpu, this, SRC1.locate(cpu, this, false));
    DEST.checkStore(cpu, this, at);
    DEST.store(cpu, this, at, Placeholder.call(cpu, WIDTH, v1));
    return next;
  }

  @Override
  Operation fresh() {
    return new Set1();
  }
}
