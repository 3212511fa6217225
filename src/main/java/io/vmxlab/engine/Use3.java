package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** f(SRC1, SRC2, SRC3): only flags or implied registers change. */
final class Use3 extends Operation {
  private static final int WIDTH = OperationFactory.width();
  private static final Slot SRC1 = OperationFactory.slot(0);
  private static final Slot SRC2 = OperationFactory.slot(1);
  private static final Slot SRC3 = OperationFactory.slot(2);

  @Override
  Operation exec(Cpu cpu) {
    long v1 = SRC1.load(cpu, this, SRC1.locate(cpu, this, false));
    long v2 = SRC2.load(cpu, this, SRC2.locate(cpu, this, false));
    long v3 = SRC3.load(cpu, this, SRC3.locate(cpu, this, false));
    PlaceholderVoid.call(cpu, WIDTH, v1, v2, v3);
    return next;
  }

  @Override
  Operation fresh() {
    return new Use3();
  }
}
