package io.vmxlab.model;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Msr;
import java.util.List;

/**
 * Features of CPUID that a capability MSR shows too. The two agree on every processor of which both
 * have been read, but for SMAP on one of VIA. SDM Vol. 3D "VMX-Fixed Bits in CR4", "VM-Execution
 * Controls".
 */
final class FeatureLinks {
  /**
   * A feature and the bit of the MSR that is 1 where the processor has the feature.
   *
   * @param both the bit is 1 on all processors with the feature; else only on some of them
   */
  record Link(Feature feature, Msr msr, int bit, boolean both) {
    Link(Feature feature, Msr msr, int bit) {
      this(feature, msr, bit, true);
    }
  }

  // spotless:off
  static final List<Link> ALL = List.of(
      new Link(Feature.UMIP,     Msr.IA32_VMX_CR4_FIXED1,      11),
      new Link(Feature.LA57,     Msr.IA32_VMX_CR4_FIXED1,      12),
      new Link(Feature.VMX,      Msr.IA32_VMX_CR4_FIXED1,      13),
      new Link(Feature.SMX,      Msr.IA32_VMX_CR4_FIXED1,      14),
      new Link(Feature.FSGSBASE, Msr.IA32_VMX_CR4_FIXED1,      16),
      new Link(Feature.PCID,     Msr.IA32_VMX_CR4_FIXED1,      17),
      new Link(Feature.XSAVE,    Msr.IA32_VMX_CR4_FIXED1,      18),
      new Link(Feature.KL,       Msr.IA32_VMX_CR4_FIXED1,      19),
      new Link(Feature.SMEP,     Msr.IA32_VMX_CR4_FIXED1,      20),
      new Link(Feature.SMAP,     Msr.IA32_VMX_CR4_FIXED1,      21),
      new Link(Feature.PKU,      Msr.IA32_VMX_CR4_FIXED1,      22),
      new Link(Feature.CET_SS,   Msr.IA32_VMX_CR4_FIXED1,      23),
      new Link(Feature.UINTR,    Msr.IA32_VMX_CR4_FIXED1,      25),
      new Link(Feature.RDTSCP,   Msr.IA32_VMX_PROCBASED_CTLS2, 35),
      new Link(Feature.RDRAND,   Msr.IA32_VMX_PROCBASED_CTLS2, 43),
      new Link(Feature.INVPCID,  Msr.IA32_VMX_PROCBASED_CTLS2, 44),
      new Link(Feature.SGX,      Msr.IA32_VMX_PROCBASED_CTLS2, 47),
      new Link(Feature.PT,       Msr.IA32_VMX_PROCBASED_CTLS2, 51, false),
      new Link(Feature.XSAVES,   Msr.IA32_VMX_PROCBASED_CTLS2, 52),
      new Link(Feature.ENQCMD,   Msr.IA32_VMX_PROCBASED_CTLS2, 53),
      new Link(Feature.PT,       Msr.IA32_VMX_PROCBASED_CTLS2, 56, false),
      new Link(Feature.WAITPKG,  Msr.IA32_VMX_PROCBASED_CTLS2, 58),
      new Link(Feature.PCONFIG,  Msr.IA32_VMX_PROCBASED_CTLS2, 59),
      new Link(Feature.PT,       Msr.IA32_VMX_MISC,            14, false));
  // spotless:on

  private FeatureLinks() {}
}
