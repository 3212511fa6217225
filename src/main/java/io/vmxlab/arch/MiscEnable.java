package io.vmxlab.arch;

/**
 * Bits of IA32_MISC_ENABLE that change what other instructions do. SDM Vol. 3C "Architectural
 * MSRs".
 */
public final class MiscEnable {
  /** MONITOR and MWAIT exist, and CPUID shows them. */
  public static final long MONITOR = 1L << 18;

  /** CPUID ends with leaf 2. */
  public static final long LIMIT_CPUID = 1L << 22;

  /** CPUID does not show execute-disable, and IA32_EFER.NXE is reserved. */
  public static final long XD_DISABLE = 1L << 34;

  private MiscEnable() {}
}
