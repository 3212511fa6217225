package io.vmxlab.machine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The last failure of VMX on a processor of a board. Images that test processors fail a hundred
 * thousand times on purpose, so of failures at one place for one reason the first one is read, and
 * the others are taken to be like it, as long as they alternate with few others.
 */
final class LastFailure {
  private static final int MOST_KINDS = 16;

  /** A place and what was not met there. */
  private record Kind(long rip, String rule) {}

  /** Those that failed last. */
  private static final class Recent extends LinkedHashMap<Kind, Event> {
    private static final long serialVersionUID = 1L;

    Recent() {
      super(MOST_KINDS, 1, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Kind, Event> eldest) {
      return size() > MOST_KINDS;
    }
  }

  private final Recent recent = new Recent();
  private Event last;
  private long count;

  /**
   * Something has failed.
   *
   * @param event reads what there is to say of it
   */
  void failed(long rip, String rule, Supplier<Event> event) {
    count++;
    last = recent.computeIfAbsent(new Kind(rip, rule), k -> event.get());
  }

  /** How often something has failed. */
  long count() {
    return count;
  }

  Optional<Event> event() {
    return Optional.ofNullable(last);
  }
}
