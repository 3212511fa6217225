package io.vmxlab.rule;

import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * A rule being written. Every rule ends with one of the {@code require} methods, which hands back
 * the set under construction.
 */
public final class RuleDraft<V extends StateView, O> {
  private final RuleSet.Builder<V, O> set;
  private final String id;
  private Sdm citation;
  final List<String> aliases = new ArrayList<>();
  final List<StateItem> reads = new ArrayList<>();
  final List<String> impliedBy = new ArrayList<>();
  String condition;
  Predicate<V> when = Rule.always();
  String requirement;
  Predicate<V> require;
  BitDemand<V> bits;
  Remedy mend;

  RuleDraft(RuleSet.Builder<V, O> set, String id, Sdm citation) {
    this.set = set;
    this.id = id;
    this.citation = citation;
  }

  public RuleDraft<V, O> alias(String... names) {
    aliases.addAll(List.of(names));
    return this;
  }

  /** Overrides the citation of the set. */
  public RuleDraft<V, O> cite(Sdm entry) {
    citation = entry;
    return this;
  }

  public RuleDraft<V, O> reads(StateItem... items) {
    reads.addAll(List.of(items));
    return this;
  }

  public RuleDraft<V, O> when(String text, Predicate<V> applies) {
    condition = text;
    when = applies;
    return this;
  }

  /** What mends a violation. */
  public RuleDraft<V, O> mend(Remedy remedy) {
    mend = remedy;
    return this;
  }

  /** The bits that the rule demands are what mends it. */
  public RuleDraft<V, O> mend(String text) {
    return mend(Remedy.demanded(text));
  }

  public RuleDraft<V, O> impliedBy(String... ids) {
    impliedBy.addAll(List.of(ids));
    return this;
  }

  /** The requirement in prose, and its test. */
  public RuleSet.Builder<V, O> require(String text, Predicate<V> test) {
    requirement = text;
    require = test;
    return finish();
  }

  /** Demands bits that depend on other state, such as a capability MSR. */
  public RuleSet.Builder<V, O> requireBits(
      String text, StateItem item, ToLongFunction<V> ones, ToLongFunction<V> zeros) {
    if (!reads.contains(item)) {
      reads.add(0, item);
    }
    bits = new BitDemand<>(item, ones, zeros);
    return require(text, bits::met);
  }

  /** Demands that all bits of the mask are 1. */
  public RuleSet.Builder<V, O> requireSet(String text, StateItem item, long mask) {
    return requireBits(text, item, v -> mask, v -> 0);
  }

  /** Demands that all bits of the mask are 0. */
  public RuleSet.Builder<V, O> requireClear(String text, StateItem item, long mask) {
    return requireBits(text, item, v -> 0, v -> mask);
  }

  private RuleSet.Builder<V, O> finish() {
    if (mend == null) {
      mend = bits == null ? Remedy.none("") : Remedy.demanded("see to it that " + requirement);
    }
    set.add(new Rule<>(id, citation, this));
    return set;
  }
}
