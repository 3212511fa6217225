package io.vmxlab.vmx;

import static io.vmxlab.cpu.MsrDefinition.msr;

import io.vmxlab.arch.CpuModel;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.FeatureControl;
import io.vmxlab.arch.Msr;
import io.vmxlab.cpu.Cpu;

/** IA32_FEATURE_CONTROL and the VMX capability MSRs. */
final class VmxMsrs {
  private VmxMsrs() {}

  /** A capability MSR exists if the model has a value of it; all of them are read-only. */
  static void declare(Cpu cpu) {
    cpu.msrs.declare(
        msr(Msr.IA32_FEATURE_CONTROL)
            .existsIf(c -> supported(c.model) != FeatureControl.LOCK)
            .supports(c -> supported(c.model))
            .rules(VmxControlRules.FEATURE_CONTROL)
            .build());
    for (Msr m : Msr.values()) {
      if (m.compareTo(Msr.IA32_VMX_BASIC) >= 0 && m.compareTo(Msr.IA32_VMX_EXIT_CTLS2) <= 0) {
        cpu.msrs.declare(
            msr(m)
                .existsIf(c -> c.model.has(Feature.VMX) && c.model.msr(m.index).isPresent())
                .readOnly()
                .reset(0)
                .build());
      }
    }
  }

  /** Bits of IA32_FEATURE_CONTROL that can be set. Local machine check is not modelled. */
  private static long supported(CpuModel model) {
    boolean vmx = model.has(Feature.VMX);
    boolean smx = model.has(Feature.SMX);
    return FeatureControl.LOCK
        | (vmx ? FeatureControl.VMX_OUTSIDE_SMX : 0)
        | (vmx && smx ? FeatureControl.VMX_INSIDE_SMX : 0)
        | (smx ? FeatureControl.SENTER_LOCAL | FeatureControl.SENTER_GLOBAL : 0)
        | (model.has(Feature.SGX) ? FeatureControl.SGX_GLOBAL : 0)
        | (model.has(Feature.SGX_LC) ? FeatureControl.SGX_LAUNCH_CONTROL : 0);
  }
}
