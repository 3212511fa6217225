package io.vmxlab.arch;

import java.util.OptionalLong;

/** What kind of processor it is: everything that differs between models and never changes. */
public interface CpuModel {
  /** Such as {@code skylake}. */
  String name();

  /** A run shows the feature. */
  boolean has(Feature feature);

  /**
   * The processor has the feature's instructions, so that their bytes are not #UD, even if a run
   * hides the feature because some of it is not modelled. The decoder goes by this.
   */
  default boolean decodes(Feature feature) {
    return has(feature);
  }

  /** MAXPHYADDR: width of physical addresses in bits. */
  int maxPhysicalAddress();

  /**
   * Constant part of CPUID; bits that mirror processor state, such as OSXSAVE, are filled in by the
   * instruction.
   *
   * @return EAX, EBX, ECX, EDX; all 0 for a leaf that does not exist
   */
  int[] cpuid(int leaf, int subleaf);

  /** Value of a constant MSR or reset value of another; empty if the model does not say. */
  OptionalLong msr(int index);

  /** Bits of CR4 that may be set. */
  long cr4Supported();
}
