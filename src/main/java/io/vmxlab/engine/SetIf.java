package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** DEST := condition ? 1 : 0. */
final class SetIf extends Operation {
  private static final Slot DEST = OperationFactory.slot(0);

  @Override
  Operation exec(Cpu cpu) {
    DEST.store(cpu, this, DEST.locate(cpu, this, true), Placeholder.call(cpu) ? 1 : 0);
    return next;
  }

  @Override
  Operation fresh() {
    return new SetIf();
  }
}
