package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** An instruction whose method does everything, and after which the block goes on. */
final class Whole extends Operation {
  @Override
  Operation exec(Cpu cpu) {
    cpu.rip = rip;
    cpu.position = position;
    Placeholder.call(cpu, insn);
    return next;
  }

  @Override
  Operation fresh() {
    return new Whole();
  }
}
