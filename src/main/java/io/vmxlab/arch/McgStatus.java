package io.vmxlab.arch;

/** IA32_MCG_STATUS, MSR 17AH. SDM Vol. 3B "IA32_MCG_STATUS MSR". */
public final class McgStatus {
  // spotless:off
  public static final long RIPV = 1L << 0;
  public static final long EIPV = 1L << 1;
  public static final long MCIP = 1L << 2;
  static final long LMCE_S      = 1L << 3;
  // spotless:on

  static final Layout LAYOUT =
      Layout.of("IA32_MCG_STATUS", 64)
          .bit(RIPV, "RIPV", "restart RIP valid")
          .bit(EIPV, "EIPV", "error RIP valid")
          .bit(MCIP, "MCIP", "machine check in progress")
          .bit(LMCE_S, "LMCE_S", "local machine check")
          .build();

  private McgStatus() {}
}
