package io.vmxlab.cpu;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.PageEntry;
import io.vmxlab.arch.PageFaultCode;
import java.util.OptionalLong;

/**
 * Linear addresses to physical ones: the TLB and, where it has no answer, the page walk. SDM Vol.
 * 3A "Paging". Where guest-physical addresses lie between, {@link SecondLevel} takes them on.
 *
 * <p>In an entry of the TLB P is clear if reading needs another look, D if writing does, XD is set
 * if fetching does.
 */
final class Paging {
  /** Every address bit; in A20M mode without bit 20. */
  private static final long ALL_LINES = -1L;

  private static final long PAGE = ~0xFFFL;
  private static final long OFFSET = 0xFFF;
  private static final long LOW_HALF = 0xFFFF_FFFFL;

  /** A page of 4 KBytes, as a shift. */
  private static final int SMALL = 12;

  /** What every linear address allows while paging is disabled. */
  private static final long UNPAGED = PageEntry.P | PageEntry.RW | PageEntry.US | PageEntry.D;

  private final Cpu cpu;
  private final Mmu mmu;
  private final Tlb tlb = new Tlb();
  private final PageWalk walk;

  /** What lies beneath; null if addresses that paging ends at are physical. */
  private SecondLevel second;

  /** Made for the first guest that has guest-physical addresses. */
  private SecondLevel guestPhysical;

  private long addressLines = ALL_LINES;
  private int pageShift = SMALL;
  private boolean onlyOnce;
  private int vpid;

  /** What the current VPID and PCID have, global translations too; made when asked for. */
  private TlbScope current;

  private boolean watchesStale;

  /** Walks that were made because the TLB had no answer. */
  private long walks;

  /** The linear address that is being walked for. */
  private long walked;

  Paging(Cpu cpu, Mmu mmu) {
    this.cpu = cpu;
    this.mmu = mmu;
    walk = new PageWalk(cpu, this, false);
  }

  void maskLine20(boolean masked) {
    addressLines = masked ? ~(1L << 20) : ALL_LINES;
  }

  /**
   * Goes on with the translations of another VPID, and with guest-physical translation or without.
   *
   * @param beneath null for none
   */
  void select(int newVpid, GuestPhysical beneath) {
    vpid = newVpid;
    if (beneath != null && guestPhysical == null) {
      guestPhysical = new SecondLevel();
    }
    second = beneath == null ? null : guestPhysical;
    if (beneath != null) {
      second.put(beneath);
    }
    selectTags();
  }

  private void selectTags() {
    tlb.select(vpid, pcid(), structures());
    current = null; // a VM exit and the next VM entry seldom need it
  }

  private TlbScope current() {
    if (current == null) {
      current = TlbScope.of(vpid, pcid()).withGlobals();
    }
    return current;
  }

  int vpid() {
    return vpid;
  }

  /** What translations are derived from besides the paging structures. */
  long structures() {
    return second == null ? GuestPhysical.NO_STRUCTURES : second.structures();
  }

  /**
   * The last translation was for a write that may not be repeated without asking again: sub-page
   * permissions allowed it.
   */
  boolean onlyOnce() {
    return onlyOnce;
  }

  /** Walks so far that were made because the TLB had no answer. */
  long walks() {
    return walks;
  }

  /** Physical address of a linear one after paging's checks, by the TLB or by a walk. */
  long translate(long address, int access) {
    onlyOnce = false;
    if ((cpu.cr0 & Cr0.PG) == 0) {
      return unpaged(address, access);
    }
    long entry = lookup(address);
    pageShift = tlb.foundShift();
    boolean kept = serves(entry, access) && PageWalk.denied(cpu, entry, access) == null;
    if (!kept) {
      entry = fill(address, access);
    }
    long at = ((entry & PageEntry.ADDRESS) | (address & OFFSET)) & addressLines;
    if (kept && watchesStale) {
      tellIfStale(address, access, at);
    }
    return at;
  }

  void watchStale() {
    watchesStale = true;
  }

  boolean watchesStale() {
    return watchesStale;
  }

  /** Tells the observer if a walk would not allow the access, or lead it elsewhere. */
  void tellIfStale(long address, int access, long used) {
    OptionalLong now = peek(address, access);
    if (now.isEmpty() || now.getAsLong() != used) {
      cpu.observer.onStaleTranslation(cpu, address, used, now);
    }
  }

