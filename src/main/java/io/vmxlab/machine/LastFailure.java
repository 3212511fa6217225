package io.vmxlab.machine;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The last failure of VMX on a processor of a board. Images that test processors fail a hundred
 * thousand times on purpose, so failures of one kind are read a few times, and then are taken to be
 * as the last one that was.
 */
final class LastFailure {
  private static final int READ_OF_A_KIND = 8;
  private static final int MOST_KINDS = 1000;

  /** A place and what was not met there. */
  private record Kind(long rip, String rule) {}

  private static final class Kept {
    int times;
    Event event;
  }

  private final Map<Kind, Kept> kinds = new HashMap<>();
  private Kept last;
  private long count;

  /**
   * Something has failed.
   *
   * @param event reads what there is to say of it
   */
  void failed(long rip, String rule, Supplier<Event> event) {
    count++;
    if (kinds.size() == MOST_KINDS) {
      kinds.clear();
    }
    last = kinds.computeIfAbsent(new Kind(rip, rule), k -> new Kept());
    if (last.times < READ_OF_A_KIND) {
      last.times++;
      last.event = event.get();
    }
  }

  /** How often something has failed. */
  long count() {
    return count;
  }

  Optional<Event> event() {
    return Optional.ofNullable(last).map(k -> k.event);
  }
}
