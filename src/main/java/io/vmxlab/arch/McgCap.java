package io.vmxlab.arch;

/** IA32_MCG_CAP, MSR 179H. SDM Vol. 3B "IA32_MCG_CAP MSR". */
final class McgCap {
  /** Local machine check. */
  static final long LMCE_P = 1L << 27;

  static final Layout LAYOUT =
      Layout.of("IA32_MCG_CAP", 64)
          .field(0, 8, "COUNT", "number of banks")
          .bit(1L << 8, "CTL_P", "IA32_MCG_CTL present")
          .bit(1L << 10, "CMCI_P", "corrected-error interrupt")
          .bit(1L << 24, "SER_P", "software error recovery")
          .bit(LMCE_P, "LMCE_P", "local machine check")
          .build();

  private McgCap() {}
}
