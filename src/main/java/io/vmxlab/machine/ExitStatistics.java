package io.vmxlab.machine;

import io.vmxlab.arch.ExitReason;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Counts transitions, and keeps the last VM exit of each reason. */
public final class ExitStatistics implements Consumer<VmTransition> {
  private final long[] counts = new long[ExitReason.values().length];
  private final VmTransition.Exit[] last = new VmTransition.Exit[counts.length];
  private long entries;

  /**
   * VM exits of one reason.
   *
   * @param count how many there were
   * @param last the last of them
   */
  public record Row(ExitReason reason, long count, VmTransition.Exit last) {}

  /** Nothing yet. */
  public ExitStatistics() {}

  @Override
  public void accept(VmTransition transition) {
    if (transition instanceof VmTransition.Entry) {
      entries++;
    } else if (transition instanceof VmTransition.Exit exit) {
      int i = exit.reason().ordinal();
      counts[i]++;
      last[i] = exit;
    }
  }

  /** VM entries that have loaded a guest. */
  public long entries() {
    return entries;
  }

  /** VM exits, those of failed VM entries included. */
  public long exits() {
    return Arrays.stream(counts).sum();
  }

  /** The reasons that there were, the most frequent first. */
  public List<Row> rows() {
    return Arrays.stream(ExitReason.values())
        .filter(r -> counts[r.ordinal()] > 0)
        .map(r -> new Row(r, counts[r.ordinal()], last[r.ordinal()]))
        .sorted((a, b) -> Long.compare(b.count(), a.count()))
        .toList();
  }
}
