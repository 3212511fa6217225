package io.vmxlab.arch;

import static io.vmxlab.arch.Msr.IA32_VMX_ENTRY_CTLS;
import static io.vmxlab.arch.Msr.IA32_VMX_EXIT_CTLS;
import static io.vmxlab.arch.Msr.IA32_VMX_PROCBASED_CTLS2;

import java.util.function.Predicate;

/**
 * VMX controls that processors have together with a feature of CPUID. SDM Vol. 3C "VM-Execution
 * Control Fields", "VM-Exit Controls", "VM-Entry Controls".
 */
public enum ControlFeature {
  // spotless:off
  ENABLE_RDTSCP         (IA32_VMX_PROCBASED_CTLS2, 3,  Feature.RDTSCP,   true),
  RDRAND_EXITING        (IA32_VMX_PROCBASED_CTLS2, 11, Feature.RDRAND,   false),
  ENABLE_INVPCID        (IA32_VMX_PROCBASED_CTLS2, 12, Feature.INVPCID,  true),
  ENCLS_EXITING         (IA32_VMX_PROCBASED_CTLS2, 15, Feature.SGX,      false),
  RDSEED_EXITING        (IA32_VMX_PROCBASED_CTLS2, 16, Feature.RDSEED,   false),
  CONCEAL_VMX_FROM_PT   (IA32_VMX_PROCBASED_CTLS2, 19, Feature.PT,       false),
  ENABLE_XSAVES         (IA32_VMX_PROCBASED_CTLS2, 20, Feature.XSAVES,   true),
  PASID_TRANSLATION     (IA32_VMX_PROCBASED_CTLS2, 21, Feature.ENQCMD,   false),
  PT_USES_GUEST_PHYSICAL(IA32_VMX_PROCBASED_CTLS2, 24, Feature.PT,       false),
  ENABLE_USER_WAIT      (IA32_VMX_PROCBASED_CTLS2, 26, Feature.WAITPKG,  true),
  ENABLE_PCONFIG        (IA32_VMX_PROCBASED_CTLS2, 27, Feature.PCONFIG,  true),
  ENCLV_EXITING         (IA32_VMX_PROCBASED_CTLS2, 28, Feature.SGX,      false),
  CLEAR_BNDCFGS         (IA32_VMX_EXIT_CTLS,       23, Feature.MPX,      false),
  EXIT_CONCEAL_PT       (IA32_VMX_EXIT_CTLS,       24, Feature.PT,       false),
  CLEAR_RTIT_CTL        (IA32_VMX_EXIT_CTLS,       25, Feature.PT,       false),
  CLEAR_LBR_CTL         (IA32_VMX_EXIT_CTLS,       26, Feature.ARCH_LBR, false),
  EXIT_LOAD_CET         (IA32_VMX_EXIT_CTLS,       28, Feature.CET_SS,   true),
  EXIT_LOAD_PKRS        (IA32_VMX_EXIT_CTLS,       29, Feature.PKS,      true),
  LOAD_BNDCFGS          (IA32_VMX_ENTRY_CTLS,      16, Feature.MPX,      false),
  ENTRY_CONCEAL_PT      (IA32_VMX_ENTRY_CTLS,      17, Feature.PT,       false),
  LOAD_RTIT_CTL         (IA32_VMX_ENTRY_CTLS,      18, Feature.PT,       false),
  ENTRY_LOAD_CET        (IA32_VMX_ENTRY_CTLS,      20, Feature.CET_SS,   true),
  LOAD_LBR_CTL          (IA32_VMX_ENTRY_CTLS,      21, Feature.ARCH_LBR, false),
  ENTRY_LOAD_PKRS       (IA32_VMX_ENTRY_CTLS,      22, Feature.PKS,      true);
  // spotless:on

  /** The capability MSR that says whether the control can be 1; not one of the TRUE ones. */
  public final Msr reported;

  /** Bit of the control. */
  public final int bit;

  public final Feature feature;

  /** Processors that have the feature and such controls at all have the control too. */
  public final boolean always;

  ControlFeature(Msr reported, int bit, Feature feature, boolean always) {
    this.reported = reported;
    this.bit = bit;
    this.feature = feature;
    this.always = always;
  }

  /** The bit of the capability MSR that is 1 if the control can be 1. */
  public long may() {
    return 1L << bit << Integer.SIZE;
  }

  /**
   * The bits of a capability MSR, or of its twin among the TRUE ones, that say that controls can be
   * 1.
   *
   * @param of the features whose controls are meant
   */
  public static long bits(Msr capability, Predicate<Feature> of) {
    Msr plain = VmxCapability.plain(capability);
    long bits = 0;
    for (ControlFeature c : values()) {
      if (c.reported == plain && of.test(c.feature)) {
        bits |= c.may();
      }
    }
    return bits;
  }
}
