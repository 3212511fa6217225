package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** f(SRC1, SRC2, SRC3): only flags or implied registers change. */
final class Use3 extends Operation {
  private static final int WIDTH = OperationFactory.width();
  private static final Slot SRC1 = OperationFactory.slot(0);
  private static final Slot SRC2 = OperationFactory.slot(1);
  private static final Slot SRC3 = OperationFactory.slot(2);

  static void run(Cpu cpu, Operands o) {
    long v1 = SRC1.value(cpu, o);
    long v2 = SRC2.value(cpu, o);
    long v3 = SRC3.value(cpu, o);
    PlaceholderVoid.call(cpu, WIDTH, v1, v2, v3);
  }

  @Override
  Operation exec(Cpu cpu) {
    run(cpu, this);
    return next;
  }

  @Override
  Operation fresh() {
    return new Use3();
  }
}
