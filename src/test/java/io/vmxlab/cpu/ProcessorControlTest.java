package io.vmxlab.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.State;
import io.vmxlab.model.CpuModels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a processor says of itself, and instructions that control it. SDM Vol. 2 by instruction. */
class ProcessorControlTest {
  private final Lab lab = new Lab();
  private final Cpu cpu = lab.cpu;

  @Test
  void monitorLoadsAndMwaitGoesOn() {
    lab.memory.write(Lab.CODE + 0x1000, 32, 0);
    lab.run(
        "mov rax, 0x11000\nmov ecx, 0\nmov edx, 0\nmonitor\nmov eax, 0\nmwait\n"
            + "mov eax, 1\ncpuid\nhlt");
    lab.completes();
    assertEquals(8, cpu.r[1] & 8, "CPUID shows it");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "mov rcx, 0x100000000; monitor           | #GP(0) monitor-extensions",
        "mov ecx, 1; monitor                     | #GP(0) monitor-extensions",
        "xor ecx, ecx; mov rax, 1 << 47; monitor | #GP(0) address-is-canonical",
        "xor ecx, ecx; mov eax, 0x500000; monitor| #PF(0) page-is-present",
        "mov ecx, 2; mwait                       | #GP(0) mwait-extensions",
        "mov ecx, 0x1A0; rdmsr; btr eax, 18; wrmsr; monitor | #UD(0) monitor-enabled",
        "mov ecx, 0x1A0; rdmsr; btr eax, 18; wrmsr; mwait   | #UD(0) monitor-enabled",
      })
  void monitorFaults(String text, String what) {
    lab.run(text.replace(';', '\n'));
    assertEquals(what, Lab.what(lab.seen.get(0)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"monitor", "mwait"})
  void monitorIsUndefinedAboveCpl0(String instruction) {
    lab.toUser();
    lab.run(instruction);
    lab.faults("#UD", 0, "monitor-cpl-is-0");
  }

  @Test
  void withoutTheEnableCpuidHidesMonitor() {
    lab.run("mov ecx, 0x1A0\nrdmsr\nbtr eax, 18\nwrmsr\nmov eax, 1\ncpuid\nhlt");
    lab.completes();
    assertEquals(0, cpu.r[1] & 8);
  }

  @Test
  void pkru() {
    cpu.controls.loadCr4(cpu.cr4 | Cr4.PKE);
    cpu.set(State.PKRU, 0xC000_0004L);
    lab.run(
        "mov ecx, 0\nmov rdx, -1\nmov rax, -1\nrdpkru\nmov rbx, rax\nmov rsi, rdx\n"
            + "mov [rsp - 8], rbx\nmov rax, 0x1234567890\nmov edx, 0\nwrpkru\nmov eax, 7\ncpuid\nhlt");
    lab.completes();
    assertEquals(0xC000_0004L, lab.memory.read(cpu.r[4] - 8, 64));
    assertEquals(0, cpu.r[6], "EDX");
    assertEquals(0x3456_7890L, cpu.get(State.PKRU));
    assertEquals(0x18, cpu.r[1] & 0x18, "PKU and OSPKE");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"mov ecx, 1\nrdpkru", "mov ecx, 1\nwrpkru", "xor ecx, ecx\nmov edx, 1\nwrpkru"})
  void pkruTakesNoOperands(String text) {
    cpu.controls.loadCr4(cpu.cr4 | Cr4.PKE);
    cpu.r[2] = 0;
    lab.run(text);
    lab.faults("#GP", 0, "pkru-operands");
  }

  @Test
  void cpuidMirrorsState() {
    lab.run(
        "mov eax, 1\ncpuid\nmov esi, ecx\nmov rax, cr4\nor eax, 0x40000\nmov cr4, rax\nmov eax, 1\ncpuid\nhlt");
    lab.completes();
    assertEquals(0, cpu.r[6] >> 27 & 1);
    assertEquals(1, cpu.r[1] >> 27 & 1, "OSXSAVE");
  }

  @Test
  void cpuidBeyondTheLastLeafGivesTheLastBasicOne() {
    lab.run("mov eax, 0x77\nxor ecx, ecx\ncpuid\nhlt");
    assertEquals(cpu.model.cpuid(0xD, 0)[0], cpu.r[0]);
  }

  @Test
  void xsetbv() {
    cpu.controls.loadCr4(cpu.cr4 | Cr4.OSXSAVE);
    lab.run("xor ecx, ecx\nxor edx, edx\nmov eax, 7\nxsetbv\nxgetbv\nhlt");
    lab.completes();
    assertEquals(7, cpu.r[0]);
    cpu.activity = Activity.ACTIVE;
    lab.run("mov eax, 5\nxsetbv");
    lab.faults("#GP", 0, "xcr0-avx-requires-sse");
  }

  @Test
  void randomNumbersRepeatWithTheSeed() {
    lab.run("rdrand rax\nrdseed ebx\nsetc cl\nhlt");
    lab.completes();
    RandomSource same = RandomSource.seeded(0);
    assertEquals(same.next(), cpu.r[0]);
    assertEquals(same.next() & 0xFFFF_FFFFL, cpu.r[3]);
    assertEquals(1, cpu.r[1]);
  }

  @Test
  void clacAndStac() {
    cpu.controls.loadCr4(cpu.cr4 | Cr4.SMAP);
    lab.run("stac\nmov eax, [0x30000]\nclac\nmov eax, [0x30000]");
    lab.faults("#PF", 1, "smap-no-user-data");
    lab.seen.clear();
    cpu.activity = Activity.ACTIVE;
    lab.toUser();
    lab.run("stac");
    lab.faults("#UD", 0, "smap-instruction-cpl-is-0");
  }

  @Test
  void theMonitorFilterHoldsTheSmallestLine() {
    Lab skylake = new Lab(CpuModels.named("skylake"));
    skylake.run("mov ecx, 6\nrdmsr\nhlt");
    skylake.completes();
    assertEquals(0x40, skylake.cpu.r[0]);
  }
}
