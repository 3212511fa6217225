package io.vmxlab.vmx.entry;

import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.State;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.arch.VmxItem;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.rule.Rule;
import io.vmxlab.rule.RuleSet;
import io.vmxlab.vmx.vmcs.Vmcs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * What need not be checked again: a rule that held when the current VMCS was last entered holds as
 * long as nothing that it reads has changed. Of changed fields the VMCS tells, also of those that
 * have changed while another one was current; of guest RFLAGS only the bits count that a rule is
 * about, since every exit saves other ones. IA32_EFER and SMM are compared. Memory may change
 * without a trace: a rule that has looked there is looked at each time.
 */
public final class CheckedEntry {
  private static final int FIELDS = VmcsField.values().length;
  private static final int FLAGS = VmcsField.GUEST_RFLAGS.ordinal();

  /** Bits of guest RFLAGS that no rule is about. */
  private static final long IDLE_FLAGS = Rflags.STATUS | Rflags.DF;

  /** What {@link #condition} is made of. */
  private static final Set<StateItem> CONDITIONS = Set.of(Msr.IA32_EFER, State.SMM);

  private final Cpu cpu;
  private final Vmcs vmcs;
  private final Rule<StateView>[] rules;

  /** The rules that read a field, as bits, by the field's dense number. */
  private final long[][] readers;

  /** Those that read guest RFLAGS for other bits than VM. */
  private final long[] readersOfFlags;

  /** Those that read conditions. */
  private final long[] readersOfConditions;

  /** Those that may read memory. */
  private final long[] readersOfMemory;

  private final long[] all;
  private final long[] changes = new long[(FIELDS + Long.SIZE - 1) / Long.SIZE];

  /** What has been checked of a VMCS. */
  private static final class Checked {
    /** Rules that may not hold, and those that look at memory. */
    private final long[] due;

    private final long[] restless;
    private long pointer;
    private long flags;
    private long condition;

    Checked(int words) {
      due = new long[words];
      restless = new long[words];
    }
  }

  /** Of VMCSs that have been entered, by {@link Vmcs#place}. */
  private final Checked[] known = new Checked[Vmcs.places()];

  /** The current VMCS's. */
  private Checked checked;

  /** What a rule sees that may read memory, and whether it has. */
  private final StateView watching = this::watch;

  private StateView watched;
  private boolean looked;

  @SuppressWarnings({"unchecked", "rawtypes"}) // Java has no generic arrays
  public CheckedEntry(Cpu cpu, Vmcs vmcs) {
    this.cpu = cpu;
    this.vmcs = vmcs;
    List<Rule<StateView>> list = new ArrayList<>();
    for (RuleSet<StateView, ?> set : EntryChecks.all()) {
      list.addAll(set.rules());
    }
    rules = list.toArray(new Rule[0]);
    int words = (rules.length + Long.SIZE - 1) / Long.SIZE;
    readers = new long[FIELDS][words];
    readersOfFlags = new long[words];
    readersOfConditions = new long[words];
    readersOfMemory = new long[words];
    all = new long[words];
    for (int i = 0; i < rules.length; i++) {
      set(all, i);
      for (StateItem item : rules[i].reads()) {
        note(i, item);
      }
    }
  }

  private void note(int rule, StateItem item) {
    if (item instanceof VmcsField field) {
      set(readers[field.ordinal()], rule);
      if (field == VmcsField.GUEST_RFLAGS && !EntryChecks.readsOnlyVmOfFlags(rules[rule])) {
        set(readersOfFlags, rule);
      }
    } else if (CONDITIONS.contains(item)) {
      set(readersOfConditions, rule);
    } else if (isInMemory(item)) {
      set(readersOfMemory, rule);
    }
  }

  /** What is known is that of one VMCS, so the current-VMCS pointer need not count. */
  private static boolean isInMemory(StateItem item) {
    return !(item instanceof VmcsField)
        && !CONDITIONS.contains(item)
        && item != VmxItem.CURRENT_VMCS
        && !EntryItems.isOfModel(item);
  }

