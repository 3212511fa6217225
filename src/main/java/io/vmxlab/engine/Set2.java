package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** DEST := f(SRC1, SRC2). */
final class Set2 extends Operation {
  private static final int WIDTH = OperationFactory.width();
  private static final Slot DEST = OperationFactory.slot(0);
  private static final Slot SRC1 = OperationFactory.slot(1);
  private static final Slot SRC2 = OperationFactory.slot(2);

  @Override
  Operation exec(Cpu cpu) {
    long at = DEST.locate(cpu, this, true);
    long v1 = SRC1.load(cpu, this, SRC1.locate(cpu, this, false));
    long v2 = SRC2.load(cpu, this, SRC2.locate(cpu, this, false));
    DEST.checkStore(cpu, this, at);
    DEST.store(cpu, this, at, Placeholder.call(cpu, WIDTH, v1, v2));
    return next;
  }

  @Override
  Operation fresh() {
    return new Set2();
  }
}
