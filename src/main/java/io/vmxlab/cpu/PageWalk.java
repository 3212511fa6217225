package io.vmxlab.cpu;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Efer;
import io.vmxlab.arch.PageEntry;
import io.vmxlab.arch.PageFaultCode;
import io.vmxlab.arch.Pkru;
import io.vmxlab.arch.Rflags;

/**
 * The way from a linear address through the paging structures, looked at without changing anything:
 * four levels in IA-32e mode, three with CR4.PAE, else two. SDM Vol. 3A "IA-32e Paging", "PAE
 * Paging", "32-Bit Paging".
 */
public final class PageWalk extends TableWalk {
  private static final String[] NAMES = {"PML4E", "PDPTE", "PDE", "PTE"};

  private static final int LARGE_32_BIT = 22;

  /** Bits of an address in CR3 with PAE paging. */
  private static final long TABLE_PAE = 0xFFFF_FFE0L;

  /** Bits of an address in CR3 and in 32-bit entries. */
  private static final long TABLE_32_BIT = 0xFFFF_F000L;

  /** What an entry of four-level paging that maps a page contributes by itself. */
  private static final long LEAF_RIGHTS = PageEntry.P | PageEntry.D | PageEntry.G | PageEntry.KEY;

  private static final long LARGE_RIGHTS =
      PageEntry.P | PageEntry.RW | PageEntry.US | PageEntry.D | PageEntry.G;

  /** Bits 20:13 of a PDE that maps a 4-MByte page are bits 39:32 of its address. */
  private static final int PSE36_FROM = 13;

  private static final int PSE36_BITS = 8;

  /** Bits 62:52, which PAE paging reserves. */
  private static final long ABOVE_ADDRESS = 0x7FF0_0000_0000_0000L;

  private final Cpu cpu;
  private final Paging paging;

  /** Nothing of the walk may show. */
  private final boolean looksOnly;

  private int entryWidth;

  /** Level of the first entry, and number of the first that has an accessed bit. */
  private int top;

  private int firstUsed;

  /** What the levels met so far allow, and forbid. */
  private long allowed;

  private long forbidden;
  private long effective;
  private Requirement broken;

  /**
   * A walk through the current paging structures.
   *
   * @param looksOnly nothing of it shows, and nothing is marked
   */
  PageWalk(Cpu cpu, Paging paging, boolean looksOnly) {
    this.cpu = cpu;
    this.paging = paging;
    this.looksOnly = looksOnly;
  }

  @Override
  protected long read(long address, int width) {
    return looksOnly ? paging.peekStructure(address, width) : paging.readStructure(address, width);
  }

  @Override
  protected void write(long address, int width, long entry) {
    paging.writeStructure(address, width, entry);
  }

  /** Starts at CR3. Rights are not looked at: see {@link #denied}. */
  void walk(long address) {
    broken = null;
    depth = 0;
    firstUsed = 0;
    allowed = PageEntry.RW | PageEntry.US;
    forbidden = 0;
    if (cpu.inIa32eMode()) {
      entryWidth = 64;
      top = PML4E;
      walkLevels(address, PML4E, cpu.cr3 & PageEntry.ADDRESS);
    } else if ((cpu.cr4 & Cr4.PAE) != 0) {
      walkPae(address);
    } else {
      top = PDE;
      walkTwoLevels(address);
    }
  }

  /**
   * The topmost entry is one of four registers, which have been checked and have no accessed bit.
   */
  private void walkPae(long address) {
    entryWidth = 64;
    top = PDPTE;
    firstUsed = 1;
    shift = 30;
    int index = (int) (address >>> shift) & 3;
    addresses[0] = (cpu.cr3 & TABLE_PAE) + index * 8;
    entries[0] = cpu.controls.pdpte(index);
    depth = 1;
    if ((entries[0] & PageEntry.P) == 0) {
      broken = Requirement.PAGE_IS_PRESENT;
    } else {
      walkLevels(address, PDE, entries[0] & PageEntry.ADDRESS);
    }
  }

  @Override
  protected boolean meet(long entry, int level, boolean leaf) {
    if ((entry & PageEntry.P) == 0) {
      broken = Requirement.PAGE_IS_PRESENT;
      return false;
    }
    if ((entry & reserved(level, leaf)) != 0) {
      broken = Requirement.PAGE_RESERVED_BITS_CLEAR;
      return false;
    }
    allowed &= entry;
    forbidden |= entry & PageEntry.XD;
    if (leaf) {
      long base = entry & PageEntry.ADDRESS & -(1L << shift);
      effective = base | allowed | forbidden | (entry & LEAF_RIGHTS);
    }
    return true;
  }

  private void walkTwoLevels(long address) {
    entryWidth = 32;
    shift = LARGE_32_BIT;
    long pde = next((cpu.cr3 & TABLE_32_BIT) + ((address >>> shift) & 0x3FF) * 4, entryWidth);
    if ((pde & PageEntry.P) == 0) {
      broken = Requirement.PAGE_IS_PRESENT;
      return;
    }
    if ((pde & PageEntry.PS) != 0 && (cpu.cr4 & Cr4.PSE) != 0) {
      long upper = pde >>> PSE36_FROM & (1L << PSE36_BITS) - 1;
      if ((pde & reservedLarge()) != 0) {
        broken = Requirement.PAGE_RESERVED_BITS_CLEAR;
      } else {
        effective = (pde & -(1L << shift)) | upper << 32 | (pde & LARGE_RIGHTS);
      }
      return;
    }
    shift = 12;
    long pte = next((pde & TABLE_32_BIT) + ((address >>> shift) & 0x3FF) * 4, entryWidth);
    if ((pte & PageEntry.P) == 0) {
      broken = Requirement.PAGE_IS_PRESENT;
      return;
    }
    allowed &= pde & pte;
    effective = (pte & TABLE_32_BIT) | allowed | (pte & (PageEntry.P | PageEntry.D | PageEntry.G));
  }

