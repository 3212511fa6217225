package io.vmxlab.cpu;

import io.vmxlab.memory.PhysicalMemory;
import java.util.Arrays;

/**
 * The short ways to memory of one privilege: a direct-mapped cache of translations that need no
 * further check. Forgetting them costs as much as was remembered.
 */
public final class ShortWays {
  static final long PAGE = ~0xFFFL;

  private static final int PAGE_SIZE = 4096;

  /** Sizes of pages as shifts: 4 KBytes, 4 MBytes or less, 1 GByte. */
  private static final int SMALL = 12;

  private static final int LARGE = 22;
  private static final int HUGE = 30;

  /** Ways at first, and at most: there are more when pages displace one another. */
  private static final int FEW = 1024;

  private static final int MOST = 1 << 16;

  /** A tag that no page-aligned address equals. */
  private static final long NO_PAGE = 1;

  /** The short way to a page: all that an access needs stands in one line of the host's cache. */
  public static final class Way {
    /** The linear page that may be read. */
    long readTag = NO_PAGE;

    /** The linear page that may be written and whose writes nobody watches. */
    long writeTag = NO_PAGE;

    byte[] chunk;

    /** What an address in the page has to be combined with, by XOR, to be its index there. */
    private int toIndex;

    /** The size of the page that the translation came from, as a shift. */
    private int shift;

    /** The linear page that may be written, be it watched or not. */
    private long dirtyTag = NO_PAGE;

    /** The physical page. */
    private long page;

    private boolean used;

    int at(long address) {
      return toIndex ^ (int) address;
    }

    /** The access stays in the way's page, and may be a read. */
    public boolean reads(DataSize size, long address) {
      return readTag == (address + size.last() & PAGE);
    }

    /** The access stays in the way's page, and may be a write. */
    public boolean writes(DataSize size, long address) {
      return writeTag == (address + size.last() & PAGE);
    }

    /** Reads, if that is allowed. */
    public long get(DataSize size, long address) {
      return size.get(chunk, at(address));
    }

    /** Does nothing and returns false if the access cannot take this way. */
    boolean set(DataSize size, long address, long value) {
      if (!writes(size, address)) {
        return false;
      }
      put(size, address, value);
      return true;
    }

    /** Writes, if that is allowed. */
    public void put(DataSize size, long address, long value) {
      size.set(chunk, at(address), value);
    }

    /** Paging lets the address be written; {@link #physical} says where. */
    boolean mayWrite(long address) {
      return dirtyTag == (address & PAGE);
    }

    long physical(long address) {
      return page | (address & 0xFFF);
    }

    private void clear() {
      readTag = NO_PAGE;
      writeTag = NO_PAGE;
      dirtyTag = NO_PAGE;
    }
  }

  Way[] entries = new Way[FEW];

  /** The ways that were set since all were forgotten. */
  private Way[] used = new Way[FEW];

  private int count;

  /** Pages that have displaced another one since there were so many ways. */
  private int displaced;

  /** Linear addresses that ways of large pages came from, by bits 27:22, and of 1-GByte pages. */
  private long large;

  private long huge;

  /** Physical pages that may have been written by a short way, by a hash: a bit each. */
  private long[] marked = new long[FEW / 16];

  ShortWays() {
    for (int i = 0; i < FEW; i++) {
      entries[i] = new Way();
    }
  }

  /** Where an address's way stands in a table. */
  static int slot(long address, int entries) {
    return (int) (address >>> 12) & (entries - 1);
  }

  Way way(long address) {
    return entries[slot(address, entries.length)];
  }

  private void grow() {
    Way[] more = new Way[4 * entries.length];
    int live = 0;
    for (int i = 0; i < count; i++) {
      if (used[i].readTag == NO_PAGE) {
        used[i].used = false;
      } else {
        more[slot(used[i].readTag, more.length)] = used[i];
        used[live++] = used[i];
      }
    }
    count = live;
    for (int i = 0; i < more.length; i++) {
      more[i] = more[i] == null ? new Way() : more[i];
    }
    entries = more;
    used = Arrays.copyOf(used, more.length);
    marked = new long[more.length / 16];
    Arrays.fill(marked, -1);
    displaced = 0;
  }

  /**
   * Remembers a page that may be read.
   *
   * @param page its physical address
   * @param shift of the page that the translation came from
   * @param offset of the page in the chunk, a multiple of the page's size
   * @param written it may be written too
   * @param watched writes to it have to take the long way
   */
  void set(
      long address,
      long page,
      int shift,
      byte[] chunk,
      int offset,
      boolean written,
      boolean watched) {
    long tag = address & PAGE;
    Way way = way(address);
    if (way.readTag != tag && way.readTag != NO_PAGE) {
      if (++displaced > entries.length && entries.length < MOST) {
        grow();
        way = way(address);
      }
    }
    if (way.readTag != tag) {
      way.clear();
      way.readTag = tag;
    }
    if (shift >= HUGE) {
      huge |= 1L << (address >>> HUGE);
    } else if (shift > SMALL) {
      large |= 1L << (address >>> LARGE);
    }
    way.page = page;
    way.shift = shift;
    way.chunk = chunk;
    way.toIndex = offset ^ (int) tag;
    if (written) {
      way.dirtyTag = tag;
      way.writeTag = watched ? NO_PAGE : tag;
      marked[word(page)] |= 1L << (page >>> SMALL);
    }
    if (!way.used) {
      way.used = true;
      used[count++] = way;
    }
  }

  /** Drops all. */
  void clear() {
    for (int i = 0; i < count; i++) {
      used[i].clear();
      used[i].used = false;
      marked[word(used[i].page)] = 0;
    }
    if (count > marked.length) {
      Arrays.fill(marked, 0);
    }
    count = 0;
    large = 0;
    huge = 0;
  }

  /** Of {@link #marked}. */
  private int word(long page) {
    return (int) (page >>> SMALL + 6) & (marked.length - 1);
  }

  /** Drops the way to the address's 4-KByte page. */
  void clear(long address) {
    way(address).clear();
  }

  /** Drops the ways that came from the page that holds the address, of whatever size. */
  void clearPage(long address) {
    Way own = way(address);
    if (own.readTag == (address & PAGE)) {
      own.clear();
    }
    if ((large >>> (address >>> LARGE) & 1) == 0 && (huge >>> (address >>> HUGE) & 1) == 0) {
      return;
    }
    for (int i = 0; i < count; i++) {
      Way way = used[i];
      if (way.readTag != NO_PAGE && (way.readTag ^ address) >>> way.shift == 0) {
        way.clear();
      }
    }
  }

  /** Drops the ways to RAM that was never written: it is about to be. */
  void clearUnwritten() {
    for (int i = 0; i < count; i++) {
      if (used[i].chunk == PhysicalMemory.UNWRITTEN) {
        used[i].clear();
      }
    }
  }

  /** A page that may be written takes the short way again unless it is still watched. */
  void unwatch(long address, boolean watched) {
    if (!watched) {
      Way way = way(address);
      way.writeTag = way.dirtyTag;
      marked[word(way.page)] |= 1L << (way.page >>> SMALL);
    }
  }

  /** From now on writes to a physical page take the long way. */
  void watch(long page) {
    if ((marked[word(page)] >>> (page >>> SMALL) & 1) == 0) {
      return;
    }
    for (int i = 0; i < count; i++) {
      if (used[i].page == page) {
        used[i].writeTag = NO_PAGE;
      }
    }
  }

  static int bytesInPage(long address) {
    return PAGE_SIZE - ((int) address & (PAGE_SIZE - 1));
  }
}
