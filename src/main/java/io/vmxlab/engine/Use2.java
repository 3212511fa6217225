package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** f(SRC1, SRC2): only flags or implied registers change. */
final class Use2 extends Operation {
  private static final int WIDTH = OperationFactory.width();
  private static final Slot SRC1 = OperationFactory.slot(0);
  private static final Slot SRC2 = OperationFactory.slot(1);

  @Override
  Operation exec(Cpu cpu) {
    long v1 = SRC1.load(cpu, this, SRC1.locate(cpu, this, false));
    long v2 = SRC2.load(cpu, this, SRC2.locate(cpu, this, false));
    PlaceholderVoid.call(cpu, WIDTH, v1, v2);
    return next;
  }

  @Override
  Operation fresh() {
    return new Use2();
  }
}
