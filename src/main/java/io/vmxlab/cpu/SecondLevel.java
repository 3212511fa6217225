package io.vmxlab.cpu;

import io.vmxlab.arch.PageEntry;

/**
 * The addresses that paging ends at: guest-physical ones while a {@link GuestPhysical} is beneath,
 * else physical ones. Keeps guest-physical mappings, tagged with the EPT paging structures. SDM
 * Vol. 3C "EPT Translation Mechanism".
 */
final class SecondLevel {
  private static final int SMALL = 12;

  /** Made for the first guest that has guest-physical addresses. */
  private Tlb tlb;

  private GuestPhysical beneath;
  private int pageShift = SMALL;

  /**
   * Puts a translation beneath.
   *
   * @param translation null for none
   */
  void put(GuestPhysical translation) {
    beneath = translation;
    if (translation != null) {
      if (tlb == null) {
        tlb = new Tlb();
      }
      tlb.select(0, 0, translation.structures());
    }
  }

  boolean active() {
    return beneath != null;
  }

  /** What linear translations are tagged with. */
  long structures() {
    return beneath == null ? GuestPhysical.NO_STRUCTURES : beneath.structures();
  }

  /** Rights that an access to the guest's paging structures needs. */
  long walkAccess() {
    return beneath.walksWrite() ? GuestPhysical.READ | GuestPhysical.WRITE : GuestPhysical.READ;
  }

  /** Entry of the 4-KByte page that holds a guest-physical address; see {@link GuestPhysical}. */
  long translate(long address, long access, GuestAccess purpose) {
    long entry = tlb.lookup(address);
    pageShift = tlb.foundShift();
    if ((entry & access) != access) {
      if (entry != 0) {
        tlb.invalidate(address, TlbScope.derivedFrom(beneath.structures()));
      }
      long page = beneath.walk(address, access, purpose);
      pageShift = beneath.pageShift();
      tlb.insert(address, pageShift, false, page);
      entry = page | (address & ((1L << pageShift) - 1) & PageEntry.ADDRESS);
    }
    return entry;
  }

  /** Size of the page that the last translation came from, as a shift. */
  int pageShift() {
    return pageShift;
  }

  /** What a walk would find now, without side effects; 0 if nothing. */
  long peek(long address) {
    return beneath.peek(address);
  }

  /** Drops guest-physical mappings. */
  void flush(TlbScope scope) {
    if (tlb != null) {
      tlb.flush(scope);
    }
  }
}
