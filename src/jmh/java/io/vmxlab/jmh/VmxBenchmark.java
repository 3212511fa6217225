package io.vmxlab.jmh;

import io.vmxlab.lab.LaunchReady;
import io.vmxlab.machine.Machine;
import org.openjdk.jmh.annotations.Param;

/** VMX operation. With {@code -prof gc} it shows that nothing of it allocates. */
public class VmxBenchmark extends LoopBenchmark {
  /** Where the tables of EPT are: nothing else is there. */
  private static final String EPT =
      """
          mov edi, 0x1000000
          mov rax, 0x1001007
          mov [rdi], rax
          mov rax, 0x1002007
          mov [rdi + 0x1000], rax
          mov rax, 0xB7
          mov ecx, 512
      page: mov [rdi + 0x2000], rax
          add rax, 0x200000
          add rdi, 8
          loop page
          mov ecx, 0x4002
          vmread rax, rcx
          bts eax, 31
          vmwrite rcx, rax
          mov ecx, 0x401E
          mov eax, 2
          vmwrite rcx, rax
          mov ecx, 0x201A
          mov eax, 0x100001E
          vmwrite rcx, rax
      """;

  /** Makes VMCS fields of two labels and enters the guest, which does not move on at CPUID. */
  private static final String TRIP =
      """
          lea rax, [rel guest]
          mov ecx, 0x681E
          vmwrite rcx, rax
          lea rax, [rel host]
          mov ecx, 0x6C16
          vmwrite rcx, rax
          mov esi, 0x600000
          vmlaunch
          hlt
      host: vmresume
          hlt
      """;

  /** What is measured. */
  public enum Operation {
    VMXON_AND_VMXOFF(false, "vmxon [rbx]\nvmxoff", 2),
    VMREAD(true, "vmread rdx, rcx", 1),
    VMWRITE(true, "vmwrite rcx, rdx", 1),
    VMPTRLD(true, "vmptrld [rbx]", 1),
    VM_EXIT_AND_ENTRY(true, TRIP + "guest: cpuid\n", 2),
    VM_EXIT_AND_ENTRY_WITH_EPT(true, EPT + TRIP + "guest: cpuid\n", 2),
    /** In a guest: a page walk through EPT each time. */
    PAGE_WALK_WITH_EPT(true, EPT + TRIP + "guest: invlpg [rsi]\nmov rax, [rsi]\njmp guest\n", 3);

    final boolean ready;
    final String code;
    final int work;

    Operation(boolean ready, String code, int work) {
      this.ready = ready;
      this.code = code;
      this.work = work;
    }

    boolean isProgram() {
      return code.contains("vmlaunch");
    }
  }

  /** What is measured. */
  @Param public Operation operation;

  @Override
  Loop loop() {
    Machine machine = Loop.machine();
    if (operation.ready) {
      LaunchReady.prepare(machine);
    }
    if (operation.isProgram()) {
      long work = (long) operation.work * Loop.OPERATIONS;
      return Loop.endless(machine, operation.code, work, engine);
    }
    return Loop.of(machine, before(), operation.code, operation.work, engine);
  }

  private String before() {
    return operation.ready
        ? "lea rbx, [rel vmcs_pointer]\nmov ecx, 0x6C06\nxor edx, edx"
        : "mov rax, cr4\nbts rax, 13\nmov cr4, rax\nmov ecx, 0x480\nrdmsr\nmov [0x600000], eax\n"
            + "mov ebx, 0x601000\nmov qword [rbx], 0x600000";
  }
}
