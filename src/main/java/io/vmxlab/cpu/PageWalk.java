package io.vmxlab.cpu;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Efer;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.PageEntry;
import io.vmxlab.arch.PageFaultCode;
import io.vmxlab.arch.Rflags;

/**
 * The way from a linear address through the paging structures, looked at without changing anything.
 * SDM Vol. 3A "IA-32e Paging".
 */
public final class PageWalk {
  private static final int LEVELS = 4;

  /** The level of PTEs. */
  private static final int PTE = 1;

  private static final int PDPTE = 3;
  private static final int PML4E = 4;

  private final Cpu cpu;
  private final Paging memory;

  /** Physical addresses of the entries met, from the PML4E on, and the entries. */
  private final long[] addresses = new long[LEVELS];

  private final long[] entries = new long[LEVELS];
  private int depth;
  private int shift;
  private long effective;
  private Requirement broken;

  PageWalk(Cpu cpu, Paging memory) {
    this.cpu = cpu;
    this.memory = memory;
  }

  /** Starts at CR3. Rights are not looked at: see {@link #denied}. */
  void walk(long address) {
    long table = cpu.cr3 & PageEntry.ADDRESS;
    long allowed = PageEntry.RW | PageEntry.US;
    long forbidden = 0;
    broken = null;
    depth = 0;
    for (int level = PML4E; ; level--) {
      shift = 12 + 9 * (level - 1);
      long at = table + ((address >>> shift) & 0x1FF) * 8;
      long entry = memory.readPhysical(at, 64);
      addresses[depth] = at;
      entries[depth++] = entry;
      if ((entry & PageEntry.P) == 0) {
        broken = Requirement.PAGE_IS_PRESENT;
        return;
      }
      boolean leaf = level == PTE || (level != PML4E && (entry & PageEntry.PS) != 0);
      if ((entry & reserved(level, leaf)) != 0) {
        broken = Requirement.PAGE_RESERVED_BITS_CLEAR;
        return;
      }
      allowed &= entry;
      forbidden |= entry & PageEntry.XD;
      table = entry & PageEntry.ADDRESS;
      if (leaf) {
        long base = table & -(1L << shift);
        effective =
            base | allowed | forbidden | (entry & (PageEntry.P | PageEntry.D | PageEntry.G));
        return;
      }
    }
  }

  /** Bits that have to be 0 in a present entry. */
  private long reserved(int level, boolean leaf) {
    long bits = PageEntry.ADDRESS & -(1L << cpu.model.maxPhysicalAddress());
    if ((cpu.efer & Efer.NXE) == 0) {
      bits |= PageEntry.XD;
    }
    if (level == PML4E || (level == PDPTE && !cpu.model.has(Feature.PAGE1GB))) {
      bits |= PageEntry.PS;
    } else if (leaf && level != PTE) {
      bits |= (1L << shift) - 1 & ~0x1FFFL;
    }
    return bits;
  }

  /** What keeps the address from being translated at all, or null. */
  public Requirement broken() {
    return broken;
  }

  /** Number of entries met. */
  public int depth() {
    return depth;
  }

  /** The entry met as number {@code i}; 0 is the PML4E. */
  public long entry(int i) {
    return entries[i];
  }

  /** Base-2 logarithm of the page's size: 12, 21 or 30. */
  public int pageShift() {
    return shift;
  }

  /** Address and rights of the page, all levels taken together; meaningless if broken. */
  public long effective() {
    return effective;
  }

  /** Sets the accessed bits of all entries met and, for a write, the dirty bit of the last. */
  void markUsed(boolean written) {
    for (int i = 0; i < depth; i++) {
      long want = entries[i] | PageEntry.A;
      if (written && i == depth - 1) {
        want |= PageEntry.D;
        effective |= PageEntry.D;
      }
      if (want != entries[i]) {
        memory.writePhysical(addresses[i], 64, want);
        entries[i] = want;
      }
    }
  }

  /**
   * The access right that an access to a page lacks, or null.
   *
   * @param entry effective paging-structure entry
   * @param access bits WR, US and ID of a page-fault error code, and {@link Mmu#IMPLICIT}
   */
  static Requirement denied(Cpu cpu, long entry, int access) {
    boolean userPage = (entry & PageEntry.US) != 0;
    if ((access & PageFaultCode.US) != 0) {
      if (!userPage) {
        return Requirement.PAGE_IS_USER_ACCESSIBLE;
      }
      if ((access & PageFaultCode.WR) != 0 && (entry & PageEntry.RW) == 0) {
        return Requirement.PAGE_IS_WRITABLE;
      }
    } else if ((access & PageFaultCode.ID) != 0) {
      if (userPage && (cpu.cr4 & Cr4.SMEP) != 0) {
        return Requirement.SMEP_NO_USER_CODE;
      }
    } else {
      boolean override = (cpu.flagsRest & Rflags.AC) != 0 && (access & Mmu.IMPLICIT) == 0;
      if (userPage && (cpu.cr4 & Cr4.SMAP) != 0 && !override) {
        return Requirement.SMAP_NO_USER_DATA;
      }
      boolean write = (access & PageFaultCode.WR) != 0;
      if (write && (entry & PageEntry.RW) == 0 && (cpu.cr0 & Cr0.WP) != 0) {
        return Requirement.PAGE_IS_WRITABLE;
      }
    }
    boolean fetch = (access & PageFaultCode.ID) != 0;
    return fetch && (entry & PageEntry.XD) != 0 ? Requirement.PAGE_IS_EXECUTABLE : null;
  }

  /** Error code of the page fault that an access meets. */
  static int errorCode(Cpu cpu, int access, Requirement lacking) {
    int code = access & (PageFaultCode.WR | PageFaultCode.US);
    boolean fetchesDiffer = (cpu.efer & Efer.NXE) != 0 || (cpu.cr4 & Cr4.SMEP) != 0;
    if ((access & PageFaultCode.ID) != 0 && fetchesDiffer) {
      code |= PageFaultCode.ID;
    }
    if (lacking != Requirement.PAGE_IS_PRESENT) {
      code |= PageFaultCode.P;
    }
    if (lacking == Requirement.PAGE_RESERVED_BITS_CLEAR) {
      code |= PageFaultCode.RSVD;
    }
    return code;
  }
}
