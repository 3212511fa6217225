package io.vmxlab.vmx.entry;

import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import io.vmxlab.rule.Remedy;
import io.vmxlab.rule.RuleSet.Builder;
import io.vmxlab.vmx.vmcs.Control;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A control that may be 1 only together with another one. */
final class Needs {
  private Needs() {}

  /** The needed control is what mends: it does nothing by itself. */
  static <O> void set(
      Builder<StateView, O> set, String id, String alias, Control control, Control needed) {
    set.rule(id)
        .alias(alias)
        .reads(control.reads())
        .when(control.isOne(), control::on)
        .mend("set " + needed.name() + ", or clear " + control.name())
        .requireSet(needed.isOne(), needed.vector(), needed.mask());
  }

  /** The needed control needs more: leaving out the first one is the smaller change. */
  static <O> void clear(
      Builder<StateView, O> set, String id, String alias, Control control, Control needed) {
    set.rule(id)
        .alias(alias)
        .reads(both(control, needed))
        .when(control.isOne(), control::on)
        .mend(
            Remedy.clear(
                "clear " + control.name() + ", or set " + needed.name() + " and what that needs",
                control.vector(),
                control.mask()))
        .require(needed.isOne(), needed::on);
  }

  private static StateItem[] both(Control first, Control second) {
    List<StateItem> items = new ArrayList<>();
    Collections.addAll(items, first.reads());
    for (StateItem item : second.reads()) {
      if (!items.contains(item)) {
        items.add(item);
      }
    }
    return items.toArray(StateItem[]::new);
  }
}
