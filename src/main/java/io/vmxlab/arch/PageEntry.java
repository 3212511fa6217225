package io.vmxlab.arch;

/** Bits of a paging-structure entry. SDM Vol. 3A "IA-32e Paging". */
public final class PageEntry {
  // spotless:off
  public static final long P   = 1L << 0;
  public static final long RW  = 1L << 1;
  public static final long US  = 1L << 2;
  public static final long PWT = 1L << 3;
  public static final long PCD = 1L << 4;
  public static final long A   = 1L << 5;
  public static final long D   = 1L << 6;
  /** The entry maps a page instead of referring to a table. */
  public static final long PS  = 1L << 7;
  public static final long G   = 1L << 8;
  /** Protection key of the page, where CR4.PKE is 1. */
  public static final long KEY = 0xFL << 59;
  public static final int KEY_SHIFT = 59;
  public static final long XD  = 1L << 63;
  /** Bits that can belong to an address. */
  public static final long ADDRESS = 0x000F_FFFF_FFFF_F000L;

  public static final Layout LAYOUT = Layout.of("paging-structure entry", 64)
      .bit(P, "P", "present")
      .bit(RW, "R/W", "writes allowed")
      .bit(US, "U/S", "access at CPL 3 allowed")
      .bit(PWT, "PWT", "page-level write-through")
      .bit(PCD, "PCD", "page-level cache disable")
      .bit(A, "A", "accessed")
      .bit(D, "D", "dirty")
      .bit(PS, "PS", "maps a page")
      .bit(G, "G", "global")
      .field(12, 40, "ADDRESS", "page number")
      .field(KEY_SHIFT, 4, "KEY", "protection key")
      .bit(XD, "XD", "fetches forbidden")
      .build();
  // spotless:on

  private PageEntry() {}
}
