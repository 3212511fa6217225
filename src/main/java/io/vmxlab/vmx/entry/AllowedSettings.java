package io.vmxlab.vmx.entry;

import static io.vmxlab.arch.Msr.IA32_VMX_BASIC;

import io.vmxlab.arch.Msr;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.arch.VmxCapability;
import io.vmxlab.rule.RuleSet.Builder;

/**
 * The settings that capability MSRs allow a control vector. SDM Vol. 3D "Reserved Controls and
 * Default Settings".
 */
final class AllowedSettings {
  private static final long LOW = 0xFFFF_FFFFL;

  private AllowedSettings() {}

  /**
   * A vector's bits are as the TRUE form of its MSR allows; as the plain form where there is no
   * other.
   */
  static <O> void rule(
      Builder<StateView, O> set, String id, String alias, VmcsField vector, Msr plain, Msr exact) {
    set.rule(id)
        .alias(alias)
        .reads(vector, IA32_VMX_BASIC, plain, exact)
        .mend(
            "make the value of what is wanted: OR bits 31:0 of "
                + plain
                + " (of "
                + exact
                + " if IA32_VMX_BASIC[55] is 1) into it, AND bits 63:32")
        .requireBits(
            "every control is as bits 31:0 (those have to be 1) and bits 63:32 (others have to be 0)"
                + " of "
                + exact
                + ", or of "
                + plain
                + " if IA32_VMX_BASIC[55] is 0, allow",
            vector,
            v -> capability(v, plain, exact) & LOW,
            v -> ~(capability(v, plain, exact) >>> Integer.SIZE) & LOW);
  }

  private static long capability(StateView v, Msr plain, Msr exact) {
    boolean hasExact = (v.get(IA32_VMX_BASIC) & VmxCapability.BASIC_TRUE_CONTROLS) != 0;
    return v.get(hasExact ? exact : plain);
  }
}
