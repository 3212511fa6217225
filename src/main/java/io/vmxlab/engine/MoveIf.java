package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/**
 * DEST := condition ? SRC : DEST. The source is read and the destination written either way, so
 * that memory faults and the clearing of the upper half do not depend on the condition.
 */
final class MoveIf extends Operation {
  private static final Slot DEST = OperationFactory.slot(0);
  private static final Slot SRC = OperationFactory.slot(1);

  static void run(Cpu cpu, Operands o) {
    long v = SRC.value(cpu, o);
    DEST.store(cpu, o, 0, Placeholder.call(cpu) ? v : DEST.load(cpu, o, 0));
  }

  @Override
  Operation exec(Cpu cpu) {
    run(cpu, this);
    return next;
  }

  @Override
  Operation fresh() {
    return new MoveIf();
  }
}
