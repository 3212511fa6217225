package io.vmxlab.engine;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * The operations that go to a block directly, of a block that many go to. What has left stays in
 * the list until there is no room, so that leaving takes no search, however many there are; what it
 * belongs to stays in memory as long, so there is little room.
 */
final class Incoming {
  private final Block to;
  private Operation[] all = new Operation[2];
  private int count;

  Incoming(Block to) {
    this.to = to;
  }

  void add(Operation last) {
    if (count == all.length) {
      dropThoseThatLeft();
      all = Arrays.copyOf(all, count + count / 4 + 1);
    }
    all[count++] = last;
  }

  private void dropThoseThatLeft() {
    int kept = 0;
    Set<Operation> seen = new HashSet<>(); // what goes elsewhere in turn comes here anew each time
    for (int i = 0; i < count; i++) {
      if (all[i].goesTo(to) && seen.add(all[i])) {
        all[kept++] = all[i];
      }
    }
    Arrays.fill(all, kept, count, null);
    count = kept;
  }

  /** Cuts all ways to the block. */
  void unlink() {
    for (int i = 0; i < count; i++) {
      all[i].unlink(to);
    }
  }
}
