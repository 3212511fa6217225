package io.vmxlab.vmx;

import static io.vmxlab.arch.Msr.IA32_FEATURE_CONTROL;
import static io.vmxlab.arch.Msr.IA32_VMX_CR0_FIXED0;
import static io.vmxlab.arch.Msr.IA32_VMX_CR0_FIXED1;
import static io.vmxlab.arch.Msr.IA32_VMX_CR4_FIXED0;
import static io.vmxlab.arch.Msr.IA32_VMX_CR4_FIXED1;
import static io.vmxlab.arch.State.CR4_UNMODELLED;
import static io.vmxlab.arch.State.SOURCE;
import static io.vmxlab.arch.State.UNRESTRICTED;
import static io.vmxlab.arch.State.VMX_OPERATION;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.FeatureControl;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.StateView;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Raise;
import io.vmxlab.rule.Remedy;
import io.vmxlab.rule.RuleSet;

/**
 * What VMX adds to the rules of register writes: the fixed bits of CR0 and CR4 in VMX operation
 * (for MOV, LMSW and CLTS), and IA32_FEATURE_CONTROL. The new value is {@code State.SOURCE}.
 */
final class VmxControlRules {
  private static final String IN_VMX = "in VMX operation";

  // spotless:off
  static final RuleSet<StateView, Raise> CR0 =
      RuleSet.<StateView, Raise>ruleSet("cr0-vmx", Sdm.VMX_RESTRICTIONS, Raise.GP0)
          .rule("cr0-vmx-fixed-to-1")
              .reads(SOURCE, VMX_OPERATION, IA32_VMX_CR0_FIXED0, UNRESTRICTED)
              .when(IN_VMX, VmxControlRules::inVmx)
              .mend("leave the bits 1 in VMX operation; VMXOFF comes before they are cleared")
              .requireBits("bits of CR0 that are 1 in IA32_VMX_CR0_FIXED0 stay 1; in an unrestricted guest PE and PG need not be",
                  SOURCE, VmxControlRules::cr0Ones, v -> 0)
          .rule("cr0-vmx-fixed-to-0")
              .reads(SOURCE, VMX_OPERATION, IA32_VMX_CR0_FIXED1)
              .impliedBy("cr0-upper-bits-clear")
              .when(IN_VMX, VmxControlRules::inVmx)
              .mend("leave the bits 0 in VMX operation")
              .requireBits("bits of CR0 that are 0 in IA32_VMX_CR0_FIXED1 stay 0",
                  SOURCE, v -> 0, v -> ~v.get(IA32_VMX_CR0_FIXED1))
          .build();

  static final RuleSet<StateView, Raise> CR4 =
      RuleSet.<StateView, Raise>ruleSet("cr4-vmx", Sdm.VMX_RESTRICTIONS, Raise.GP0)
          .rule("cr4-vmx-fixed-to-1")
              .alias("CR4.VMXE.CLEAR")
              .reads(SOURCE, VMX_OPERATION, IA32_VMX_CR4_FIXED0)
              .when(IN_VMX, VmxControlRules::inVmx)
              .mend("leave VMXE (bit 13) 1 in VMX operation; VMXOFF comes before it is cleared")
              .requireBits("bits of CR4 that are 1 in IA32_VMX_CR4_FIXED0 stay 1",
                  SOURCE, v -> v.get(IA32_VMX_CR4_FIXED0), v -> 0)
          .rule("cr4-vmx-fixed-to-0")
              .reads(SOURCE, VMX_OPERATION, IA32_VMX_CR4_FIXED1, CR4_UNMODELLED)
              .impliedBy("cr4-reserved-bits-clear")
              .when(IN_VMX, VmxControlRules::inVmx)
              .mend("leave the bits 0 in VMX operation")
              .requireBits("bits of CR4 that are 0 in IA32_VMX_CR4_FIXED1 stay 0",
                  SOURCE, v -> 0, v -> ~(v.get(IA32_VMX_CR4_FIXED1) | v.get(CR4_UNMODELLED)))
          .build();

  static final RuleSet<StateView, Raise> FEATURE_CONTROL =
      RuleSet.<StateView, Raise>ruleSet("feature-control", Sdm.ENABLING_VMX, Raise.GP0)
          .rule("feature-control-unlocked")
              .alias("FC.LOCKED")
              .mend(Remedy.of(Remedy.Kind.ASK_LOCK, "read IA32_FEATURE_CONTROL first and write it only if LOCK (bit 0) is 0"))
              .requireClear("IA32_FEATURE_CONTROL.LOCK (bit 0) is 0", IA32_FEATURE_CONTROL, FeatureControl.LOCK)
          .build();
  // spotless:on

  private VmxControlRules() {}

  /** An unrestricted guest may be in real-address mode and without paging. */
  private static long cr0Ones(StateView v) {
    return v.get(IA32_VMX_CR0_FIXED0) & ~(v.get(UNRESTRICTED) != 0 ? Cr0.PE | Cr0.PG : 0);
  }

  private static boolean inVmx(StateView v) {
    return v.get(VMX_OPERATION) != Cpu.OUTSIDE_VMX;
  }
}
