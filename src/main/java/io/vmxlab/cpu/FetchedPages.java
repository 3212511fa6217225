package io.vmxlab.cpu;

import java.util.Arrays;

/**
 * Pages that code was fetched from since translations last changed. A page stays as it was first
 * translated until it is invalidated, so that it makes no difference how often code is fetched:
 * once a block, or once an instruction when someone watches.
 */
final class FetchedPages {
  /** Kept at most; beyond it all translations count as changed. */
  private static final int MOST = 4096;

  private static final int SLOTS = 2 * MOST;
  private static final long ABSENT = -1;

  /** A page of 4 KBytes, as a shift. */
  private static final int SMALL = 12;

  /** Linear page, with bit 0 for fetches at CPL 3; 0 is no key because keys have bit 1 set. */
  private final long[] keys = new long[SLOTS];

  private final long[] pages = new long[SLOTS];
  private final byte[] shifts = new byte[SLOTS];
  private final int[] used = new int[MOST];
  private int count;

  /** One of them came from a page of more than 4 KBytes. */
  private boolean large;

  private static long key(long address, int privilege) {
    return (address & ~0xFFFL) | 2 | (privilege != 0 ? 1 : 0);
  }

  private static int slot(long key) {
    long page = key >>> 12;
    return (int) (page ^ page >>> 13 ^ key << 7) & (SLOTS - 1);
  }

  boolean full() {
    return count == MOST;
  }

  /** The physical page, or a negative number. */
  long find(long address, int privilege) {
    long key = key(address, privilege);
    for (int i = slot(key); keys[i] != 0; i = (i + 1) & (SLOTS - 1)) {
      if (keys[i] == key) {
        return pages[i];
      }
    }
    return ABSENT;
  }

  void add(long address, int privilege, long page, int shift) {
    long key = key(address, privilege);
    int i = slot(key);
    while (keys[i] != 0) {
      i = (i + 1) & (SLOTS - 1);
    }
    keys[i] = key;
    pages[i] = page;
    shifts[i] = (byte) shift;
    large |= shift > SMALL;
    used[count++] = i;
  }

  /** Whether one of them lies in the page, of whatever size, that holds the address. */
  boolean touches(long address) {
    if (find(address, 0) >= 0 || find(address, 1) >= 0) {
      return true;
    }
    for (int i = 0; large && i < count; i++) {
      if ((keys[used[i]] ^ address) >>> shifts[used[i]] == 0) {
        return true;
      }
    }
    return false;
  }

  void clear() {
    if (count > SLOTS / 8) {
      Arrays.fill(keys, 0);
    } else {
      for (int i = 0; i < count; i++) {
        keys[used[i]] = 0;
      }
    }
    count = 0;
    large = false;
  }
}
