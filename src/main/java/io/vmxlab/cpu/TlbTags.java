package io.vmxlab.cpu;

import java.util.Arrays;

/** The tags that translations have been cached with, each once. */
final class TlbTags {
  /** Kept at most; beyond it all translations are dropped. */
  private static final int MOST = 1 << 14;

  private static final int PLACES = 256;

  private TlbTag[] places = new TlbTag[PLACES];
  private TlbTag[] all = new TlbTag[4];
  private int count;

  /** The one tag, or null if there are too many. */
  TlbTag get(int vpid, int pcid, long structures) {
    int place = (int) (pcid ^ vpid * 31 ^ structures >>> 12) & (PLACES - 1);
    for (TlbTag tag = places[place]; tag != null; tag = tag.next) {
      if (tag.is(vpid, pcid, structures)) {
        return tag;
      }
    }
    if (count == MOST) {
      return null;
    }
    TlbTag made = new TlbTag(vpid, pcid, structures, places[place]);
    places[place] = made;
    if (count == all.length) {
      all = Arrays.copyOf(all, 2 * count);
    }
    all[count++] = made;
    return made;
  }

  /** Translations born before a time are dropped, of the tags that the scope covers. */
  void flush(TlbScope scope, long time) {
    for (int i = 0; i < count; i++) {
      if (scope.covers(all[i])) {
        all[i].flushed = time;
      }
    }
  }

  void clear() {
    places = new TlbTag[PLACES];
    count = 0;
  }
}
