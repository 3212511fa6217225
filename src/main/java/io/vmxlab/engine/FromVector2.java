package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;
import io.vmxlab.engine.VectorSlot.Unit;

/** DEST := f(SRC, value): a number from a vector. */
final class FromVector2 extends Operation {
  private static final Unit UNIT = OperationFactory.unit();
  private static final int WIDTH = OperationFactory.width();
  private static final int ELEMENT = OperationFactory.element();
  private static final Slot DEST = OperationFactory.slot(0);
  private static final VectorSlot SRC = OperationFactory.vector(1);
  private static final Slot VALUE = OperationFactory.slot(2);

  static void run(Cpu cpu, Operands o) {
    UNIT.begin(cpu.simd);
    long[] source = cpu.simd.source;
    long at = DEST.locate(cpu, o, true);
    SRC.load(cpu, o, SRC.locate(cpu, o, false), source);
    long value = Placeholder.call(cpu, WIDTH, ELEMENT, source, VALUE.load(cpu, o, 0));
    cpu.simd.settle();
    DEST.store(cpu, o, at, value);
    UNIT.end(cpu.simd);
  }

  @Override
  Operation exec(Cpu cpu) {
    run(cpu, this);
    return next;
  }

  @Override
  Operation fresh() {
    return new FromVector2();
  }
}
