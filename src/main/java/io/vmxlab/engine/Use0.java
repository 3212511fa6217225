package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** f(): only flags change; operands, if there are any, are not looked at. */
final class Use0 extends Operation {
  static void run(Cpu cpu, Operands o) {
    PlaceholderVoid.call(cpu);
  }

  @Override
  Operation exec(Cpu cpu) {
    run(cpu, this);
    return next;
  }

  @Override
  Operation fresh() {
    return new Use0();
  }
}
