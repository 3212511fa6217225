package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** f(SRC1, SRC2): only flags or implied registers change. */
final class Use2 extends Operation {
  private static final int WIDTH = OperationFactory.width();
  private static final Slot SRC1 = OperationFactory.slot(0);
  private static final Slot SRC2 = OperationFactory.slot(1);

  static void run(Cpu cpu, Operands o) {
    long v1 = SRC1.value(cpu, o);
    long v2 = SRC2.value(cpu, o);
    PlaceholderVoid.call(cpu, WIDTH, v1, v2);
  }

  @Override
  Operation exec(Cpu cpu) {
    run(cpu, this);
    return next;
  }

  @Override
  Operation fresh() {
    return new Use2();
  }
}
