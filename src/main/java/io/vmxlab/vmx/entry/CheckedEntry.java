package io.vmxlab.vmx.entry;

import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.rule.Rule;
import io.vmxlab.rule.RuleSet;
import io.vmxlab.vmx.vmcs.Vmcs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What need not be checked again: a rule that held when the current VMCS was last entered holds as
 * long as no field that it reads has changed. Rules that read something else than fields and the
 * processor's model are looked at each time.
 */
public final class CheckedEntry {
  private static final int FIELDS = VmcsField.values().length;

  private final Vmcs vmcs;
  private final Rule<StateView>[] rules;

  /** The rules that read a field, as bits, by the field's dense number. */
  private final long[][] readers;

  /** Rules that read what may change without a trace. */
  private final long[] restless;

  private final long[] all;
  private final long[] due;
  private final long[] changes = new long[(FIELDS + Long.SIZE - 1) / Long.SIZE];

  @SuppressWarnings({"unchecked", "rawtypes"}) // Java has no generic arrays
  public CheckedEntry(Vmcs vmcs) {
    this.vmcs = vmcs;
    List<Rule<StateView>> list = new ArrayList<>();
    for (RuleSet<StateView, ?> set : EntryChecks.all()) {
      list.addAll(set.rules());
    }
    rules = list.toArray(new Rule[0]);
    int words = (rules.length + Long.SIZE - 1) / Long.SIZE;
    readers = new long[FIELDS][words];
    restless = new long[words];
    due = new long[words];
    all = new long[words];
    for (int i = 0; i < rules.length; i++) {
      all[i / Long.SIZE] |= 1L << i;
      for (StateItem item : rules[i].reads()) {
        if (item instanceof VmcsField field) {
          readers[field.ordinal()][i / Long.SIZE] |= 1L << i;
        } else if (!EntryItems.isOfModel(item)) {
          restless[i / Long.SIZE] |= 1L << i;
        }
      }
    }
  }

  /**
   * Whether every rule holds. Otherwise all of them have to be gone through, to find out in their
   * order which does not.
   */
  public boolean holds(StateView view) {
    vmcs.takeChanges(changes);
    if (changes[0] == -1) {
      mark(all); // another VMCS has become current
      return false;
    }
    for (int word = 0; word < changes.length; word++) {
      for (long bits = changes[word]; bits != 0; bits &= bits - 1) {
        int field = word * Long.SIZE + Long.numberOfTrailingZeros(bits);
        if (field < FIELDS) {
          mark(readers[field]);
        }
      }
    }
    mark(restless);
    for (int word = 0; word < due.length; word++) {
      for (long bits = due[word]; bits != 0; bits &= bits - 1) {
        int rule = word * Long.SIZE + Long.numberOfTrailingZeros(bits);
        if (!rules[rule].holds(view)) {
          return false;
        }
        due[word] &= ~(bits & -bits);
      }
    }
    return true;
  }

  private void mark(long[] bits) {
    for (int i = 0; i < due.length; i++) {
      due[i] |= bits[i];
    }
  }

  /** All rules hold: they have been gone through. */
  public void passed() {
    Arrays.fill(due, 0);
  }
}
