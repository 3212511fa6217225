package io.vmxlab.cpu;

import io.vmxlab.arch.Feature;
import java.util.OptionalLong;

/** What kind of processor it is: everything that differs between models and never changes. */
public interface CpuModel {
  /** Such as {@code skylake}. */
  String name();

  boolean has(Feature feature);

  /** MAXPHYADDR: width of physical addresses in bits. */
  int maxPhysicalAddress();

  /** Width of linear addresses in bits: 48 or 57. */
  int linearAddressWidth();

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
