package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** Jcc: goes to the target if the condition holds. */
final class BranchIf extends Branch {
  @Override
  Operation exec(Cpu cpu) {
    boolean jump = Placeholder.call(cpu);
    if (jump && block.checksTargets) {
      cpu.checkBranchTarget(target);
    }
    return take(cpu, jump);
  }

  @Override
  Operation fresh() {
    return new BranchIf();
  }
}
