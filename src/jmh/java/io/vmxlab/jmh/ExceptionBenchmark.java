package io.vmxlab.jmh;

import org.openjdk.jmh.annotations.Param;

/** Delivering an exception or a software interrupt, and IRET from it. */
public class ExceptionBenchmark extends LoopBenchmark {
  /** Instructions of two bytes that the handler steps over; an exception counts as work itself. */
  public enum Operation {
    INVALID_OPCODE("ud2", 3),
    DIVIDE_ERROR("div ecx", 3),
    PAGE_FAULT("mov al, [rdi]", 4),
    SOFTWARE_INTERRUPT("int 30h", 2);

    private static final String BEFORE =
        gate(0, "skip")
            + gate(6, "skip")
            + gate(14, "skip_code")
            + gate(0x30, "back")
            + "xor ecx, ecx\nmov rdi, 0x400000000000\nmov [0x600000], word 0xFFF\n"
            + "mov qword [0x600002], 0x601000\nlidt [0x600000]\njmp program\n"
            + "skip_code: add rsp, 8\nskip: add qword [rsp], 2\nback: iretq\nprogram:";

    final String code;
    final int work;

    Operation(String code, int work) {
      this.code = code;
      this.work = work;
    }

    private static String gate(int vector, String handler) {
      long at = 0x601000 + 16L * vector;
      return "lea rax, [rel %s]\nmov [%d], ax\nmov word [%d], 8\nmov word [%d], 0x8E00\nshr rax, 16\nmov [%d], ax\n"
          .formatted(handler, at, at + 2, at + 4, at + 6);
    }
  }

  /** What is measured. */
  @Param public Operation operation;

  @Override
  Loop loop() {
    return Loop.of(Loop.machine(), Operation.BEFORE, operation.code, operation.work, engine);
  }
}
