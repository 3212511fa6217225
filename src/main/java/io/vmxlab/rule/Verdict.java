package io.vmxlab.rule;

import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import java.util.ArrayList;
import java.util.List;

/**
 * What one rule said of one state.
 *
 * @param observed what the rule read, in the order of its {@code reads}
 * @param missing bits of the demanded item that are 0 and have to be 1
 * @param excess bits of the demanded item that are 1 and have to be 0
 */
public record Verdict<V extends StateView>(
    Rule<V> rule, Result result, List<Observation> observed, long missing, long excess) {

  /** The four answers of a checklist. */
  public enum Result {
    PASS,
    FAIL,
    NOT_APPLICABLE,
    /** An earlier failure makes the check meaningless. */
    NOT_REACHABLE
  }

  /** An item and the value it had. */
  public record Observation(StateItem item, long value) {}

  static <V extends StateView> Verdict<V> of(Rule<V> rule, V view) {
    Result result =
        !rule.applies(view) ? Result.NOT_APPLICABLE : rule.holds(view) ? Result.PASS : Result.FAIL;
    List<Observation> observed = new ArrayList<>();
    for (StateItem item : rule.reads()) {
      observed.add(new Observation(item, view.get(item)));
    }
    boolean failed = result == Result.FAIL && rule.bits().isPresent();
    return new Verdict<>(
        rule,
        result,
        List.copyOf(observed),
        failed ? rule.bits().get().missing(view) : 0,
        failed ? rule.bits().get().excess(view) : 0);
  }

  /** The same verdict for a check that the processor never got to. */
  public Verdict<V> notReachable() {
    return new Verdict<>(rule, Result.NOT_REACHABLE, observed, 0, 0);
  }
}
