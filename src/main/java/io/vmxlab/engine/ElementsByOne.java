package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Lanes;
import io.vmxlab.engine.VectorSlot.Unit;

/** Each element of DEST := f(it, the low quadword of SRC). */
final class ElementsByOne extends Operation {
  private static final Unit UNIT = OperationFactory.unit();
  private static final int ELEMENT = OperationFactory.element();
  private static final int COUNT = OperationFactory.elements();
  private static final VectorSlot DEST = OperationFactory.vector(0);
  private static final VectorSlot SRC = OperationFactory.vector(1);

  static void run(Cpu cpu, Operands o) {
    UNIT.begin(cpu.simd);
    long[] dest = cpu.simd.dest;
    long[] source = cpu.simd.source;
    long at = DEST.locate(cpu, o, true);
    SRC.load(cpu, o, SRC.locate(cpu, o, false), source);
    DEST.load(cpu, o, at, dest);
    long value = source[0];
    for (int i = 0; i < COUNT; i++) {
      Lanes.set(
          ELEMENT, dest, i, Placeholder.call(cpu, ELEMENT, Lanes.get(ELEMENT, dest, i), value));
    }
    cpu.simd.settle();
    DEST.store(cpu, o, at, dest);
    UNIT.end(cpu.simd);
  }

  @Override
  Operation exec(Cpu cpu) {
    run(cpu, this);
    return next;
  }

  @Override
  Operation fresh() {
    return new ElementsByOne();
  }
}
