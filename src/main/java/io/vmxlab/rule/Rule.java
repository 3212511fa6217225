package io.vmxlab.rule;

import io.vmxlab.arch.Cause;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One architectural check. Its id names the requirement, so it is violated when the requirement
 * does not hold.
 *
 * @param <V> the view of the state that the check reads
 */
public final class Rule<V extends StateView> implements Cause {
  private final String id;
  private final Sdm citation;
  private final RuleDraft<V, ?> draft;

  Rule(String id, Sdm citation, RuleDraft<V, ?> draft) {
    this.id = id;
    this.citation = citation;
    this.draft = draft;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public Sdm citation() {
    return citation;
  }

  @Override
  public String requirement() {
    return draft.requirement;
  }

  /** Other names under which the rule is found. */
  public List<String> aliases() {
    return List.copyOf(draft.aliases);
  }

  /** Everything the check may look at. */
  public List<StateItem> reads() {
    return List.copyOf(draft.reads);
  }

  /** The condition under which the rule applies, in prose; empty if it always applies. */
  public Optional<String> condition() {
    return Optional.ofNullable(draft.condition);
  }

  /** The smallest change that satisfies the rule. */
  public Remedy mend() {
    return draft.mend;
  }

  /** Ids of rules that are necessarily violated whenever this one is. */
  public List<String> impliedBy() {
    return List.copyOf(draft.impliedBy);
  }

  /** Bits that the rule demands, if it is about bits of one item. */
  public Optional<BitDemand<V>> bits() {
    return Optional.ofNullable(draft.bits);
  }

  public boolean applies(V view) {
    return draft.when.test(view);
  }

  /** True if the rule does not apply or its requirement holds. */
  public boolean holds(V view) {
    return !draft.when.test(view) || draft.require.test(view);
  }

  @Override
  public String toString() {
    return id;
  }

  static <V> Predicate<V> always() {
    return v -> true;
  }
}
