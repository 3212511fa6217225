package io.vmxlab.vmx.ept;

import io.vmxlab.arch.EptEntry;
import io.vmxlab.arch.ExitQualification;
import io.vmxlab.arch.PageEntry;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.GuestAccess;
import io.vmxlab.cpu.GuestPhysical;

/** Guest-physical translation by the current guest's EPT. */
public final class Ept implements GuestPhysical {
  /** From the rights of an entry to the bits of an exit qualification that tell them. */
  private static final int ALLOWED_SHIFT = 3;

  /** In place of the address of sub-page-permission tables: there are none. */
  public static final long NO_SUB_PAGES = -1;

  private static final int SMALL = 12;

  private final EptControls controls;
  private final EptWalk walk;
  private final EptWalk seen;
  private final SubPageWalk subPages;
  private final EptExits exits;

  /**
   * Translation for a processor.
   *
   * @param exits what makes of a failure what is thrown
   */
  public Ept(Cpu cpu, EptExits exits) {
    this.exits = exits;
    controls = new EptControls(cpu.model);
    walk = new EptWalk(cpu, controls);
    seen = new EptWalk(cpu, controls);
    subPages = new SubPageWalk(cpu, controls.maxPhysicalAddress);
  }

  /**
   * From now on translates for another guest.
   *
   * @param modeBased the control "mode-based execute control for EPT"
   * @param logging the control "enable PML"
   * @param subPageTables physical address of the sub-page-permission tables, or {@link
   *     #NO_SUB_PAGES} without the control "sub-page write permissions for EPT"
   */
  public void enter(long eptp, boolean modeBased, boolean logging, long subPageTables) {
    controls.set(eptp, modeBased, logging, subPageTables);
  }

  /** From now on translates by other EPT paging structures. */
  void switchTo(long eptp) {
    controls.eptp(eptp);
  }

  @Override
  public long structures() {
    return controls.structures();
  }

  @Override
  public boolean walksWrite() {
    return controls.accessedDirty();
  }

  @Override
  public long walk(long address, long access, GuestAccess purpose) {
    walk.walk(address);
    if (walk.end() == EptWalk.End.MISCONFIGURED) {
      throw exits.misconfiguration(address, walk.broken());
    }
    long rights = rights(walk);
    boolean lacking = walk.end() == EptWalk.End.NOT_PRESENT || (rights & access) != access;
    if (lacking && !writesSubPage(address, access, rights, purpose)) {
      boolean convertible = (walk.last() & EptEntry.SUPPRESS_VE) == 0;
      throw exits.violation(address, qualification(access, purpose), purpose, convertible);
    }
    if (controls.accessedDirty()) {
      boolean written = (access & WRITE) != 0;
      if (written && controls.logging() && (walk.last() & EptEntry.D) == 0) {
        exits.becomesDirty(address);
      }
      long entry = walk.markUsed(written);
      if ((entry & EptEntry.D) == 0) {
        rights &= ~WRITE;
      }
    }
    return walk.page() | rights;
  }

  /**
   * A write to a page that may be read is for its sub-page permissions to allow; not to the guest's
   * paging structures. Such a right is for this write alone.
   */
  private boolean writesSubPage(long address, long access, long rights, GuestAccess purpose) {
    boolean asked =
        controls.subPages() != NO_SUB_PAGES
            && access == WRITE
            && (rights & (READ | WRITE)) == READ
            && walk.pageShift() == SMALL
            && (walk.last() & EptEntry.SUB_PAGE_WRITE) != 0
            && purpose.use() == GuestAccess.Use.MEMORY;
    if (!asked) {
      return false;
    }
    SubPageWalk.End end = subPages.walk(address, controls.subPages());
    if (end != SubPageWalk.End.VECTOR) {
      throw exits.subPages(address, end == SubPageWalk.End.MISS, purpose);
    }
    return subPages.allows(address);
  }

  /** What all levels allow; without mode-based execute control fetches are fetches. */
  private long rights(EptWalk of) {
    long allowed = of.allowed();
    boolean both = !controls.modeBased() && (allowed & EptEntry.EXECUTE) != 0;
    return both ? allowed | EptEntry.USER_EXECUTE : allowed;
  }

  private long qualification(long access, GuestAccess purpose) {
    long allowed = walk.allowed();
    long bits = access & (READ | WRITE);
    bits |= (access & (FETCH | USER_FETCH)) != 0 ? ExitQualification.FETCH : 0;
    bits |= (allowed & (READ | WRITE | FETCH)) << ALLOWED_SHIFT;
    bits |= (allowed & USER_FETCH) != 0 ? ExitQualification.USER_EXECUTABLE : 0;
    if (purpose.use() != GuestAccess.Use.PDPTES) {
      bits |= ExitQualification.LINEAR_ADDRESS_VALID;
    }
    if (purpose.use() == GuestAccess.Use.MEMORY) {
      bits |= ExitQualification.TRANSLATION;
      if (controls.detailsViolations()) {
        bits |= details(purpose.entry());
      }
    }
    return bits;
  }

  private static long details(long entry) {
    return ((entry & PageEntry.US) != 0 ? ExitQualification.USER_PAGE : 0)
        | ((entry & PageEntry.RW) != 0 ? ExitQualification.WRITABLE_PAGE : 0)
        | ((entry & PageEntry.XD) != 0 ? ExitQualification.EXECUTE_DISABLE_PAGE : 0);
  }

  @Override
  public int pageShift() {
    return walk.pageShift();
  }

  @Override
  public long peek(long address) {
    seen.walk(address);
    return seen.end() == EptWalk.End.PAGE
        ? (seen.page() | (address & (1L << seen.pageShift()) - 1 & EptEntry.ADDRESS)) | rights(seen)
        : 0;
  }

  /** The EPT walk of a guest-physical address, made without side effects; valid until the next. */
  public EptWalk walkOf(long address) {
    seen.walk(address);
    return seen;
  }
}
