package io.vmxlab.arch;

/**
 * PKRU: two bits for each of 16 protection keys, of key i bits 2i and 2i + 1. SDM Vol. 3A
 * "Protection Keys".
 */
public final class Pkru {
  /** Of key 0: no data access to its user pages. */
  public static final int ACCESS_DISABLE = 1;

  /** Of key 0: no write to its user pages. */
  public static final int WRITE_DISABLE = 1 << 1;

  private static final int KEYS = 16;

  public static final Layout LAYOUT = layout();

  private Pkru() {}

  private static Layout layout() {
    Layout.Builder builder = Layout.of("PKRU", 32);
    for (int i = 0; i < KEYS; i++) {
      builder.field(2 * i, 1, "AD" + i, "no data access with key " + i);
      builder.field(2 * i + 1, 1, "WD" + i, "no writes with key " + i);
    }
    return builder.build();
  }
}
