package io.vmxlab.semantics;

import io.vmxlab.arch.Cr4;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Requirement;

/** CR4.UMIP: SGDT, SIDT, SLDT, SMSW and STR above CPL 0. SDM Vol. 3A "Control Registers". */
final class UserModePrevention {
  private UserModePrevention() {}

  static void check(Cpu cpu) {
    if (cpu.cpl != 0 && (cpu.cr4 & Cr4.UMIP) != 0) {
      throw cpu.gp0(Requirement.UMIP_CPL_IS_0);
    }
  }
}
