package io.vmxlab.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Rflags;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Exceptions of integer instructions, and what they leave behind. */
class IntegerFaultsTest {
  private final Lab lab = new Lab();
  private final Cpu cpu = lab.cpu;

  /** SDM Vol. 2 by instruction. */
  @ParameterizedTest(name = "{1}: {3}")
  @CsvSource(
      delimiter = '|',
      value = {
        "64 | div ecx                           | #DE | div-quotient-fits",
        "64 | idiv ecx                          | #DE | idiv-quotient-fits",
        "64 | cmpxchg16b [rsp-24]               | #GP | cmpxchg16b-is-aligned",
        "64 | times 15 db 66h                   | #GP | instruction-length",
        "32 | aam 0                             | #DE | aam-base-is-not-0",
        "32 | bound eax, [0x25000]              | #BR | index-within-bounds",
      })
  void namesTheRequirement(int bits, String code, String vector, String cause) {
    if (bits == 32) {
      lab.segments(Lab.CODE32, Lab.DATA, 0);
    }
    cpu.r[0] = -1;
    cpu.r[1] = 0;
    lab.code(bits == 64 ? CodeMode.BITS64 : CodeMode.BITS32, code).engine.step();
    assertEquals(vector, lab.fault().vector());
    assertEquals(cause, lab.fault().cause());
  }

  /** A repeated CMPS that faults leaves the flags from before it, as the manual says. */
  @Test
  void flagsOfAFaultInARepeatedComparison() {
    long page = 0x5_0000;
    lab.page(page, 0);
    lab.memory.write(page - 4, 32, 1);
    lab.memory.write(page - 8, 32, 2);
    cpu.r[1] = 3;
    cpu.r[6] = page - 8;
    cpu.r[7] = page - 4;
    cpu.setRflags(Rflags.ZF | Rflags.CF);
    lab.code("repne cmpsd").engine.step();
    assertEquals("page-is-present", lab.fault().cause());
    assertEquals(2, cpu.r[1]);
    assertEquals(page, cpu.r[7]);
    assertEquals(Rflags.ZF | Rflags.CF, cpu.rflags() & Rflags.STATUS);
  }
}
