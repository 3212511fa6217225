package io.vmxlab.arch;

/** Bits of an EPT paging-structure entry. SDM Vol. 3C "EPT Translation Mechanism". */
public final class EptEntry {
  // spotless:off
  public static final long READ        = 1L << 0;
  public static final long WRITE       = 1L << 1;
  /** With mode-based execute control from supervisor-mode linear addresses only. */
  public static final long EXECUTE     = 1L << 2;
  /** Of an entry that maps a page. */
  public static final long MEMORY_TYPE = 7L << 3;
  public static final int  MEMORY_TYPE_SHIFT = 3;
  public static final long IGNORE_PAT  = 1L << 6;
  /** The entry maps a page instead of referring to a table. */
  public static final long PS          = 1L << 7;
  public static final long A           = 1L << 8;
  public static final long D           = 1L << 9;
  /** With mode-based execute control: from user-mode linear addresses. */
  public static final long USER_EXECUTE = 1L << 10;
  /** Bits that can belong to an address. */
  public static final long ADDRESS     = PageEntry.ADDRESS;
  public static final long SUB_PAGE_WRITE = 1L << 61;
  public static final long SUPPRESS_VE = 1L << 63;

  public static final Layout LAYOUT = Layout.of("EPT paging-structure entry", 64)
      .bit(READ, "R", "reads allowed")
      .bit(WRITE, "W", "writes allowed")
      .bit(EXECUTE, "X", "fetches allowed, with mode-based execute control by supervisor mode")
      .field(MEMORY_TYPE_SHIFT, 3, "MEMORY_TYPE", "0 UC, 1 WC, 4 WT, 5 WP, 6 WB")
      .bit(IGNORE_PAT, "IPAT", "the guest's PAT memory type is ignored")
      .bit(PS, "PS", "maps a page")
      .bit(A, "A", "accessed")
      .bit(D, "D", "dirty")
      .bit(USER_EXECUTE, "XU", "fetches allowed by user mode, with mode-based execute control")
      .field(12, 40, "ADDRESS", "page number")
      .bit(SUB_PAGE_WRITE, "SPP", "writes to 128 bytes may be allowed one by one")
      .bit(SUPPRESS_VE, "SUPPRESS_VE", "a violation is a VM exit, not a virtualization exception")
      .build();
  // spotless:on

  private EptEntry() {}
}
