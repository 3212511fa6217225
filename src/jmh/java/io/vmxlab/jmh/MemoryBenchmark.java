package io.vmxlab.jmh;

import org.openjdk.jmh.annotations.Param;

/** The ways to memory, short and long. */
public class MemoryBenchmark extends LoopBenchmark {
  /** Instructions; RSI is aligned, RDI four bytes below the end of a page. */
  public enum Operation {
    LOAD_BYTE("mov al, [rsi]", 1),
    LOAD("mov rax, [rsi]", 1),
    STORE("mov [rsi], rax", 1),
    READ_MODIFY_WRITE("add [rsi], rax", 1),
    LOCKED("lock add [rsi], rax", 1),
    LOAD_ACROSS_PAGES("mov rax, [rdi]", 1),
    STORE_ACROSS_PAGES("mov [rdi], rax", 1),
    STACK("push rax\npop rax", 2),
    LOAD_16_BYTES("movdqa xmm0, [rsi]", 1),
    /** Of 16 MBytes, each time another page. */
    LOAD_ANOTHER_PAGE("add ebx, 1000h\nand ebx, 0FFFFFFh\nmov rax, [rbx + 1000000h]", 3),
    /** A page walk each time. */
    LOAD_BEHIND_INVLPG("invlpg [rsi]\nmov rax, [rsi]", 2),
    /** A page of the local APIC, which no short way leads to. */
    LOAD_WITHOUT_SHORT_WAY("mov eax, [r8]", 1),
    /** Drops the code that is there, which nothing runs. */
    STORE_INTO_CODE_PAGE("mov [r9], al", 1),
    REP_MOVSB_16("lea rsi, [rbp]\nlea rdi, [rbp + 40h]\nmov ecx, 16\nrep movsb", 4);

    private static final String BEFORE =
        "mov rax, cr4\nor eax, 0x600\nmov cr4, rax\nmov esi, 0x600000\nmov ebp, esi\nmov edi, 0x601FFC\nmov r8d, 0xFEE00020\n"
            + "xor ebx, ebx\nlea r9, [rel program + 4000]\njmp program\n"
            + "align 4096\nprogram:";

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
