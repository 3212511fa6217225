package io.vmxlab.rule;

import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one rule said of one state.
 *
 * @param observed what the rule read, in the order of its {@code reads}
 * @param ones bits of the demanded item that have to be 1; 0 for a rule that demands no bits
 * @param zeros bits of the demanded item that have to be 0
 * @param change bits that mend the violation; empty unless the rule failed and its mend is bits
 */
public record Verdict<V extends StateView>(
    Rule<V> rule,
    Result result,
    List<Observation> observed,
    long ones,
    long zeros,
    Optional<BitChange> change) {

  /** The four answers of a checklist. */
  public enum Result {
    PASS,
    FAIL,
    NOT_APPLICABLE,
    /** An earlier failure makes the check meaningless. */
    NOT_REACHABLE
  }

  /**
   * Bits of one item that have to be changed.
   *
   * @param missing bits to set
   * @param excess bits to clear
   */
  public record BitChange(StateItem item, long missing, long excess) {}

  /** An item and the value it had. */
  public record Observation(StateItem item, long value) {}

  static <V extends StateView> Verdict<V> of(Rule<V> rule, V view) {
    Result result =
        !rule.applies(view) ? Result.NOT_APPLICABLE : rule.holds(view) ? Result.PASS : Result.FAIL;
    List<Observation> observed = new ArrayList<>();
    for (StateItem item : rule.reads()) {
      observed.add(new Observation(item, view.get(item)));
    }
    long ones = 0;
    long zeros = 0;
    if (result != Result.NOT_APPLICABLE && rule.bits().isPresent()) {
      ones = rule.bits().get().ones().applyAsLong(view);
      zeros = rule.bits().get().zeros().applyAsLong(view);
    }
    Optional<BitChange> change =
        result == Result.FAIL ? change(rule, view, ones, zeros) : Optional.empty();
    return new Verdict<>(rule, result, List.copyOf(observed), ones, zeros, change);
  }

  private static <V extends StateView> Optional<BitChange> change(
      Rule<V> rule, V view, long ones, long zeros) {
    if (rule.mend().change().isPresent()) {
      Remedy.Change c = rule.mend().change().get();
      long value = view.get(c.item());
      return Optional.of(
          new BitChange(
              c.item(), c.ones().applyAsLong(view) & ~value, c.zeros().applyAsLong(view) & value));
    }
    return rule.bits()
        .map(b -> b.item())
        .map(i -> new BitChange(i, ones & ~view.get(i), zeros & view.get(i)));
  }

  /**
   * What would have to change if an item that the rule reads had another value; empty if the rule
   * held then, or its mend is no bits. For rules that read a {@link StateView} and nothing else.
   */
  public Optional<BitChange> changeWith(StateItem item, long value) {
    StateView other =
        wanted ->
            wanted == item
                ? value
                : observed.stream()
                    .filter(o -> o.item() == wanted)
                    .findFirst()
                    .orElseThrow()
                    .value();
    @SuppressWarnings("unchecked")
    V view = (V) other;
    return of(rule, view).change();
  }

  /** The demanded item as it was observed; empty for a rule that demands no bits. */
  public Optional<Observation> demanded() {
    return rule.bits()
        .flatMap(b -> observed.stream().filter(o -> o.item() == b.item()).findFirst());
  }

  /** Bits of the demanded item that are 0 and have to be 1. */
  public long missing() {
    return demanded().map(o -> ones & ~o.value()).orElse(0L);
  }

  /** Bits of the demanded item that are 1 and have to be 0. */
  public long excess() {
    return demanded().map(o -> zeros & o.value()).orElse(0L);
  }

  /** The same verdict for a check that the processor never got to. */
  public Verdict<V> notReachable() {
    return new Verdict<>(rule, Result.NOT_REACHABLE, observed, ones, zeros, change);
  }
}
