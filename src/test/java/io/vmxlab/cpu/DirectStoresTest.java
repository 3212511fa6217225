package io.vmxlab.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vmxlab.model.CpuModels;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Direct stores, and instructions that only order others")
class DirectStoresTest {
  private static final long FROM = Lab.USER + 0x1008;
  private static final long TO = Lab.USER + 0x1040;

  private final Lab lab = new Lab(CpuModels.named("max"));

  @Test
  @DisplayName("MOVDIR64B reads all of its source before it writes; the places may overlap")
  void overlapping() {
    for (int i = 0; i < 16; i++) {
      lab.memory.write(FROM + i * 8, 64, i + 1);
    }
    lab.cpu.r[3] = FROM;
    lab.cpu.r[1] = TO;
    lab.run("movdir64b rcx, [rbx]\n hlt");
    lab.completes();
    for (int i = 0; i < 8; i++) {
      assertEquals(i + 1, lab.memory.read(TO + i * 8, 64));
    }
  }

  @Test
  @DisplayName("its destination has to be aligned on 64 bytes")
  void alignment() {
    lab.cpu.r[3] = FROM;
    lab.cpu.r[1] = TO + 8;
    lab.run("movdir64b rcx, [rbx]");
    lab.faults("#GP", 0, "movdir64b-is-aligned");
  }

  @Test
  @DisplayName("MOVDIRI, SERIALIZE, WBNOINVD and WRMSRNS")
  void others() {
    lab.cpu.r[3] = FROM;
    lab.run(
        "mov eax, 12345678h\n movdiri [rbx], eax\n serialize\n wbnoinvd\n mov ecx, 0C0000102h\n"
            + " xor edx, edx\n wrmsrns\n hlt");
    lab.completes();
    assertEquals(0x12345678, lab.memory.read(FROM, 32));
    assertEquals(0x12345678, lab.cpu.get(io.vmxlab.arch.Msr.IA32_KERNEL_GS_BASE));
  }

  @Test
  @DisplayName("WBNOINVD and WRMSRNS at CPL 3: #GP(0)")
  void privileged() {
    lab.toUser();
    lab.run("wbnoinvd");
    lab.faults("#GP", 0, "privileged-cpl-is-0");
  }
}
