package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** DEST := condition ? 1 : 0. */
final class SetIf extends Operation {
  private static final Slot DEST = OperationFactory.slot(0);

  static void run(Cpu cpu, Operands o) {
    DEST.store(cpu, o, DEST.locate(cpu, o, true), Placeholder.call(cpu) ? 1 : 0);
  }

  @Override
  Operation exec(Cpu cpu) {
    run(cpu, this);
    return next;
  }

  @Override
  Operation fresh() {
    return new SetIf();
  }
}
