package io.vmxlab.jmh;

import org.openjdk.jmh.annotations.Param;

/** Registers of the system. */
public class RegistersBenchmark extends LoopBenchmark {
  /** Instructions; values written are those that are there. */
  public enum Operation {
    READ_CR0("mov rax, cr0", 1),
    WRITE_CR0("mov cr0, r10", 1),
    READ_CR3("mov rax, cr3", 1),
    WRITE_CR3("mov cr3, r11", 1),
    WRITE_CR4("mov cr4, r12", 1),
    READ_MSR("mov ecx, 0x174\nrdmsr", 2),
    WRITE_MSR("mov ecx, 0x174\nxor eax, eax\nxor edx, edx\nwrmsr", 4),
    READ_CAPABILITY_MSR("mov ecx, 0x480\nrdmsr", 2),
    TIME_STAMP("rdtsc", 1),
    CPUID("xor eax, eax\ncpuid", 2),
    FLAGS("pushfq\npopfq", 2);

    private static final String BEFORE = "mov r10, cr0\nmov r11, cr3\nmov r12, cr4";

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
    return Loop.of(Loop.machine(), Operation.BEFORE, operation.code, operation.work, engine);
  }
}
