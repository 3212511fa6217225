package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/**
 * An instruction whose method does everything, and after which the engine looks where to go on:
 * {@code cpu.nextRip}, in whatever mode the processor is then.
 */
final class WholeLast extends Operation {
  @Override
  Operation exec(Cpu cpu) {
    cpu.rip = rip;
    cpu.nextRip = following;
    cpu.position = position;
    Placeholder.call(cpu, insn);
    cpu.retired += position + 1;
    cpu.rip = cpu.nextRip;
    return null;
  }

  @Override
  Operation fresh() {
    return new WholeLast();
  }
}
