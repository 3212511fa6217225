package io.vmxlab.jmh;

import org.openjdk.jmh.annotations.Param;

/** Going from one instruction to the next. */
public class DispatchBenchmark extends LoopBenchmark {
  /** Instructions. */
  public enum Operation {
    NOP("nop", 1),
    REGISTERS("add rax, rbx", 1),
    CARRY("adc rax, rbx", 1),
    BRANCH_TAKEN("jmp $ + 2", 1),
    BRANCH_CONDITIONAL("dec rcx\njnz $ + 2", 2),
    BRANCH_INDIRECT("lea rdx, [rel $ + 9]\njmp rdx", 2),
    CALL_AND_RETURN("call $ + 7\njmp short $ + 3\nret", 3),
    MULTIPLICATION("imul rax, rbx", 1);

    final String code;
    final int work;

    Operation(String code, int work) {
      this.code = code;
      this.work = work;
    }
  }

  /** What is measured. */
  @Param public Operation operation;

  @Override
  Loop loop() {
    return Loop.of(Loop.machine(), "", operation.code, operation.work, engine);
  }
}
