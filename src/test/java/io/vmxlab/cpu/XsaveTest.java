package io.vmxlab.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.State;
import io.vmxlab.engine.Stop;
import io.vmxlab.model.CpuModels;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a process of the host does not show of the XSAVE feature set. SDM Vol. 1 "Managing State
 * Using the XSAVE Feature Set".
 */
@DisplayName("XSAVE and XRSTOR in a kernel")
class XsaveTest {
  private static final long AREA = 0x3_1000;
  private static final long POISON = 0x5A5A_5A5A_5A5A_5A5AL;
  private static final String ALL_OPTIONS = " or rax, -1\n or rdx, -1\n mov ebx, 31000h\n ";

  private Lab lab = new Lab(CpuModels.named("skylake-sp"));

  private Cpu enabled() {
    Cpu cpu = lab.cpu;
    cpu.controls.loadCr4(cpu.cr4 | Cr4.OSXSAVE | Cr4.OSFXSR);
    cpu.xcr0 = 3;
    cpu.x87.clear();
    for (int at = 0; at < 4096; at += 8) {
      lab.memory.write(AREA + at, 64, POISON);
    }
    return cpu;
  }

  @ParameterizedTest(name = "{0} with CR4.OSXSAVE = 0: #UD; with CR0.TS = 1: #NM")
  @ValueSource(strings = {"xsave", "xsaveopt", "xsavec", "xsaves", "xrstor", "xrstors"})
  void gates(String mnemonic) {
    String code = ALL_OPTIONS + mnemonic + " [rbx]";
    enabled().controls.loadCr4(Cr4.PAE);
    lab.run(code);
    lab.faults("#UD", 0, "osxsave-enabled");
    lab = new Lab(CpuModels.named("skylake-sp"));
    Cpu cpu = enabled();
    cpu.set(State.CR0, cpu.cr0 | Cr0.TS);
    lab.run(code);
    lab.faults("#NM", 0, "task-not-switched");
  }

  @ParameterizedTest(name = "{0} at CPL 3: #GP(0)")
  @ValueSource(strings = {"xsaves", "xrstors"})
  void privileged(String mnemonic) {
    enabled();
    lab.toUser();
    lab.run(ALL_OPTIONS + mnemonic + " [rbx]");
    lab.faults("#GP", 0, "privileged-cpl-is-0");
  }

  @Test
  @DisplayName("XSAVES writes what is in use, and the header says what and where")
  void supervisor() {
    Cpu cpu = enabled();
    cpu.xmm.low[3] = 0x1122;
    lab.run(ALL_OPTIONS + "xsaves [rbx]\n hlt");
    lab.completes();
    assertEquals(2, lab.memory.read(AREA + 512, 64));
    assertEquals(0x8000_0000_0000_0003L, lab.memory.read(AREA + 520, 64));
    assertEquals(0x1122, lab.memory.read(AREA + 160 + 3 * 16, 64));
    assertEquals(POISON, lab.memory.read(AREA, 64));
  }

  @Test
  @DisplayName("XRSTORS restores it, and brings what is not there into its initial configuration")
  void restored() {
    Cpu cpu = enabled();
    cpu.xmm.low[3] = 0x1122;
    cpu.xmm.mxcsr = 0x1FA0;
    for (int at = 0; at < 4096; at += 8) {
      lab.memory.write(AREA + at, 64, 0);
    }
    lab.run(
        ALL_OPTIONS + "xsaves [rbx]\n fld1\n pxor xmm3, xmm3\n mov ecx, 1\n xrstors [rbx]\n hlt");
    lab.completes();
    assertEquals(0x1122, cpu.xmm.low[3]);
    assertEquals(0x1FA0, cpu.xmm.mxcsr);
    assertEquals(0, cpu.x87.used());
    assertEquals(0, cpu.x87.significand(7));
  }

  @Test
  @DisplayName("XRSTORS demands the compacted format")
  void compactedOnly() {
    enabled();
    lab.memory.write(AREA + 520, 64, 0);
    lab.run(ALL_OPTIONS + "xrstors [rbx]");
    lab.faults("#GP", 0, "xrstors-format-is-compacted");
  }

  @ParameterizedTest(name = "{0}: an area that is not aligned on 64 bytes is #GP(0)")
  @ValueSource(strings = {"xsave", "xsaveopt", "xsavec", "xsaves", "xrstor", "xrstors"})
  void alignment(String mnemonic) {
    enabled();
    lab.run(ALL_OPTIONS + mnemonic + " [rbx + 32]");
    lab.faults("#GP", 0, "xsave-area-is-aligned");
  }

  @Test
  @DisplayName(
      "PKRU is a component of its own; its place in the compacted format is behind the header")
  void protectionKeys() {
    Cpu cpu = enabled();
    cpu.xcr0 = 0x203;
    cpu.pkru = 0x5554;
    lab.run(ALL_OPTIONS + "xsavec [rbx]\n xsave [rbx + 1024]\n hlt");
    lab.completes();
    assertEquals(0x5554, lab.memory.read(AREA + 576, 64));
    assertEquals(0x5554, lab.memory.read(AREA + 1024 + 0xA80, 64));
    assertEquals(0x200, lab.memory.read(AREA + 512, 64));
  }

  @Test
  @DisplayName("an area that ends in a page that is not there: #PF, and nothing was written")
  void faults() {
    Cpu cpu = enabled();
    lab.page(AREA + 0x1000, 0);
    lab.run("or rax, -1\n mov ebx, 31E00h\n xsave [rbx]");
    assertEquals("#PF", lab.seen.get(0).vector());
    assertEquals(AREA + 0x1000 + 0x3F, lab.seen.get(0).address());
    assertEquals(POISON, lab.memory.read(AREA + 0xE00, 64));
    assertEquals(cpu.cr2, lab.seen.get(0).address());
  }

  @ParameterizedTest(name = "IA32_XSS := {0}H on skylake-sp: {1}")
  @CsvSource({"0, ''", "100, '8'", "1, '#GP'"})
  void supervisorComponents(String value, String outcome) {
    Stop stop = lab.run("mov ecx, 0DA0h\n mov eax, " + value + "h\n xor edx, edx\n wrmsr\n hlt");
    String happened =
        stop.kind() == Stop.Kind.UNMODELLED
            ? stop.detail().contains("bit 8 of IA32_XSS") ? "8" : stop.detail()
            : lab.seen.isEmpty() ? "" : lab.seen.get(0).vector();
    assertEquals(outcome, happened);
    assertEquals(0, lab.cpu.get(Msr.IA32_XSS));
  }

  @Test
  @DisplayName("CPUID leaf 0DH: sizes follow XCR0, and only modelled components are there")
  void leaf() {
    Cpu cpu = enabled();
    cpuid(0);
    assertEquals("203 240 A88 0", registers());
    cpu.xcr0 = 0x203;
    cpuid(0);
    assertEquals("203 A88 A88 0", registers());
    cpuid(1);
    assertEquals("F 248 0 0", registers());
    cpuid(2);
    assertEquals("0 0 0 0", registers());
    cpuid(9);
    assertEquals("8 A80 0 0", registers());
  }

  private void cpuid(int subleaf) {
    lab.cpu.activity = Activity.ACTIVE;
    lab.run("mov eax, 0Dh\n mov ecx, " + subleaf + "\n cpuid\n hlt");
  }

  private String registers() {
    long[] r = lab.cpu.r;
    return String.format("%X %X %X %X", r[0], r[3], r[1], r[2]);
  }
}
