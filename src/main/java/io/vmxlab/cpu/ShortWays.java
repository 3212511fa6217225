package io.vmxlab.cpu;

import java.util.Arrays;

/**
 * The short ways to memory of one privilege: a direct-mapped cache of translations that need no
 * further check. Forgetting them costs as much as was remembered.
 */
public final class ShortWays {
  static final long PAGE = ~0xFFFL;

  private static final int PAGE_SIZE = 4096;
  private static final int ENTRIES = 1024;

  /** A tag that no page-aligned address equals. */
  private static final long NO_PAGE = 1;

  /** The short way to a page: all that an access needs stands in one line of the host's cache. */
  public static final class Way {
    /** The linear page that may be read. */
    long readTag = NO_PAGE;

    /** The linear page that may be written and whose writes nobody watches. */
    long writeTag = NO_PAGE;

    byte[] chunk;
    int offset;

    /** The size of the page that the translation came from, as a shift. */
    private int shift;

    /** The linear page that may be written, be it watched or not. */
    private long dirtyTag = NO_PAGE;

    /** The physical page. */
    private long page;

    private boolean used;

    int at(long address) {
      return offset + ((int) address & 0xFFF);
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

  final Way[] entries = new Way[ENTRIES];

  /** The ways that were set since all were forgotten. */
  private final Way[] used = new Way[ENTRIES];

  private int count;

  ShortWays() {
    for (int i = 0; i < ENTRIES; i++) {
      entries[i] = new Way();
    }
  }

  Way way(long address) {
    return entries[(int) (address >>> 12) & (ENTRIES - 1)];
  }

  /**
   * Remembers a page that may be read.
   *
   * @param page its physical address
   * @param shift of the page that the translation came from
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
    Way way = way(address);
    long tag = address & PAGE;
    if (way.readTag != tag) {
      way.clear();
      way.readTag = tag;
    }
    way.page = page;
    way.shift = shift;
    way.chunk = chunk;
    way.offset = offset;
    if (written) {
      way.dirtyTag = tag;
      way.writeTag = watched ? NO_PAGE : tag;
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
    }
    count = 0;
  }

  /** Drops the way to the address's 4-KByte page. */
  void clear(long address) {
    way(address).clear();
  }

  /** Drops the ways that came from the page that holds the address, of whatever size. */
  void clearPage(long address) {
    for (int i = 0; i < count; i++) {
      Way way = used[i];
      if (way.readTag != NO_PAGE && (way.readTag ^ address) >>> way.shift == 0) {
        way.clear();
      }
    }
  }

  /** A page that may be written takes the short way again unless it is still watched. */
  void unwatch(long address, boolean watched) {
    if (!watched) {
      Way way = way(address);
      way.writeTag = way.dirtyTag;
    }
  }

  /** From now on writes to a physical page take the long way. */
  void watch(long page) {
    for (int i = 0; i < count; i++) {
      if (used[i].page == page) {
        used[i].writeTag = NO_PAGE;
      }
    }
  }

  /**
   * Copies elements upwards as long as both stay within their pages, if both pages have a short way
   * and no element reads what another one wrote.
   *
   * @param bytes to copy at most
   * @param element size in bytes
   * @return bytes copied, a multiple of the element's size; 0 if the elements have to go one by one
   */
  int copyUpwards(long from, long to, int bytes, int element) {
    Way read = way(from);
    Way written = way(to);
    if (read.readTag != (from & PAGE) || written.writeTag != (to & PAGE)) {
      return 0;
    }
    int length = Math.min(bytes, Math.min(bytesInPage(from), bytesInPage(to)));
    length -= length % element;
    int source = read.at(from);
    int target = written.at(to);
    if (read.chunk == written.chunk && target > source && target < source + length) {
      return 0;
    }
    System.arraycopy(read.chunk, source, written.chunk, target, length);
    return length;
  }

  /**
   * Stores the same element again and again upwards, under the conditions of {@link #copyUpwards}.
   *
   * @param width of the element in bits
   */
  int fillUpwards(long to, int bytes, int width, long value) {
    Way way = way(to);
    if (way.writeTag != (to & PAGE)) {
      return 0;
    }
    int element = width / 8;
    int length = Math.min(bytes, bytesInPage(to));
    length -= length % element;
    if (length > 0) {
      DataSize.of(width).set(way.chunk, way.at(to), value);
    }
    int target = way.at(to);
    if (length > 0 && isOneByte(way.chunk, target, element)) {
      Arrays.fill(way.chunk, target, target + length, way.chunk[target]);
      return length;
    }
    for (int done = element; done < length; done *= 2) {
      int more = Math.min(done, length - done);
      System.arraycopy(way.chunk, target, way.chunk, target + done, more);
    }
    return length;
  }

  /** All bytes of the element are the same, as in what clears memory. */
  private static boolean isOneByte(byte[] chunk, int at, int element) {
    for (int i = 1; i < element; i++) {
      if (chunk[at + i] != chunk[at]) {
        return false;
      }
    }
    return true;
  }

  static int bytesInPage(long address) {
    return PAGE_SIZE - ((int) address & (PAGE_SIZE - 1));
  }
}
