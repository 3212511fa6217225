package io.vmxlab.threemachines;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Trials, counted by the differences that were seen in them. */
final class VmxTally {
  /** Differences that are shown if they are not known. */
  private static final int SHOWN = 20;

  private final Map<VmxDifference, Integer> known = new LinkedHashMap<>();
  private final List<VmxTrial> unknown = new ArrayList<>();
  private int trials;
  private int different;

  VmxTally() {
    VmxDifference.ALL.forEach(d -> known.put(d, 0));
  }

  /** Every kind of difference is counted once for each trial. */
  void add(VmxTrial trial) {
    List<String> parts = trial.differences();
    Set<VmxDifference> found = new LinkedHashSet<>();
    parts.forEach(p -> found.add(VmxDifference.of(trial, p)));
    trials++;
    different += parts.isEmpty() ? 0 : 1;
    if (found.remove(null)) {
      unknown.add(trial);
    }
    found.forEach(d -> known.merge(d, 1, Integer::sum));
  }

  /** Trials with differences that are not known. */
  int unknown() {
    return unknown.size();
  }

  /** The first of them, as text. */
  List<String> firstUnknown() {
    return unknown.stream().limit(SHOWN).map(VmxTally::text).toList();
  }

  boolean hasSeen(VmxDifference difference) {
    return known.get(difference) > 0;
  }

  /** How many trials, and how often each kind of difference; then what is not known. */
  String report() {
    StringBuilder text = new StringBuilder();
    text.append(trials).append(" trials, ").append(different).append(" with differences\n");
    known.forEach(
        (d, n) -> {
          if (n > 0) {
            text.append(String.format(Locale.ROOT, "%7d  %s%n", n, d));
          }
        });
    unknown.forEach(t -> text.append(text(t)).append('\n'));
    return text.toString();
  }

  private static String text(VmxTrial trial) {
    return "\n" + trial.differences() + " " + trial;
  }
}
