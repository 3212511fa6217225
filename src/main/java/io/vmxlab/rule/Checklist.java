package io.vmxlab.rule;

import io.vmxlab.arch.StateView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * All check lists that one instruction or one register write goes through, in the processor's
 * order. All of them can be evaluated on the view that the first of them gets.
 *
 * @param name such as {@code VMXON} or {@code MOV to CR0}
 */
public record Checklist(String name, List<RuleSet<StateView, ?>> sets) {
  public Checklist {
    sets = List.copyOf(sets);
  }

  @SafeVarargs
  @SuppressWarnings("varargs") // the array is only read
  public static Checklist of(String name, RuleSet<StateView, ?>... sets) {
    return new Checklist(name, Arrays.asList(sets));
  }

  /** Every rule of every set with its result; none of the sets behind one that closes the list. */
  public List<Verdict<StateView>> evaluate(StateView view) {
    List<Verdict<StateView>> verdicts = new ArrayList<>();
    for (RuleSet<StateView, ?> set : sets) {
      verdicts.addAll(set.evaluate(view));
      if (set.closes(view)) {
        break;
      }
    }
    return verdicts;
  }

  /** Every rule of every set, in order. */
  public List<Rule<StateView>> rules() {
    List<Rule<StateView>> rules = new ArrayList<>();
    for (RuleSet<StateView, ?> set : sets) {
      rules.addAll(set.rules());
    }
    return rules;
  }
}