  /** Bits that have to be 0 in a present entry of four-level paging. */
  private long reserved(int level, boolean leaf) {
    long bits = PageEntry.ADDRESS & -(1L << cpu.maxPhysicalAddress);
    if ((cpu.efer & Efer.NXE) == 0) {
      bits |= PageEntry.XD;
    }
    if (!cpu.inIa32eMode()) {
      bits |= ABOVE_ADDRESS;
    }
    if (level == PML4E || (level == PDPTE && !cpu.hugePages)) {
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

  /** The manual's name for that entry, such as PDPTE. */
  public String name(int i) {
    return NAMES[i + PML4E - top];
  }

  /** The bits of that entry that let an access fail with a requirement; 0 if none does. */
  public long failing(int i, Requirement lacking) {
    long entry = entries[i];
    boolean lastMet = i == depth - 1;
    if (i < firstUsed && lacking != Requirement.PAGE_IS_PRESENT) {
      return 0; // a PDPTE of PAE paging says nothing about rights
    }
    switch (lacking) {
      case PAGE_IS_PRESENT:
        return ~entry & PageEntry.P;
      case PAGE_RESERVED_BITS_CLEAR:
        return lastMet ? entry & reservedBits(i) : 0;
      case PAGE_IS_USER_ACCESSIBLE:
        return ~entry & PageEntry.US;
      case PAGE_IS_WRITABLE:
        return ~entry & PageEntry.RW;
      case PAGE_IS_EXECUTABLE:
        return entry & PageEntry.XD;
      case SMEP_NO_USER_CODE:
      case SMAP_NO_USER_DATA:
        return lastMet ? entry & PageEntry.US : 0;
      case PROTECTION_KEY_PERMITS:
        return lastMet ? PageEntry.KEY : 0;
      default:
        return 0;
    }
  }

  private long reservedBits(int i) {
    if (entryWidth != 64) {
      return reservedLarge();
    }
    int level = top - i;
    return reserved(level, level == PTE || level != PML4E && (entries[i] & PageEntry.PS) != 0);
  }

  /** Bits that have to be 0 in a PDE that maps a 4-MByte page. */
  private long reservedLarge() {
    int known = Math.min(Math.max(cpu.maxPhysicalAddress - 32, 0), PSE36_BITS);
    long upper = (1L << PSE36_BITS) - (1L << known);
    return (upper | 1L << PSE36_BITS) << PSE36_FROM;
  }

  /** Address and rights of the page, all levels taken together; meaningless if broken. */
  public long effective() {
    return effective;
  }

  /** Sets the accessed bits of all entries met and, for a write, the dirty bit of the last. */
  void markUsed(boolean written) {
    mark(firstUsed, entryWidth, PageEntry.A, written ? PageEntry.D : 0);
    if (written) {
      effective |= PageEntry.D;
    }
  }

  /**
   * The access right that an access to a page lacks, or null.
   *
   * @param entry effective paging-structure entry
   * @param access bits WR, US and ID of a page-fault error code, and {@link Mmu#IMPLICIT}
   */
  static Requirement denied(Cpu cpu, long entry, int access) {
    Requirement lacking = deniedByEntry(cpu, entry, access);
    return lacking == null && deniedByKey(cpu, entry, access)
        ? Requirement.PROTECTION_KEY_PERMITS
        : lacking;
  }

  private static Requirement deniedByEntry(Cpu cpu, long entry, int access) {
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

  /** A data access to a user page whose key's rights in PKRU do not allow it. */
  private static boolean deniedByKey(Cpu cpu, long entry, int access) {
    boolean checked =
        (cpu.cr4 & Cr4.PKE) != 0
            && cpu.inIa32eMode()
            && (entry & PageEntry.US) != 0
            && (access & PageFaultCode.ID) == 0;
    if (!checked) {
      return false;
    }
    int rights = cpu.pkru >>> 2 * (int) ((entry & PageEntry.KEY) >>> PageEntry.KEY_SHIFT);
    boolean respectsWrites = (access & PageFaultCode.US) != 0 || (cpu.cr0 & Cr0.WP) != 0;
    boolean write = (access & PageFaultCode.WR) != 0 && respectsWrites;
    return (rights & Pkru.ACCESS_DISABLE) != 0 || (write && (rights & Pkru.WRITE_DISABLE) != 0);
  }

  /**
   * Error code of the page fault that an access meets.
   *
   * @param entry effective paging-structure entry; of no concern if there is no translation
   */
  static int errorCode(Cpu cpu, int access, long entry, Requirement lacking) {
    int code = access & (PageFaultCode.WR | PageFaultCode.US);
    boolean noExecute = (cpu.efer & Efer.NXE) != 0 && (cpu.cr4 & Cr4.PAE) != 0;
    boolean fetchesDiffer = noExecute || (cpu.cr4 & Cr4.SMEP) != 0;
    if ((access & PageFaultCode.ID) != 0 && fetchesDiffer) {
      code |= PageFaultCode.ID;
    }
    if (lacking == Requirement.PAGE_IS_PRESENT) {
      return code;
    }
    code |= PageFaultCode.P;
    if (lacking == Requirement.PAGE_RESERVED_BITS_CLEAR) {
      return code | PageFaultCode.RSVD;
    }
    return deniedByKey(cpu, entry, access) ? code | PageFaultCode.PK : code;
  }
}
