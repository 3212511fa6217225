package io.vmxlab.engine;

import static io.vmxlab.arch.Gpr.RCX;

import io.vmxlab.cpu.Cpu;

/** LOOP and JRCXZ: the condition depends on the counter, whose width is the address size. */
final class BranchCounted extends Branch {
  private static final int WIDTH = OperationFactory.width();

  static boolean jumps(Cpu cpu, Operands o) {
    return PlaceholderCondition.call(cpu, WIDTH);
  }

  @Override
  Operation exec(Cpu cpu) {
    long counter = cpu.r[RCX];
    boolean jump = jumps(cpu, this);
    if (jump && block.checksTargets) {
      long counted = cpu.r[RCX];
      cpu.r[RCX] = counter;
      cpu.checkBranchTarget(insn.operandSize, target());
      cpu.r[RCX] = counted;
    }
    return take(cpu, jump);
  }

  @Override
  Operation fresh() {
    return new BranchCounted();
  }
}
