package io.vmxlab.cpu;

import java.util.Arrays;

/**
 * Translations as they were when they were last walked. Nothing looks at the paging structures
 * again until an entry is invalidated or displaced. SDM Vol. 3A and 3C "Caching Translation
 * Information".
 *
 * <p>An entry is what all levels come to: address and rights of the page. Its meaning is the
 * owner's; 0 is none.
 */
final class Tlb {
  private final Bank small = new Bank(12, 128, 12);
  private final Bank large = new Bank(21, 16, 16);
  private final Bank huge = new Bank(30, 4, 4);

  /** 4-MByte pages of 32-bit paging. */
  private final Bank legacyLarge = new Bank(22, 8, 8);

  private final Bank[] banks = {small, large, huge, legacyLarge};
  private final TlbTags tags = new TlbTags();

  /** Counts flushes; an entry is alive unless its tag was flushed since it came. */
  private long clock = 1;

  /** What {@link #lookup} looks for: the current tag, and that of global translations. */
  private TlbTag current;

  private TlbTag global;

  /** What they were before: host and guest take turns. */
  private TlbTag earlier;

  private TlbTag earlierGlobal;

  /** Size of the page that was found last, as a shift. */
  private int foundShift;

  Tlb() {
    select(0, 0, GuestPhysical.NO_STRUCTURES);
  }

  /** From now on translations are looked up, kept and invalidated with these tags. */
  void select(int vpid, int pcid, long structures) {
    if (current != null && current.is(vpid, pcid, structures)) {
      return;
    }
    TlbTag before = earlier;
    TlbTag beforeGlobal = earlierGlobal;
    earlier = current;
    earlierGlobal = global;
    if (before != null && before.is(vpid, pcid, structures)) {
      current = before;
      global = beforeGlobal;
      return;
    }
    TlbTag wanted = tags.get(vpid, pcid, structures);
    TlbTag globals = tags.get(vpid, TlbScope.GLOBAL, structures);
    if (wanted == null || globals == null) {
      tags.clear();
      empty();
      earlier = null;
      wanted = tags.get(vpid, pcid, structures);
      globals = tags.get(vpid, TlbScope.GLOBAL, structures);
    }
    current = wanted;
    global = globals;
  }

  /** The PCID that is looked up. */
  int pcid() {
    return current.pcid;
  }

  /** Size of the page that {@link #lookup} found last, as a shift. */
  int foundShift() {
    return foundShift;
  }

  /** Entry of the 4-KByte page that holds the address, or 0 if there is none. */
  long lookup(long address) {
    long entry = small.lookup(address);
    if (entry == 0) {
      entry = large.lookup(address);
      if (entry == 0) {
        entry = huge.lookup(address);
        if (entry == 0) {
          entry = legacyLarge.lookup(address);
        }
      }
    }
    return entry;
  }

  /** Keeps a translation of a page of {@code 1 << shift} bytes. */
  void insert(long address, int shift, boolean everyPcid, long entry) {
    for (Bank bank : banks) {
      if (bank.shift == shift) {
        bank.insert(address, everyPcid ? global : current, entry);
      }
    }
  }

  /** Drops translations of an address. */
  void invalidate(long address, TlbScope scope) {
    for (Bank bank : banks) {
      bank.invalidate(address, scope);
    }
  }

  /** Drops translations of all addresses. */
  void flush(TlbScope scope) {
    tags.flush(scope, ++clock);
    if (scope == TlbScope.ALL) {
      empty();
    }
  }

  private void empty() {
    for (Bank bank : banks) {
      bank.empty();
    }
  }

  /** Translations of one page size: sets of ways, displaced in turn. */
  private final class Bank {
    private final int shift;
    private final int sets;
    private final int ways;
    private final long[] page;
    private final TlbTag[] owner;
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
      owner = new TlbTag[sets * ways];
      entry = new long[sets * ways];
      born = new long[sets * ways];
      turn = new int[sets];
    }

    void empty() {
      if (used) {
        Arrays.fill(owner, null);
        used = false;
      }
    }

    private int firstWay(long number) {
      return ((int) number & (sets - 1)) * ways;
    }

    private boolean alive(int i) {
      return owner[i] != null && born[i] >= owner[i].flushed;
    }

    long lookup(long address) {
      if (!used) {
        return 0;
      }
      long number = address >> shift;
      int from = firstWay(number);
      for (int i = from; i < from + ways; i++) {
        if (page[i] == number && (owner[i] == current || owner[i] == global) && alive(i)) {
          foundShift = shift;
          return entry[i] | (address & ((1L << shift) - 1) & ~0xFFFL);
        }
      }
      return 0;
    }

    void insert(long address, TlbTag tag, long value) {
      long number = address >> shift;
      int from = firstWay(number);
      int way = -1;
      for (int i = from; i < from + ways; i++) {
        if (page[i] == number && owner[i] == tag) {
          way = i; // after a flush a page comes back to where it was
          break;
        }
        if (way < 0 && !alive(i)) {
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
      owner[way] = tag;
      entry[way] = value;
      born[way] = clock;
    }

    void invalidate(long address, TlbScope scope) {
      long number = address >> shift;
      int from = firstWay(number);
      for (int i = from; i < from + ways; i++) {
        if (page[i] == number && owner[i] != null && scope.covers(owner[i])) {
          owner[i] = null;
        }
      }
    }
  }
}
