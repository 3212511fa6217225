package io.vmxlab.vmx.ept;

import io.vmxlab.arch.EptEntry;
import io.vmxlab.arch.SubPageEntry;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.TableWalk;

/**
 * The way from a guest-physical address through the sub-page-permission tables to the vector that
 * says which 128 bytes of its page may be written. SDM Vol. 3C "Sub-Page Write Permissions".
 */
final class SubPageWalk extends TableWalk {
  /** How a walk has ended. */
  enum End {
    /** At a vector. */
    VECTOR,
    /** At an entry that is not valid. */
    MISS,
    /** At an entry, or a vector, with reserved bits. */
    MISCONFIGURED
  }

  private final Cpu cpu;
  private final long reserved;
  private End end;

  SubPageWalk(Cpu cpu, long maxPhysicalAddress) {
    this.cpu = cpu;
    reserved = SubPageEntry.RESERVED | EptEntry.ADDRESS & -(1L << maxPhysicalAddress);
  }

  /**
   * Walks.
   *
   * @param tables physical address of the topmost one
   */
  End walk(long address, long tables) {
    depth = 0;
    walkLevels(address, PML4E, tables);
    return end;
  }

  /** The last walk has met a vector that allows writes to the 128 bytes of the address. */
  boolean allows(long address) {
    long bit = SubPageEntry.WRITABLE << SubPageEntry.position(address);
    return end == End.VECTOR && (entry(depth() - 1) & bit) != 0;
  }

  @Override
  protected boolean meet(long entry, int level, boolean leaf) {
    if (level == PTE) {
      end = (entry & SubPageEntry.RESERVED_IN_VECTOR) == 0 ? End.VECTOR : End.MISCONFIGURED;
      return false;
    }
    end = (entry & SubPageEntry.VALID) == 0 ? End.MISS : End.MISCONFIGURED;
    return end == End.MISCONFIGURED && (entry & reserved) == 0;
  }

  @Override
  protected long read(long address, int width) {
    return cpu.memory.read(address, width);
  }

  @Override
  protected void write(long address, int width, long entry) {
    throw new IllegalStateException("sub-page-permission tables have no flags");
  }
}
