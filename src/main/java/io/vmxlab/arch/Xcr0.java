package io.vmxlab.arch;

/** XCR0. SDM Vol. 3A "Extended Control Registers (Including XCR0)". */
public final class Xcr0 {
  // spotless:off
  public static final long X87    = 1L << 0;
  public static final long SSE    = 1L << 1;
  public static final long AVX    = 1L << 2;
  public static final long MPX    = 3L << 3;
  public static final long AVX512 = 7L << 5;
  public static final long PKRU   = 1L << 9;
  public static final long AMX    = 3L << 17;

  static final Layout LAYOUT = Layout.of("XCR0", 64)
      .bit(X87, "X87", "x87 state, always 1")
      .bit(SSE, "SSE", "XMM state")
      .bit(AVX, "AVX", "upper halves of YMM state")
      .field(3, 2, "MPX", "bounds registers and their configuration")
      .field(5, 3, "AVX512", "opmask and ZMM state")
      .bit(PKRU, "PKRU", "protection-key rights state")
      .field(17, 2, "AMX", "tile configuration and data")
      .build();
  // spotless:on

  private Xcr0() {}
}
