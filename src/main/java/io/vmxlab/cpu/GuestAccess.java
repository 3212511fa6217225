package io.vmxlab.cpu;

/** What a guest-physical address is used for. There is one per processor, filled anew. */
public final class GuestAccess {
  /** The uses that a VM exit tells apart. */
  public enum Use {
    /** Loading the PDPTE registers. */
    PDPTES,
    /** An entry of the guest's paging structures on the way from a linear address. */
    PAGE_WALK,
    /** What a linear address was translated to. */
    MEMORY
  }

  private Use use;
  private long linear;
  private long entry;

  GuestAccess forPdptes() {
    return fill(Use.PDPTES, 0, 0);
  }

  GuestAccess forWalk(long linearAddress) {
    return fill(Use.PAGE_WALK, linearAddress, 0);
  }

  GuestAccess forMemory(long linearAddress, long effective) {
    return fill(Use.MEMORY, linearAddress, effective);
  }

  private GuestAccess fill(Use why, long linearAddress, long effective) {
    use = why;
    linear = linearAddress;
    entry = effective;
    return this;
  }

  public Use use() {
    return use;
  }

  /** The linear address; meaningless for {@link Use#PDPTES}. */
  public long linear() {
    return linear;
  }

  /**
   * Bits R/W, U/S and XD of {@link io.vmxlab.arch.PageEntry} that the guest's paging comes to;
   * meaningful for {@link Use#MEMORY}.
   */
  public long entry() {
    return entry;
  }
}
