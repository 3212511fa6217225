package io.vmxlab.vmx.ept;

import io.vmxlab.arch.EptEntry;
import io.vmxlab.arch.PageEntry;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.GuestAccess;
import io.vmxlab.cpu.GuestPhysical;

/** Guest-physical translation by the current guest's EPT. */
public final class Ept implements GuestPhysical {
  private final EptControls controls;
  private final EptWalk walk;
  private final EptWalk seen;
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
  }

  /**
   * From now on translates for a guest with that EPTP and with mode-based execute control or not.
   */
  public void enter(long eptp, boolean modeBased) {
    controls.set(eptp, modeBased);
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
    if (walk.end() == EptWalk.End.NOT_PRESENT || (rights & access) != access) {
      throw exits.violation(address, qualification(access, purpose), purpose);
    }
    if (controls.accessedDirty()) {
      long entry = walk.markUsed((access & WRITE) != 0);
      if ((entry & EptEntry.D) == 0) {
        rights &= ~WRITE;
      }
    }
    return walk.page() | rights;
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
    bits |= (access & (FETCH | USER_FETCH)) != 0 ? EptViolation.FETCH : 0;
    bits |= (allowed & (READ | WRITE | FETCH)) << EptViolation.ALLOWED_SHIFT;
    bits |= (allowed & USER_FETCH) != 0 ? EptViolation.USER_EXECUTABLE : 0;
    if (purpose.use() != GuestAccess.Use.PDPTES) {
      bits |= EptViolation.LINEAR_ADDRESS_VALID;
    }
    if (purpose.use() == GuestAccess.Use.MEMORY) {
      bits |= EptViolation.TRANSLATION;
      if (controls.detailsViolations()) {
        bits |= details(purpose.entry());
      }
    }
    return bits;
  }

  private static long details(long entry) {
    return ((entry & PageEntry.US) != 0 ? EptViolation.USER_PAGE : 0)
        | ((entry & PageEntry.RW) != 0 ? EptViolation.WRITABLE_PAGE : 0)
        | ((entry & PageEntry.XD) != 0 ? EptViolation.EXECUTE_DISABLE_PAGE : 0);
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
