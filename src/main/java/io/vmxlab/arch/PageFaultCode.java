package io.vmxlab.arch;

/** Error code of a page fault. SDM Vol. 3A "Page-Fault Exceptions". */
public final class PageFaultCode {
  // spotless:off
  public static final int P    = 1 << 0;
  public static final int WR   = 1 << 1;
  public static final int US   = 1 << 2;
  public static final int RSVD = 1 << 3;
  public static final int ID   = 1 << 4;
  public static final int PK   = 1 << 5;
  public static final int SS   = 1 << 6;

  public static final Layout LAYOUT = Layout.of("#PF error code", 32)
      .bit(P, "P", "0: a page was not present, 1: access rights were violated")
      .bit(WR, "W/R", "the access was a write")
      .bit(US, "U/S", "the access was made at CPL 3")
      .bit(RSVD, "RSVD", "a reserved bit was set in a paging-structure entry")
      .bit(ID, "I/D", "the access was an instruction fetch")
      .bit(PK, "PK", "protection keys forbid the access")
      .bit(SS, "SS", "the access was to a shadow stack")
      .build();
  // spotless:on

  private PageFaultCode() {}
}
