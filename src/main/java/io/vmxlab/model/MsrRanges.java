package io.vmxlab.model;

import java.util.ArrayList;
import java.util.List;

/** Indices of MSRs, as ranges. */
final class MsrRanges {
  private record Range(int first, int last) {}

  private final List<Range> ranges = new ArrayList<>();

  /** Adds the indices from the first to the last; both are unsigned, the last not the lower. */
  void add(int first, int last) {
    ranges.add(new Range(first, last));
  }

  boolean contains(int index) {
    for (Range r : ranges) {
      if (Integer.compareUnsigned(index, r.first) >= 0
          && Integer.compareUnsigned(index, r.last) <= 0) {
        return true;
      }
    }
    return false;
  }
}
