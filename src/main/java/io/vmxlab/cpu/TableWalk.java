package io.vmxlab.cpu;

import io.vmxlab.arch.PageEntry;

/**
 * The way from an address through tables of 512 entries of 64 bits, level by level. What an entry
 * means is the format's business: the guest's paging structures have one, EPT has another.
 */
public abstract class TableWalk {
  /** The levels of entries. */
  protected static final int PTE = 1;

  protected static final int PDE = 2;
  protected static final int PDPTE = 3;
  protected static final int PML4E = 4;
  protected static final int PML5E = 5;

  private static final long INDEX = 0x1FF;

  /** Physical addresses of the entries met, from the topmost on, and the entries. */
  protected final long[] addresses = new long[PML5E];

  protected final long[] entries = new long[PML5E];
  protected int depth;

  /** Base-2 logarithm of the size of what the last entry met covers. */
  protected int shift;

  /** Reads an entry. */
  protected abstract long read(long address, int width);

  protected abstract void write(long address, int width, long entry);

  /**
   * Takes an entry into account.
   *
   * @param leaf it maps a page
   * @return false if the walk ends here
   */
  protected abstract boolean meet(long entry, int level, boolean leaf);

  /** Walks from a table on until an entry maps a page or is not good enough to go on. */
  protected final void walkLevels(long address, int from, long table) {
    long at = table;
    for (int level = from; ; level--) {
      shift = 12 + 9 * (level - 1);
      long entry = next(at + ((address >>> shift) & INDEX) * 8, 64);
      boolean leaf = level == PTE || level <= PDPTE && (entry & PageEntry.PS) != 0;
      if (!meet(entry, level, leaf) || leaf) {
        return;
      }
      at = entry & PageEntry.ADDRESS;
    }
  }

  /** Reads the entry at an address as the next one met. */
  protected final long next(long address, int width) {
    long entry = read(address, width);
    addresses[depth] = address;
    entries[depth++] = entry;
    return entry;
  }

  /**
   * Sets bits of the entries met.
   *
   * @param first number of the first entry that has an accessed flag
   * @param inLast of the last entry, in addition
   */
  protected final void mark(int first, int width, long accessed, long inLast) {
    for (int i = first; i < depth; i++) {
      long want = entries[i] | accessed | (i == depth - 1 ? inLast : 0);
      if (want != entries[i]) {
        write(addresses[i], width, want);
        entries[i] = want;
      }
    }
  }

  /** Number of entries met. */
  public final int depth() {
    return depth;
  }

  /** The entry met as number {@code i}; 0 is the topmost. */
  public final long entry(int i) {
    return entries[i];
  }

  /** Address of that entry. */
  public final long address(int i) {
    return addresses[i];
  }

  /** Base-2 logarithm of the page's size: 12, 21 or 30, and 22 with two levels. */
  public final int pageShift() {
    return shift;
  }
}
