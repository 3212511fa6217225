package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** DEST := f(). */
final class Set0 extends Operation {
  private static final int WIDTH = OperationFactory.width();
  private static final boolean CHECKS = OperationFactory.checksStore();
  private static final Slot DEST = OperationFactory.slot(0);

  static void run(Cpu cpu, Operands o) {
    long at = DEST.locate(cpu, o, true);
    if (CHECKS) {
      DEST.checkStore(cpu, o, at);
    }
    DEST.store(cpu, o, at, Placeholder.call(cpu, WIDTH));
  }

  @Override
  Operation exec(Cpu cpu) {
    run(cpu, this);
    return next;
  }

  @Override
  Operation fresh() {
    return new Set0();
  }
}