  /** Where a walk would lead an access; empty if it would fault or leave. */
  private OptionalLong peek(long address, int access) {
    if ((cpu.cr0 & Cr0.PG) == 0) {
      return peekBelow(address & LOW_HALF & addressLines, right(access, UNPAGED));
    }
    PageWalk seen = walkOf(address);
    if (seen.broken() != null || PageWalk.denied(cpu, seen.effective(), access) != null) {
      return OptionalLong.empty();
    }
    long at = physical(seen.effective(), seen.pageShift(), address) & addressLines;
    return peekBelow(at, right(access, seen.effective()));
  }

  private long unpaged(long address, int access) {
    long at = address & LOW_HALF & addressLines;
    pageShift = SMALL;
    if (second == null) {
      return at;
    }
    long page = below(at, access, address & LOW_HALF, UNPAGED);
    pageShift = second.pageShift();
    return (page & PageEntry.ADDRESS) | (at & OFFSET);
  }

  /** Nothing needs another look for such an access to go on. */
  private static boolean serves(long entry, int access) {
    if ((access & PageFaultCode.WR) != 0) {
      return (entry & PageEntry.D) != 0;
    }
    return (entry & PageEntry.P) != 0 || entry != 0 && (access & PageFaultCode.ID) != 0;
  }

  private long lookup(long address) {
    updateTags();
    return tlb.lookup(address);
  }

  /** CR3 or CR4 may have another PCID than before. */
  private void updateTags() {
    if (tlb.pcid() != pcid()) {
      selectTags();
    }
  }

  /** Size of the page that the last translation came from, as a shift. */
  int pageShift() {
    return pageShift;
  }

  /** Walks, and keeps the translation. The TLB may be out of date, so it never causes a fault. */
  private long fill(long address, int access) {
    walked = address;
    walks++;
    walk.walk(address);
    Requirement lacking = walk.broken();
    if (lacking == null) {
      lacking = PageWalk.denied(cpu, walk.effective(), access);
    }
    if (lacking != null) {
      forgetFaulting(address);
      throw cpu.pageFault(
          PageWalk.errorCode(cpu, access, walk.effective(), lacking), address, lacking);
    }
    walk.markUsed((access & PageFaultCode.WR) != 0);
    long effective = walk.effective();
    boolean global = (effective & PageEntry.G) != 0 && (cpu.cr4 & Cr4.PGE) != 0;
    pageShift = walk.pageShift();
    if (second != null) {
      effective = combine(address, effective, access);
    }
    tlb.insert(address, pageShift, global, effective);
    long page = physical(effective, pageShift, address) & PAGE;
    return (effective & ~PageEntry.ADDRESS) | page;
  }

  /** The guest's entry with what lies beneath it, for the smaller of the two pages. */
  private long combine(long address, long effective, int access) {
    long page = below(physical(effective, pageShift, address), access, address, effective);
    pageShift = Math.min(pageShift, second.pageShift());
    long rights = effective & ~PageEntry.ADDRESS;
    if ((page & GuestPhysical.READ) == 0) {
      rights &= ~PageEntry.P;
    }
    if ((page & GuestPhysical.WRITE) == 0) {
      rights &= ~PageEntry.D;
    }
    if ((page & fetchRight(effective)) == 0) {
      rights |= PageEntry.XD;
    }
    return rights | (page & PageEntry.ADDRESS & -(1L << pageShift));
  }

  /** Takes a guest-physical address on; if that leaves, nothing stays cached for the linear one. */
  private long below(long guestPhysical, int access, long address, long effective) {
    boolean done = false;
    try {
      long right = right(access, effective);
      GuestAccess why = second.purpose.forMemory(address, effective);
      long page =
          (cpu.cr0 & Cr0.PG) != 0
              ? second.translate(guestPhysical, right, why)
              : second.translateUnpaged(guestPhysical, right, why);
      onlyOnce = right == GuestPhysical.WRITE && (page & GuestPhysical.WRITE) == 0;
      done = true;
      return page;
    } finally {
      if (!done) {
        forgetFaulting(address);
      }
    }
  }

  /** The right of guest-physical translation that an access needs. */
  private static long right(int access, long effective) {
    if ((access & PageFaultCode.ID) != 0) {
      return fetchRight(effective);
    }
    return (access & PageFaultCode.WR) != 0 ? GuestPhysical.WRITE : GuestPhysical.READ;
  }

  private static long fetchRight(long effective) {
    return (effective & PageEntry.US) != 0 ? GuestPhysical.USER_FETCH : GuestPhysical.FETCH;
  }

  /** A page fault invalidates what was cached for its address. */
  private void forgetFaulting(long address) {
    if (lookup(address) != 0) {
      tlb.invalidate(address, current());
      mmu.forgetOwn();
    } else {
      mmu.forget(address);
    }
  }

