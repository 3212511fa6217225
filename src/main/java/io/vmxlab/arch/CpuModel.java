package io.vmxlab.arch;

import java.util.OptionalLong;

/**
 * What kind of processor it is: everything that differs between models and never changes. It is
 * what a run shows; {@link #real} is all that the processor has. {@link Inventory} tells the cases
 * apart.
 */
public interface CpuModel {
  /** Such as {@code skylake}. */
  String name();

  /** The feature is there; in a run only if all of it is modelled. */
  boolean has(Feature feature);

  /** The processor itself, with what a run hides; the same if a run hides nothing. */
  default CpuModel real() {
    return this;
  }

  /** Whether an MSR other than those with a value was read on the processor, or could not be. */
  default Known tried(int msr) {
    return Known.UNKNOWN;
  }

  /** The processor has no MSR that vmxlab does not model, whatever announces it. */
  default boolean complete() {
    return false;
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
