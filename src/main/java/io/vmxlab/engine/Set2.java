package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** DEST := f(SRC1, SRC2). */
final class Set2 extends Operation {
  private static final int WIDTH = OperationFactory.width();
  private static final boolean CHECKS = OperationFactory.checksStore();
  private static final Slot DEST = OperationFactory.slot(0);
  private static final Slot SRC1 = OperationFactory.slot(1);
  private static final Slot SRC2 = OperationFactory.slot(2);

  static void run(Cpu cpu, Operands o) {
    long at = DEST.locate(cpu, o, true);
    long v1 = SRC1.value(cpu, o);
    long v2 = SRC2.value(cpu, o);
    if (CHECKS) {
      DEST.checkStore(cpu, o, at);
    }
    DEST.store(cpu, o, at, Placeholder.call(cpu, WIDTH, v1, v2));
  }

  @Override
  Operation exec(Cpu cpu) {
    run(cpu, this);
    return next;
  }

  @Override
  Operation fresh() {
    return new Set2();
  }
}