  /** The page may be used at the current CPL only while RFLAGS.AC is 1. */
  boolean dependsOnAc(long address) {
    if ((cpu.cr0 & Cr0.PG) == 0 || cpu.cpl == 3 || (cpu.cr4 & Cr4.SMAP) == 0) {
      return false;
    }
    long entry = lookup(address);
    return entry == 0 || (entry & PageEntry.US) != 0;
  }

  private static long physical(long entry, int shift, long address) {
    long offset = (1L << shift) - 1;
    return (entry & PageEntry.ADDRESS & ~offset) | (address & offset);
  }

  /**
   * Physical address of a linear one as a walk from CR3 would find it now, without side effects and
   * whatever the access rights; empty if it is not mapped.
   */
  OptionalLong peek(long address) {
    if ((cpu.cr0 & Cr0.PG) == 0) {
      return peekBelow(address & LOW_HALF & addressLines);
    }
    if (!cpu.isCanonical(address)) {
      return OptionalLong.empty();
    }
    PageWalk seen = walkOf(address);
    return seen.broken() != null
        ? OptionalLong.empty()
        : peekBelow(physical(seen.effective(), seen.pageShift(), address) & addressLines);
  }

  /** Physical address of what paging ends at, likewise. */
  private OptionalLong peekBelow(long address) {
    return peekBelow(address, 0);
  }

  private OptionalLong peekBelow(long address, long right) {
    if (second == null) {
      return OptionalLong.of(address);
    }
    long page = second.peek(address);
    return page == 0 || (page & right) != right
        ? OptionalLong.empty()
        : OptionalLong.of((page & PageEntry.ADDRESS) | (address & OFFSET));
  }

  /** The page walk of an address, made without side effects. */
  PageWalk walkOf(long address) {
    PageWalk seen = new PageWalk(cpu, this, true);
    seen.walk(address);
    return seen;
  }

  /** A PDPTE of PAE paging. */
  long readPdpte(long address) {
    long at = address & addressLines;
    if (second != null) {
      long page = second.translate(at, GuestPhysical.READ, second.purpose.forPdptes());
      at = (page & PageEntry.ADDRESS) | (at & OFFSET);
    }
    return cpu.memory.read(at, 64);
  }

  /** The same, without side effects; 0 where there is none. */
  long peekPdpte(long address) {
    return peekStructure(address, Long.SIZE);
  }

  /** INVLPG. */
  void invalidate(long address) {
    updateTags();
    tlb.invalidate(address, current());
  }

  /**
   * INVPCID.
   *
   * @param type 0 one address of a PCID, 1 a PCID, 2 everything, 3 everything but global pages
   */
  void invalidateByPcid(int type, int pcid, long address) {
    switch (type) {
      case 0:
        tlb.invalidate(address, TlbScope.of(vpid, pcid));
        break;
      case 1:
        tlb.flush(TlbScope.of(vpid, pcid));
        break;
      case 2:
        tlb.flush(TlbScope.of(vpid));
        break;
      default:
        tlb.flush(TlbScope.of(vpid).withoutGlobals());
        break;
    }
  }

  /** Drops linear and combined mappings of an address. */
  void invalidate(long address, TlbScope scope) {
    tlb.invalidate(address, scope);
  }

  /** Drops linear and combined mappings. */
  void flush(TlbScope scope) {
    tlb.flush(scope);
  }

  /** Drops guest-physical mappings. */
  void flushGuestPhysical(TlbScope scope) {
    if (guestPhysical != null) {
      guestPhysical.flush(scope);
    }
  }

  private int pcid() {
    return (cpu.cr4 & Cr4.PCIDE) != 0 ? (int) cpu.cr3 & 0xFFF : 0;
  }

  /** Reads an entry of the paging structures, with everything that goes with it. */
  long readStructure(long address, int width) {
    return cpu.memory.read(structure(address, true), width);
  }

  void writeStructure(long address, int width, long value) {
    long at = structure(address, false);
    cpu.codeWatch.beforeWrite(at, width / Byte.SIZE);
    cpu.memory.write(at, width, value);
  }

  private long structure(long address, boolean read) {
    long at = address & addressLines;
    if (second == null) {
      return at;
    }
    long access = read ? second.walkAccess() : GuestPhysical.READ | GuestPhysical.WRITE;
    return second.translate(at, access, second.purpose.forWalk(walked)) & PageEntry.ADDRESS
        | at & OFFSET;
  }

  /** An entry looked at from outside; what is nowhere is not present. */
  long peekStructure(long address, int width) {
    OptionalLong at = peekBelow(address & addressLines);
    return at.isEmpty() ? 0 : cpu.memory.read(at.getAsLong(), width);
  }
}
