package io.vmxlab.arch;

/**
 * Bits of an entry of the sub-page-permission tables, and of the vector of a page that they lead
 * to. SDM Vol. 3C "Sub-Page Write Permissions".
 */
public final class SubPageEntry {
  public static final long VALID = 1;

  /** Bits 11:1 and 63:52; bits of the address beyond the physical-address width are too. */
  public static final long RESERVED = 0xFFF0_0000_0000_0FFEL;

  /** Of a vector, for the first 128 bytes; every second bit is one. */
  public static final long WRITABLE = 1;

  public static final long RESERVED_IN_VECTOR = 0xAAAA_AAAA_AAAA_AAAAL;

  /** Bytes that one bit of a vector is about. */
  public static final int SIZE = 128;

  private static final int SIZE_SHIFT = 7;
  private static final int SUB_PAGES = 32;

  private SubPageEntry() {}

  /** Number of the bit in a vector that is about an address. */
  public static int position(long address) {
    return (int) (address >>> SIZE_SHIFT & SUB_PAGES - 1) * 2;
  }
}
