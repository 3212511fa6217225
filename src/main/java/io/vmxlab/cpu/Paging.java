package io.vmxlab.cpu;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.PageEntry;
import io.vmxlab.arch.PageFaultCode;
import java.util.OptionalLong;

/**
 * Linear addresses to physical ones: the TLB and, where it has no answer, the page walk. SDM Vol.
 * 3A "Paging".
 */
final class Paging {
  /** Every address bit; in A20M mode without bit 20. */
  private static final long ALL_LINES = -1L;

  private static final long PAGE = ~0xFFFL;

  /** A page of 4 KBytes, as a shift. */
  private static final int SMALL = 12;

  private final Cpu cpu;
  private final Mmu mmu;
  private final Tlb tlb = new Tlb();
  private final PageWalk walk;
  private long addressLines = ALL_LINES;
  private int pageShift = SMALL;

  Paging(Cpu cpu, Mmu mmu) {
    this.cpu = cpu;
    this.mmu = mmu;
    walk = new PageWalk(cpu, this);
  }

  void maskLine20(boolean masked) {
    addressLines = masked ? ~(1L << 20) : ALL_LINES;
  }

  /** Physical address of a linear one after paging's checks, by the TLB or by a walk. */
  long translate(long address, int access) {
    if ((cpu.cr0 & Cr0.PG) == 0) {
      pageShift = SMALL;
      return address & 0xFFFF_FFFFL & addressLines;
    }
    long entry = tlb.lookup(address, context());
    pageShift = tlb.foundShift();
    if (entry == 0
        || ((access & PageFaultCode.WR) != 0 && (entry & PageEntry.D) == 0)
        || PageWalk.denied(cpu, entry, access) != null) {
      entry = fill(address, access);
    }
    return ((entry & PageEntry.ADDRESS) | (address & 0xFFF)) & addressLines;
  }

  /** Size of the page that the last translation came from, as a shift. */
  int pageShift() {
    return pageShift;
  }

  /** Walks, and keeps the translation. The TLB may be out of date, so it never causes a fault. */
  private long fill(long address, int access) {
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
    tlb.insert(address, pageShift, context(), global, effective);
    long page = physical(effective, walk.pageShift(), address) & PAGE;
    return (effective & ~PageEntry.ADDRESS) | page;
  }

  /** A page fault invalidates what was cached for its address. */
  private void forgetFaulting(long address) {
    if (tlb.lookup(address, context()) != 0) {
      tlb.invalidate(address, context());
      mmu.forget();
    } else {
      mmu.forget(address);
    }
  }

  /** The page may be used at the current CPL only while RFLAGS.AC is 1. */
  boolean dependsOnAc(long address) {
    if ((cpu.cr0 & Cr0.PG) == 0 || cpu.cpl == 3 || (cpu.cr4 & Cr4.SMAP) == 0) {
      return false;
    }
    long entry = tlb.lookup(address, context());
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
      return OptionalLong.of(address & 0xFFFF_FFFFL & addressLines);
    }
    if (!cpu.isCanonical(address)) {
      return OptionalLong.empty();
    }
    PageWalk seen = walkOf(address);
    return seen.broken() != null
        ? OptionalLong.empty()
        : OptionalLong.of(physical(seen.effective(), seen.pageShift(), address) & addressLines);
  }

  /** The page walk of an address, made without side effects. */
  PageWalk walkOf(long address) {
    PageWalk seen = new PageWalk(cpu, this);
    seen.walk(address);
    return seen;
  }

  long readPhysical(long address, int width) {
    return cpu.memory.read(address & addressLines, width);
  }

  void writePhysical(long address, int width, long value) {
    long at = address & addressLines;
    cpu.codeWatch.beforeWrite(at, width / 8);
    cpu.memory.write(at, width, value);
  }

  /** INVLPG. */
  void invalidate(long address) {
    tlb.invalidate(address, context());
  }

  /**
   * INVPCID.
   *
   * @param type 0 one address of a PCID, 1 a PCID, 2 everything, 3 everything but global pages
   */
  void invalidateByPcid(int type, int pcid, long address) {
    switch (type) {
      case 0:
        tlb.invalidateNonGlobal(address, pcid);
        break;
      case 1:
        tlb.flushContext(pcid);
        break;
      case 2:
        tlb.flushAll();
        break;
      default:
        tlb.flushNonGlobal();
        break;
    }
  }

  /** Drops all translations of a PCID that are not global. */
  void flushContext(int pcid) {
    tlb.flushContext(pcid);
  }

  /** Drops all translations. */
  void flushAll() {
    tlb.flushAll();
  }

  /** The current PCID. */
  private int context() {
    return (cpu.cr4 & Cr4.PCIDE) != 0 ? (int) cpu.cr3 & 0xFFF : 0;
  }
}
