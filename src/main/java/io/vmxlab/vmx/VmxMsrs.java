package io.vmxlab.vmx;

import static io.vmxlab.cpu.MsrDefinition.msr;

import io.vmxlab.arch.Msr;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.MsrDefinition;

/** IA32_FEATURE_CONTROL and the VMX capability MSRs. */
final class VmxMsrs {
  private VmxMsrs() {}

  static void declare(Cpu cpu) {
    cpu.msrs.declare(VmxMsrs::of);
  }

  private static MsrDefinition of(Msr msr) {
    if (msr == Msr.IA32_FEATURE_CONTROL) {
      return msr(msr).reservesBits().rules(VmxControlRules.FEATURE_CONTROL).build();
    }
    return Msr.isVmxCapability(msr.index) ? msr(msr).reset(0).build() : null;
  }
}
