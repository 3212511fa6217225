package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.VmExit;

/** An instruction whose method does everything, and after which the block goes on. */
final class Whole extends Operation {
  static void run(Cpu cpu, Operands o) {
    cpu.rip = o.rip();
    cpu.position = o.position();
    Placeholder.call(cpu, o.insn());
  }

  @Override
  Operation exec(Cpu cpu) {
    try {
      run(cpu, this);
    } catch (VmExit exit) {
      return leaves(cpu);
    }
    return next;
  }

  @Override
  Operation fresh() {
    return new Whole();
  }
}
