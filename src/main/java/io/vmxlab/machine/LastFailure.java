package io.vmxlab.machine;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The last failure of VMX on a processor of a board. Images that test processors fail a hundred
 * thousand times on purpose, so of failures at one place for one reason the first one is read, and
 * the others are taken to be like it.
 */
final class LastFailure {
  private static final int MOST_KINDS = 1000;

  /** A place and what was not met there. */
  private record Kind(long rip, String rule) {}

  private final Map<Kind, Event> kinds = new HashMap<>();
  private Event last;
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
    last = kinds.computeIfAbsent(new Kind(rip, rule), k -> event.get());
  }

  /** How often something has failed. */
  long count() {
    return count;
  }

  Optional<Event> event() {
    return Optional.ofNullable(last);
  }
}
