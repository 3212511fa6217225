package io.vmxlab.cpu;

import io.vmxlab.arch.PageEntry;

/**
 * The addresses that paging ends at: guest-physical ones of a guest with EPT. Keeps guest-physical
 * mappings, tagged with the EPT paging structures. SDM Vol. 3C "EPT Translation Mechanism".
 */
final class SecondLevel {
  private static final int SMALL = 12;

  /** To be filled before an address is translated. */
  final GuestAccess purpose = new GuestAccess();

  private final Tlb tlb = new Tlb();
  private GuestPhysical beneath;
  private int pageShift = SMALL;

  /** Goes on with a translation. */
  void put(GuestPhysical translation) {
    beneath = translation;
    tlb.select(0, 0, translation.structures());
  }

  /** What linear translations are tagged with. */
  long structures() {
    return beneath.structures();
  }

  /** Rights that an access to the guest's paging structures needs. */
  long walkAccess() {
    return beneath.walksWrite() ? GuestPhysical.READ | GuestPhysical.WRITE : GuestPhysical.READ;
  }

  /** Entry of the 4-KByte page that holds a guest-physical address; see {@link GuestPhysical}. */
  long translate(long address, long access, GuestAccess why) {
    long entry = tlb.lookup(address);
    pageShift = tlb.foundShift();
    if ((entry & access) != access) {
      if (entry != 0) {
        tlb.invalidate(address, TlbScope.derivedFrom(beneath.structures()));
      }
      long page = beneath.walk(address, access, why);
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
    tlb.flush(scope);
  }
}
