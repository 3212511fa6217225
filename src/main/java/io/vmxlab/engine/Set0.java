package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** DEST := f(). */
final class Set0 extends Operation {
  private static final int WIDTH = OperationFactory.width();
  private static final Slot DEST = OperationFactory.slot(0);

  @Override
  Operation exec(Cpu cpu) {
    long at = DEST.locate(cpu, this, true);
    DEST.checkStore(cpu, this, at);
    DEST.store(cpu, this, at, Placeholder.call(cpu, WIDTH));
    return next;
  }

  @Override
  Operation fresh() {
    return new Set0();
  }
}
