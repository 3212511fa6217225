package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** f(SRC1): only flags or implied registers change. */
final class Use1 extends Operation {
  private static final int WIDTH = OperationFactory.width();
  private static final Slot SRC1 = OperationFactory.slot(0);

  static void run(Cpu cpu, Operands o) {
    long v1 = SRC1.value(cpu, o);
    PlaceholderVoid.call(cpu, WIDTH, v1);
  }

  @Override
  Operation exec(Cpu cpu) {
    run(cpu, this);
    return next;
  }

  @Override
  Operation fresh() {
    return new Use1();
  }
}
