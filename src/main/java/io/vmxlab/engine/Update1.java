package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** DEST := f(DEST, SRC1). */
final class Update1 extends Operation {
  private static final int WIDTH = OperationFactory.width();
  private static final Slot DEST = OperationFactory.slot(0);
  private static final Slot SRC1 = OperationFactory.slot(1);

  static void run(Cpu cpu, Operands o) {
    long at = DEST.locate(cpu, o, true);
    long v1 = SRC1.value(cpu, o);
    long dest = DEST.loadForStore(cpu, o, at);
    DEST.store(cpu, o, at, Placeholder.call(cpu, WIDTH, dest, v1));
  }

  @Override
  Operation exec(Cpu cpu) {
    run(cpu, this);
    return next;
  }

  @Override
  Operation fresh() {
    return new Update1();
  }
}
