package io.vmxlab.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Vector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SDM Vol. 2 "RDMSR", "WRMSR"; Vol. 3C "Architectural MSRs". */
class MsrTest {
  private final Lab lab = new Lab();
  private final Cpu cpu = lab.cpu;

  @ParameterizedTest(name = "{0} := {1}: {2}")
  @CsvSource({
    "IA32_LSTAR,          0x00007FFFFFFFFFFF, -",
    "IA32_LSTAR,          0x0000800000000000, msr-address-is-canonical",
    "IA32_GS_BASE,        0xFFFF7FFFFFFFFFFF, msr-address-is-canonical",
    "IA32_GS_BASE,        0xFFFF800000000000, -",
    "IA32_SYSENTER_EIP,   0x0000800000000000, msr-address-is-canonical",
    "IA32_STAR,           0xFFFFFFFFFFFFFFFF, -",
    "IA32_FMASK,          0x00000000FFFFFFFF, -",
    "IA32_FMASK,          0x0000000100000000, msr-reserved-bits-clear",
    "IA32_TSC_AUX,        0x0000000100000000, msr-reserved-bits-clear",
    "IA32_PAT,            0x0706050401000607, -",
    "IA32_PAT,            0x0706050402000607, pat-memory-types-valid",
    "IA32_PAT,            0x0806050401000607, pat-memory-types-valid",
    "IA32_APIC_BASE,      0x00000000FEE00900, -",
    "IA32_APIC_BASE,      0x00000000FEE00D00, -",
    "IA32_APIC_BASE,      0x00000000FEE00100, -",
    "IA32_APIC_BASE,      0x00000000FEC00800, -",
    "IA32_APIC_BASE,      0x00000000FEE00500, apic-mode-change",
    "IA32_APIC_BASE,      0x00000000FEE00901, msr-reserved-bits-clear",
    "IA32_APIC_BASE,      0x0000010000000900, msr-reserved-bits-clear",
    "IA32_MTRR_PHYSBASE0, 0x0000000000001007, mtrr-memory-type-valid",
    "IA32_MTRR_PHYSBASE0, 0x0000000000001006, -",
    "IA32_MTRR_FIX64K_00000, 0x0606060606060602, mtrr-fixed-memory-types-valid",
    "IA32_MTRRCAP,        0x0000000000000000, msr-is-writable",
    "IA32_PL0_SSP,        0x0000000000000000, msr-is-implemented",
  })
  void writes(String name, String value, String rule) {
    int index = Msr.valueOf(name).index;
    long bits = Long.parseUnsignedLong(value.substring(2), 16);
    if (rule.equals("-")) {
      cpu.msrs.write(index, bits);
      assertEquals(bits, cpu.msrs.read(index));
    } else {
      Fault fault = assertThrows(Fault.class, () -> cpu.msrs.write(index, bits));
      assertEquals(Vector.GP, fault.vector());
      assertEquals(rule, fault.violated().id());
    }
  }

  @Test
  void unknownMsr() {
    lab.run("mov ecx, 0x12345678\nrdmsr");
    assertEquals("msr-is-implemented", lab.fault().cause());
  }

  @Test
  void rdmsrClearsTheUpperHalves() {
    cpu.msrs.set(Msr.IA32_LSTAR, 0x1122_3344_5566L);
    lab.run("mov rax, -1\nmov rdx, -1\nmov ecx, 0xC0000082\nrdmsr\nhlt");
    assertEquals(0x3344_5566L, cpu.r[0]);
    assertEquals(0x1122, cpu.r[2]);
  }

  /** Virtual time: one tick an instruction. */
  @Test
  void timeStampCounter() {
    lab.run("rdtsc\nmov ebx, eax\nrdtsc\nsub eax, ebx\nhlt");
    assertEquals(2, cpu.r[0]);
  }

  @Test
  void writingTheCounterMovesTscAdjust() {
    lab.run("mov ecx, 0x10\nxor eax, eax\nmov edx, 1\nwrmsr\nrdtsc\nhlt");
    assertEquals(1, cpu.r[2]);
    assertEquals(1, cpu.r[0]);
    assertEquals((1L << 32) - 3, cpu.msrs.read(Msr.IA32_TSC_ADJUST.index));
  }
}
