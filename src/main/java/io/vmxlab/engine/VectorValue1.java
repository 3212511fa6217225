package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;
import io.vmxlab.engine.VectorSlot.Unit;

/** DEST := f(DEST, value), of a vector as a whole. */
final class VectorValue1 extends Operation {
  private static final Unit UNIT = OperationFactory.unit();
  private static final int WIDTH = OperationFactory.width();
  private static final int ELEMENT = OperationFactory.element();
  private static final VectorSlot DEST = OperationFactory.vector(0);
  private static final Slot VALUE = OperationFactory.slot(1);

  static void run(Cpu cpu, Operands o) {
    UNIT.begin(cpu.simd);
    long[] dest = cpu.simd.dest;
    long value = VALUE.value(cpu, o);
    DEST.load(cpu, o, 0, dest);
    PlaceholderVoid.call(cpu, WIDTH, ELEMENT, dest, value);
    cpu.simd.settle();
    DEST.store(cpu, o, 0, dest);
    UNIT.end(cpu.simd);
  }

  @Override
  Operation exec(Cpu cpu) {
    run(cpu, this);
    return next;
  }

  @Override
  Operation fresh() {
    return new VectorValue1();
  }
}
