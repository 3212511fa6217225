package io.vmxlab.cpu;

import java.util.Arrays;

/**
 * Translations as they were when they were last walked. Nothing looks at the paging structures
 * again until an entry is invalidated or displaced. SDM Vol. 3A "Caching Translation Information".
 *
 * <p>An entry is an effective paging-structure entry: address and rights of the page, with the
 * rights of the levels above already taken into account.
 */
final class Tlb {
  /** Context of entries that belong to every context. */
  private static final int GLOBAL = -2;

  private static final int FREE = -1;

  private final Bank small = new Bank(12, 128, 12);
  private final Bank large = new Bank(21, 16, 16);
  private final Bank huge = new Bank(30, 4, 4);

  /** 4-MByte pages of 32-bit paging. */
  private final Bank legacyLarge = new Bank(22, 8, 8);

  private final Bank[] banks = {small, large, huge, legacyLarge};

  /** Counts flushes; an entry is alive if it is younger than every flush that concerns it. */
  private long clock = 1;

  private long flushedAll;
  private long flushedNonGlobal;

  /** By context; contexts that the array is too short for were never flushed. */
  private long[] flushed = new long[1];

  /** Size of the page that was found last, as a shift. */
  private int foundShift;

  /** Size of the page that {@link #lookup} found last, as a shift. */
  int foundShift() {
    return foundShift;
  }

  private boolean alive(int context, long born) {
    if (context == FREE || born < flushedAll) {
      return false;
    }
    return context == GLOBAL
        || born >= flushedNonGlobal && (context >= flushed.length || born >= flushed[context]);
  }

  /**
   * Effective entry of the 4-KByte page that holds the address, or 0 if there is none.
   *
   * @param context PCID
   */
  long lookup(long address, int context) {
    long entry = small.lookup(address, context);
    if (entry == 0) {
      entry = large.lookup(address, context);
      if (entry == 0) {
        entry = huge.lookup(address, context);
        if (entry == 0) {
          entry = legacyLarge.lookup(address, context);
        }
      }
    }
    return entry;
  }

  /** Keeps a translation of a page of {@code 1 << shift} bytes. */
  void insert(long address, int shift, int context, boolean global, long entry) {
    for (Bank bank : banks) {
      if (bank.shift == shift) {
        bank.insert(address, global ? GLOBAL : context, entry);
      }
    }
  }

  /** Drops what a context and all contexts have on an address. */
  void invalidate(long address, int context) {
    for (Bank bank : banks) {
      bank.invalidate(address, context, true);
    }
  }

  /** Drops what one context has on an address, except global translations. */
  void invalidateNonGlobal(long address, int context) {
    for (Bank bank : banks) {
      bank.invalidate(address, context, false);
    }
  }

  /** Drops a context, except global translations. */
  void flushContext(int context) {
    if (context >= flushed.length) {
      flushed = Arrays.copyOf(flushed, 1 << 12);
    }
    flushed[context] = ++clock;
  }

  /** Drops all contexts, except global translations. */
  void flushNonGlobal() {
    flushedNonGlobal = ++clock;
  }

  void flushAll() {
    flushedAll = ++clock;
    for (Bank bank : banks) {
      bank.used = false;
    }
  }

  /** Translations of one page size: sets of ways, displaced in turn. */
  private final class Bank {
    private final int shift;
    private final int sets;
    private final int ways;
    private final long[] page;
    private final int[] context;
    private final long[] entry;
    private final long[] born;
    private final int[] turn;

    /** There may be an entry that is alive. */
    private boolean used;

    Bank(int shift, int sets, int ways) {
      this.shift = shift;
      this.sets = sets;
      this.ways = ways;
      page = new long[sets * ways];
      context = new int[sets * ways];
      entry = new long[sets * ways];
      born = new long[sets * ways];
      turn = new int[sets];
      Arrays.fill(context, FREE);
    }

    private int firstWay(long number) {
      return ((int) number & (sets - 1)) * ways;
    }

    private boolean has(int i, int wanted, boolean orGlobal) {
      return (context[i] == wanted || orGlobal && context[i] == GLOBAL)
          && alive(context[i], born[i]);
    }

    long lookup(long address, int wanted) {
      if (!used) {
        return 0;
      }
      long number = address >> shift;
      int from = firstWay(number);
      for (int i = from; i < from + ways; i++) {
        if (page[i] == number && has(i, wanted, true)) {
          foundShift = shift;
          return entry[i] | (address & ((1L << shift) - 1) & ~0xFFFL);
        }
      }
      return 0;
    }

    void insert(long address, int owner, long value) {
      long number = address >> shift;
      int from = firstWay(number);
      int way = -1;
      for (int i = from; i < from + ways; i++) {
        boolean alive = alive(context[i], born[i]);
        if (alive && page[i] == number && context[i] == owner) {
          way = i;
          break;
        }
        if (!alive && way < 0) {
          way = i;
        }
      }
      if (way < 0) {
        int set = from / ways;
        way = from + turn[set];
        turn[set] = (turn[set] + 1) % ways;
      }
      used = true;
      page[way] = number;
      context[way] = owner;
      entry[way] = value;
      born[way] = clock;
    }

    void invalidate(long address, int wanted, boolean alsoGlobal) {
      long number = address >> shift;
      int from = firstWay(number);
      for (int i = from; i < from + ways; i++) {
        if (page[i] == number && has(i, wanted, alsoGlobal)) {
          context[i] = FREE;
        }
      }
    }
  }
}