  private static void set(long[] bits, int i) {
    bits[i / Long.SIZE] |= 1L << i;
  }

  /**
   * Whether every rule holds. Otherwise all of them have to be gone through, to find out in their
   * order which does not.
   */
  public boolean holds(StateView view) {
    checked = ofCurrent();
    vmcs.takeChanges(changes);
    if (changes[0] == -1) {
      mark(all);
      return false;
    }
    markFlags();
    for (int word = 0; word < changes.length; word++) {
      for (long bits = changes[word]; bits != 0; bits &= bits - 1) {
        int field = word * Long.SIZE + Long.numberOfTrailingZeros(bits);
        if (field < FIELDS) {
          mark(readers[field]);
        }
      }
    }
    if (condition() != checked.condition) {
      mark(readersOfConditions);
    }
    mark(checked.restless);
    return dueHold(view);
  }

  private Checked ofCurrent() {
    long pointer = vmcs.pointer();
    if (checked != null && checked.pointer == pointer) {
      return checked;
    }
    int place = Vmcs.place(pointer);
    Checked found = known[place];
    if (found == null) {
      found = new Checked(all.length);
      known[place] = found;
    }
    if (found.pointer != pointer) {
      found.pointer = pointer;
      System.arraycopy(all, 0, found.due, 0, all.length);
    }
    return found;
  }

  /** Takes guest RFLAGS out of the changes, and marks the rules that its changed bits are for. */
  private void markFlags() {
    long changed = (vmcs.get(VmcsField.GUEST_RFLAGS) ^ checked.flags) & ~IDLE_FLAGS;
    changes[FLAGS / Long.SIZE] &= ~(1L << FLAGS);
    if (changed != 0) {
      mark((changed & Rflags.VM) != 0 ? readers[FLAGS] : readersOfFlags);
    }
  }

  private long condition() {
    return cpu.smm ? ~cpu.efer : cpu.efer;
  }

  private boolean dueHold(StateView view) {
    long[] due = checked.due;
    for (int word = 0; word < due.length; word++) {
      for (long bits = due[word]; bits != 0; bits &= bits - 1) {
        int rule = word * Long.SIZE + Long.numberOfTrailingZeros(bits);
        long bit = bits & -bits;
        boolean holds =
            (readersOfMemory[word] & bit) == 0 ? rules[rule].holds(view) : settle(rule, view);
        if (!holds) {
          return false;
        }
        due[word] &= ~bit;
      }
    }
    noteChecked();
    return true;
  }

  private void mark(long[] bits) {
    long[] due = checked.due;
    for (int i = 0; i < due.length; i++) {
      due[i] |= bits[i];
    }
  }

  /** Looks at a rule that may read memory, and notes whether it has. */
  private boolean settle(int rule, StateView view) {
    watched = view;
    looked = false;
    boolean holds = rules[rule].holds(watching);
    long[] restless = checked.restless;
    long bit = 1L << rule;
    if (looked) {
      restless[rule / Long.SIZE] |= bit;
    } else {
      restless[rule / Long.SIZE] &= ~bit;
    }
    return holds;
  }

  private long watch(StateItem item) {
    looked |= isInMemory(item);
    return watched.get(item);
  }

  private void noteChecked() {
    checked.flags = vmcs.get(VmcsField.GUEST_RFLAGS);
    checked.condition = condition();
  }

  /** All rules hold: they have been gone through. */
  public void passed(StateView view) {
    checked = ofCurrent();
    Arrays.fill(checked.due, 0);
    for (int word = 0; word < all.length; word++) {
      for (long bits = readersOfMemory[word]; bits != 0; bits &= bits - 1) {
        settle(word * Long.SIZE + Long.numberOfTrailingZeros(bits), view);
      }
    }
    noteChecked();
  }
}
