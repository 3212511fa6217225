package io.vmxlab.rule;

import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Checks in the manual's order, all with the same outcome when violated.
 *
 * @param <V> the view of the state that the checks read
 * @param <O> what a violation leads to
 */
public final class RuleSet<V extends StateView, O> {
  private final String id;
  private final Sdm citation;
  private final O outcome;
  private final List<Rule<V>> rules;
  private final Rule<V>[] array;
  private final boolean closing;

  /** Made when it is first asked for. */
  private List<StateItem> reads;

  @SuppressWarnings({"unchecked", "rawtypes"}) // Java has no generic arrays
  private RuleSet(String id, Sdm citation, O outcome, List<Rule<V>> rules, boolean closing) {
    this.id = id;
    this.citation = citation;
    this.outcome = outcome;
    this.rules = List.copyOf(rules);
    this.array = rules.toArray(new Rule[0]);
    this.closing = closing;
  }

  public static <V extends StateView, O> Builder<V, O> ruleSet(String id, Sdm citation, O outcome) {
    return new Builder<>(id, citation, outcome);
  }

  public String id() {
    return id;
  }

  public Sdm citation() {
    return citation;
  }

  /** What a violation of any of the rules leads to. */
  public O outcome() {
    return outcome;
  }

  public List<Rule<V>> rules() {
    return rules;
  }

  /** Everything that any of the rules may look at, each item once. */
  public List<StateItem> reads() {
    if (reads == null) {
      Set<StateItem> items = new LinkedHashSet<>();
      rules.forEach(rule -> items.addAll(rule.reads()));
      reads = List.copyOf(items);
    }
    return reads;
  }

  /** A set of this set's rules and then those of another with the same outcome. */
  public RuleSet<V, O> followedBy(RuleSet<V, O> more) {
    if (!outcome.equals(more.outcome)) {
      throw new IllegalArgumentException(id + " and " + more.id + " have different outcomes");
    }
    List<Rule<V>> both = new ArrayList<>(rules);
    both.addAll(more.rules);
    return new RuleSet<>(more.id, more.citation, outcome, both, closing || more.closing);
  }

  /** The same rules under another name, for an instruction that has them as its checklist. */
  public RuleSet<V, O> named(String newId, Sdm newCitation) {
    return new RuleSet<>(newId, newCitation, outcome, rules, closing);
  }

  /** A rule of the set does not hold, so that checks behind it look at nothing that exists. */
  public boolean closes(V view) {
    return closing && firstViolation(view) != null;
  }

  /** The first rule that does not hold, or null. Allocates nothing. */
  public Rule<V> firstViolation(V view) {
    for (Rule<V> rule : array) {
      if (!rule.holds(view)) {
        return rule;
      }
    }
    return null;
  }

  /**
   * Every rule with its result. After the first failure the remaining rules are still looked at:
   * the processor would not have got that far, but the reader wants to know what comes next.
   */
  public List<Verdict<V>> evaluate(V view) {
    List<Verdict<V>> verdicts = new ArrayList<>();
    for (Rule<V> rule : rules) {
      verdicts.add(Verdict.of(rule, view));
    }
    return verdicts;
  }

  /** Collects the rules of a set. */
  public static final class Builder<V extends StateView, O> {
    private final String id;
    private final Sdm citation;
    private final O outcome;
    private final List<Rule<V>> rules = new ArrayList<>();
    private boolean closing;

    private Builder(String id, Sdm citation, O outcome) {
      this.id = id;
      this.citation = citation;
      this.outcome = outcome;
    }

    public RuleDraft<V, O> rule(String ruleId) {
      return new RuleDraft<>(this, ruleId, citation);
    }

    void add(Rule<V> rule) {
      rules.add(rule);
    }

    /** While a rule of the set does not hold, checks that follow it look at nothing that exists. */
    public Builder<V, O> closing() {
      closing = true;
      return this;
    }

    public RuleSet<V, O> build() {
      return new RuleSet<>(id, citation, outcome, rules, closing);
    }
  }
}
