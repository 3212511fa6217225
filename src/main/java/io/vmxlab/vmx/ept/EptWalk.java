package io.vmxlab.vmx.ept;

import io.vmxlab.arch.EptEntry;
import io.vmxlab.arch.Eptp;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.TableWalk;

/**
 * The way from a guest-physical address through the EPT paging structures. SDM Vol. 3C "EPT
 * Translation Mechanism".
 */
public final class EptWalk extends TableWalk {
  /** How a walk has ended. */
  public enum End {
    /** At an entry that maps a page; rights have not been looked at. */
    PAGE,
    /** At an entry that allows nothing. */
    NOT_PRESENT,
    /** At an entry that breaks a rule. */
    MISCONFIGURED
  }

  private static final String[] NAMES = {
    "EPT PTE", "EPT PDE", "EPT PDPTE", "EPT PML4E", "EPT PML5E"
  };

  private final Cpu cpu;
  private final EptControls controls;
  private int top;
  private End end;
  private EptMisconfiguration broken;
  private long allowed;

  EptWalk(Cpu cpu, EptControls controls) {
    this.cpu = cpu;
    this.controls = controls;
  }

  /** Walks. Rights are not looked at. */
  void walk(long address) {
    depth = 0;
    end = End.PAGE;
    broken = null;
    allowed = controls.rights();
    top = Eptp.levels(controls.eptp());
    walkLevels(address, top, controls.structures());
  }

  @Override
  protected long read(long address, int width) {
    return cpu.memory.read(address, width);
  }

  @Override
  protected void write(long address, int width, long entry) {
    cpu.codeWatch.beforeWrite(address, width / Byte.SIZE);
    cpu.memory.write(address, width, entry);
  }

  @Override
  protected boolean meet(long entry, int level, boolean leaf) {
    allowed &= entry;
    if ((entry & controls.rights()) == 0) {
      end = End.NOT_PRESENT;
      return false;
    }
    broken = EptMisconfiguration.of(controls, entry, level, leaf);
    if (broken != null) {
      end = End.MISCONFIGURED;
      return false;
    }
    return true;
  }

  public End end() {
    return end;
  }

  /** The rule that the last entry breaks; null unless it does. */
  public EptMisconfiguration broken() {
    return broken;
  }

  /** Bits R, W, X and, where it counts, XU that all entries met have. */
  public long allowed() {
    return allowed;
  }

  /** The last entry met. */
  public long last() {
    return entry(depth() - 1);
  }

  /** Physical address of the page, if there is one. */
  public long page() {
    return last() & EptEntry.ADDRESS & -(1L << pageShift());
  }

  /** The manual's name for an entry met. */
  public String name(int i) {
    return NAMES[top - 1 - i];
  }

  /**
   * Sets the accessed flags of all entries met and, for a write, the dirty flag of the last.
   *
   * @return the last entry as it is now
   */
  long markUsed(boolean written) {
    mark(0, Long.SIZE, EptEntry.A, written ? EptEntry.D : 0);
    return last();
  }
}
