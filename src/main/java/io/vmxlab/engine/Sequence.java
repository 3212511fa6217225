package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.VmExit;

/**
 * Instructions in a row that are executed as one operation. Its class has the code of all of them,
 * with registers in local variables; which registers, and what constants, stands in fields, so that
 * other instructions of the same kind share the class.
 */
abstract class Sequence extends Operation {
  /** Registers that it may name, besides RSP. */
  static final int REGISTERS = 8;

  /** Immediates and displacements that it may have. */
  static final int CONSTANTS = 8;

  /** The operations of the instructions alone. */
  Operation[] parts;

  /** Which of them threw the last exception. */
  private int thrower;

  /** What it was, until the engine has heard of it; null if a VM exit. */
  private RuntimeException thrown;

  /** The last of them if it is a branch of that kind, else null. */
  Branch branch;

  Indirect indirect;

  byte number0;
  byte number1;
  byte number2;
  byte number3;
  byte number4;
  byte number5;
  byte number6;
  byte number7;

  long constant0;
  long constant1;
  long constant2;
  long constant3;
  long constant4;
  long constant5;
  long constant6;
  long constant7;

  /** Becomes the operation of these. */
  final void join(SequencePlan plan) {
    parts = plan.operations();
    Operation last = parts[parts.length - 1];
    branch = last instanceof Branch ? (Branch) last : null;
    indirect = last instanceof Indirect ? (Indirect) last : null;
    copy(parts[0]);
    stand(parts[0].block, parts[0].position(), (int) (parts[0].rip() - parts[0].block.rip));
    numbers(plan.registers);
    constants(plan.constants);
  }

  private void numbers(int... all) {
    number0 = (byte) all[0];
    number1 = (byte) all[1];
    number2 = (byte) all[2];
    number3 = (byte) all[3];
    number4 = (byte) all[4];
    number5 = (byte) all[5];
    number6 = (byte) all[6];
    number7 = (byte) all[7];
  }

  private void constants(long... all) {
    constant0 = all[0];
    constant1 = all[1];
    constant2 = all[2];
    constant3 = all[3];
    constant4 = all[4];
    constant5 = all[5];
    constant6 = all[6];
    constant7 = all[7];
  }

  /**
   * An instruction has thrown an exception. The engine hears of it by an ordinary return: to go
   * through one more method by an exception would take longer.
   */
  final Operation fails(Cpu cpu, int part, RuntimeException exception) {
    thrower = part;
    thrown = exception instanceof VmExit ? null : exception;
    return leaves(cpu);
  }

  @Override
  final void raise() {
    RuntimeException exception = thrown;
    if (exception != null) {
      thrown = null;
      throw exception;
    }
  }

  @Override
  final Operation actual() {
    return parts[parts.length - 1];
  }

  @Override
  final Operation culprit() {
    return parts[thrower];
  }

  @Override
  final Operation fresh() {
    throw new IllegalStateException("a sequence is made of instructions, not of one");
  }
}
