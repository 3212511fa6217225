package io.vmxlab.cpu;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.State;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Instructions that convert between MMX registers and XMM registers or memory. SDM Vol. 3B
 * "Exception Conditions for Legacy SIMD/MMX Instructions with XMM and FP Exception".
 */
@DisplayName("conversions from and to MMX registers")
class MmxConversionTest {
  private final Lab lab = new Lab();

  @ParameterizedTest(name = "{0} with CR4.OSFXSR = 0: #UD, whether or not its operand is in memory")
  @ValueSource(
      strings = {
        "cvtps2pi mm0, xmm0",
        "cvtps2pi mm0, [rbx]",
        "cvttps2pi mm0, [rbx]",
        "cvtpd2pi mm0, [rbx]",
        "cvttpd2pi mm0, [rbx]",
        "cvtpi2ps xmm0, [rbx]",
        "cvtpi2pd xmm0, mm0"
      })
  void needsSse(String code) {
    lab.run(code);
    lab.faults("#UD", 0, "sse-enabled");
  }

  @ParameterizedTest(name = "{0} with CR0.TS = 1: #NM")
  @ValueSource(strings = {"cvtps2pi mm0, [rbx]", "cvtpi2ps xmm0, [rbx]"})
  void needsTask(String code) {
    lab.cpu.set(State.CR4, lab.cpu.cr4 | Cr4.OSFXSR);
    lab.cpu.set(State.CR0, lab.cpu.cr0 | Cr0.TS);
    lab.run(code);
    lab.faults("#NM", 0, "task-not-switched");
  }
}
