package io.vmxlab.machine;

import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmxItem;
import io.vmxlab.rule.Checklist;
import io.vmxlab.rule.RuleSet;
import io.vmxlab.rule.Verdict;
import io.vmxlab.rule.Verdict.Result;
import io.vmxlab.vmx.VmxRules;
import java.util.ArrayList;
import java.util.List;

/** Evaluates all checks of an instruction of which some have failed. */
final class Checks {
  private Checks() {}

  /**
   * The whole check list of the instruction, if it has one that the set belongs to; else the set.
   * Checks behind the failed set are looked at too, for the reader wants to know what comes next;
   * those of an operand that could not have been read are not reachable. Without a current VMCS
   * there are none of its fields.
   */
  static List<Verdict<?>> evaluate(RuleSet<?, ?> failed, StateView view, String mnemonic) {
    List<Verdict<?>> verdicts = new ArrayList<>();
    boolean behind = false;
    for (RuleSet<?, ?> set : sets(failed, mnemonic)) {
      for (Verdict<StateView> v : of(set, view)) {
        verdicts.add(behind && unreadable(v) ? v.notReachable() : v);
      }
      behind |= set == failed;
      if (closes(set, view)) {
        break;
      }
    }
    return List.copyOf(verdicts);
  }

  private static List<RuleSet<?, ?>> sets(RuleSet<?, ?> failed, String mnemonic) {
    for (Checklist c : VmxRules.checklists()) {
      if (c.name().equals(mnemonic) && c.sets().contains(failed)) {
        return List.copyOf(c.sets());
      }
    }
    return List.of(failed);
  }

  /** A set is always evaluated on the view that it was made for. */
  @SuppressWarnings("unchecked")
  static List<Verdict<StateView>> of(RuleSet<?, ?> set, StateView view) {
    return ((RuleSet<StateView, ?>) set).evaluate(view);
  }

  @SuppressWarnings("unchecked")
  private static boolean closes(RuleSet<?, ?> set, StateView view) {
    return ((RuleSet<StateView, ?>) set).closes(view);
  }

  private static boolean unreadable(Verdict<?> verdict) {
    return verdict.result() != Result.NOT_APPLICABLE
        && verdict.observed().stream()
            .anyMatch(o -> o.item() == VmxItem.POINTER && o.value() == VmxItem.NO_VMCS);
  }
}
