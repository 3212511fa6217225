package io.vmxlab.engine;

import java.util.Arrays;

/**
 * The operations that go to a block directly. Whichever has left stays in the list until half of
 * them have, so that leaving takes no search, however many there are.
 */
final class Incoming {
  private static final Operation[] NONE = {};

  private Operation[] all = NONE;
  private int count;

  /** Those that have left, at least so many. */
  private int left;

  void add(Operation last) {
    if (count == all.length) {
      dropThoseThatLeft();
    }
    if (count == all.length) {
      all = Arrays.copyOf(all, Math.max(2, 2 * count));
    }
    all[count++] = last;
  }

  /** One of them goes elsewhere from now on. */
  void leaves() {
    left++;
  }

  private void dropThoseThatLeft() {
    if (2 * left < count) {
      return;
    }
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (all[i].block.valid) {
        all[kept++] = all[i];
      }
    }
    Arrays.fill(all, kept, count, null);
    count = kept;
    left = 0;
  }

  /** Cuts all ways to the block. */
  void unlink(Block to) {
    for (int i = 0; i < count; i++) {
      all[i].unlink(to);
    }
    all = NONE;
    count = 0;
    left = 0;
  }
}
