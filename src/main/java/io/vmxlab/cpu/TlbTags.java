package io.vmxlab.cpu;

import java.util.Arrays;

/** The tags that translations have been cached with, each once. */
final class TlbTags {
  /** Kept at most; beyond it all translations are dropped. */
  private static final int MOST = 1 << 14;

  /** At first; a power of two. There are at least as many as tags. */
  private static final int PLACES = 256;

  private static final int FEW = 4;

  private TlbTag[] places = new TlbTag[PLACES];
  private TlbTag[] all = new TlbTag[FEW];
  private int count;

  /** The one tag, or null if there are too many. */
  TlbTag get(int vpid, int pcid, long structures) {
    for (TlbTag tag = places[place(vpid, pcid, structures)]; tag != null; tag = tag.next) {
      if (tag.is(vpid, pcid, structures)) {
        return tag;
      }
    }
    if (count == MOST) {
      return null;
    }
    if (count == places.length) {
      grow();
    }
    TlbTag made = new TlbTag(vpid, pcid, structures);
    put(made);
    if (count == all.length) {
      all = Arrays.copyOf(all, 2 * count);
    }
    all[count++] = made;
    return made;
  }

  private int place(int vpid, int pcid, long structures) {
    long mixed = (vpid * 31L ^ pcid * 0x1_0001L ^ structures >>> 12) * 0x9E37_79B9_7F4A_7C15L;
    return (int) (mixed >>> 40) & (places.length - 1);
  }

  private void put(TlbTag tag) {
    int place = place(tag.vpid, tag.pcid, tag.structures);
    tag.next = places[place];
    places[place] = tag;
  }

  private void grow() {
    places = new TlbTag[4 * places.length];
    for (int i = 0; i < count; i++) {
      put(all[i]);
    }
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
    all = new TlbTag[FEW];
    count = 0;
  }
}
