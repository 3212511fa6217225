package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.VmExit;

/**
 * An instruction whose method does everything, and after which the engine looks where to go on:
 * {@code cpu.nextRip}, in whatever mode the processor is then.
 */
final class WholeLast extends Operation {
  @Override
  Operation exec(Cpu cpu) {
    cpu.rip = rip();
    cpu.nextRip = following();
    cpu.position = position();
    try {
      Placeholder.call(cpu, insn);
    } catch (VmExit exit) {
      return leaves(cpu);
    }
    cpu.retired += position() + 1;
    cpu.rip = cpu.nextRip;
    return null;
  }

  @Override
  Operation fresh() {
    return new WholeLast();
  }
}
