package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** Jcc: goes to the target if the condition holds. */
final class BranchIf extends Branch {
  static boolean jumps(Cpu cpu, Operands o) {
    return Placeholder.call(cpu);
  }

  @Override
  Operation exec(Cpu cpu) {
    boolean jump = jumps(cpu, this);
    if (jump && block.checksTargets) {
      cpu.checkBranchTarget(insn.operandSize, target());
    }
    return take(cpu, jump);
  }

  @Override
  Operation fresh() {
    return new BranchIf();
  }
}
