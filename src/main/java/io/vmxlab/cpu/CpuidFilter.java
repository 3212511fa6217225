package io.vmxlab.cpu;

/** Changes what CPUID reports. */
@FunctionalInterface
public interface CpuidFilter {
  CpuidFilter NONE = (leaf, subleaf, registers) -> {};

  /**
   * Called after everything else has been filled in.
   *
   * @param registers EAX, EBX, ECX, EDX, to be changed in place
   */
  void apply(int leaf, int subleaf, int[] registers);
}
