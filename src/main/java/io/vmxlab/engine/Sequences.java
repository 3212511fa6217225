package io.vmxlab.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes one operation of some that stand in a row, so that one call of a method that is not known
 * beforehand does the work of all.
 */
final class Sequences {
  /** Classes remembered at most. Those that are forgotten stay as long as code uses them. */
  private static final int MOST = 1500;

  /** Instructions in a sequence at most. */
  private static final int LONGEST = 8;

  private static final Map<String, Class<? extends Sequence>> DEFINED = new HashMap<>();

  private Sequences() {}

  /** The same operations in the same order, as sequences from the end where that is possible. */
  static List<Operation> of(List<Operation> operations) {
    List<Operation> sequences = new ArrayList<>();
    int end = operations.size();
    while (end > 0) {
      int from = end - 1;
      SequencePlan plan = null;
      if (SequencePlan.isEnd(operations.get(from))) {
        while (from > 0 && end - from < LONGEST && SequencePlan.isStep(operations.get(from - 1))) {
          SequencePlan longer = new SequencePlan(operations.subList(from - 1, end));
          if (longer.tooLarge()) {
            break;
          }
          plan = longer;
          from--;
        }
      }
      sequences.add(plan == null ? operations.get(from) : sequence(plan));
      end = from;
    }
    Collections.reverse(sequences);
    return sequences;
  }

  private static synchronized Operation sequence(SequencePlan plan) {
    String kind = plan.kind();
    Class<? extends Sequence> made = DEFINED.get(kind);
    if (made == null) {
      if (DEFINED.size() == MOST) {
        DEFINED.clear();
      }
      made = SequenceCode.define(plan);
      DEFINED.put(kind, made);
    }
    try {
      Sequence sequence = made.getDeclaredConstructor().newInstance();
      sequence.join(plan);
      return sequence;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(kind, e);
    }
  }
}
