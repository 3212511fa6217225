package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** f(SRC1): only flags or implied registers change. */
final class Use1 extends Operation {
  private static final int WIDTH = OperationFactory.width();
  private static final Slot SRC1 = OperationFactory.slot(0);

  @Override
  Operation exec(Cpu cpu) {
    long v1 = SRC1.load(cpu, this, SRC1.locate(cpu, this, false));
    PlaceholderVoid.call(cpu, WIDTH, v1);
    return next;
  }

  @Override
  Operation fresh() {
    return new Use1();
  }
}
