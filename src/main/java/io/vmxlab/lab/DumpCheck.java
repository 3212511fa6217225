package io.vmxlab.lab;

import io.vmxlab.arch.CpuModel;
import io.vmxlab.arch.Efer;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.State;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.arch.VmxItem;
import io.vmxlab.cpu.VmFail;
import io.vmxlab.rule.Remedy;
import io.vmxlab.rule.Rule;
import io.vmxlab.rule.RuleSet;
import io.vmxlab.vmx.entry.EntryChecks;
import io.vmxlab.vmx.entry.EntryFailure;
import io.vmxlab.vmx.entry.EntryItems;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All checks of a VM entry on a VMCS that was printed elsewhere, for one processor. */
public final class DumpCheck {
  private static final long HOST_64_BIT =
      VmcsField.VM_EXIT_CONTROLS.layout().field("HOST_ADDRESS_SPACE_SIZE").orElseThrow().mask();

  /**
   * A rule that does not hold.
   *
   * @param consequence what the VM entry does
   * @param observed what the rule read and the dump has, by item
   * @param change the field whose value mends it, and that value
   */
  public record Violation(
      Rule<StateView> rule,
      String consequence,
      Map<StateItem, Long> observed,
      Optional<Map.Entry<VmcsField, Long>> change) {}

  /**
   * A rule that could not be judged.
   *
   * @param lacking the first thing it needs that the dump has not
   */
  public record Unjudged(Rule<StateView> rule, StateItem lacking) {}

  /** Thrown by the view where the dump says nothing. */
  private static final class Lacking extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient StateItem item;

    Lacking(StateItem item) {
      super(null, null, false, false);
      this.item = item;
    }
  }

  private final VmcsDump dump;
  private final CpuModel cpu;
  private final List<Violation> violations = new ArrayList<>();
  private final List<Unjudged> unjudged = new ArrayList<>();
  private int judged;

  /**
   * Checks.
   *
   * @param cpu the processor that the VMCS was for; all that the real one has counts
   */
  public DumpCheck(VmcsDump dump, CpuModel cpu) {
    this.dump = dump;
    this.cpu = cpu;
    for (RuleSet<StateView, ?> set : EntryChecks.all()) {
      for (Rule<StateView> rule : set.rules()) {
        judge(set, rule);
      }
    }
  }

  /** Rules that do not hold, in the order of checking. */
  public List<Violation> violations() {
    return List.copyOf(violations);
  }

  public List<Unjudged> unjudged() {
    return List.copyOf(unjudged);
  }

  /** Rules that hold, do not hold or do not apply. */
  public int judged() {
    return judged;
  }

  private void judge(RuleSet<StateView, ?> set, Rule<StateView> rule) {
    try {
      boolean holds = rule.holds(this::get);
      judged++;
      if (!holds) {
        violations.add(new Violation(rule, consequence(set), observed(rule), change(rule)));
      }
    } catch (Lacking e) {
      unjudged.add(new Unjudged(rule, e.item));
    }
  }

  private static String consequence(RuleSet<StateView, ?> set) {
    if (set.outcome() instanceof VmFail.Valid valid) {
      return "VMfail, VM-instruction error "
          + valid.error().number()
          + ": "
          + valid.error().meaning();
    }
    long qualification = ((EntryFailure) set.outcome()).qualification();
    return "VM exit, reason 80000021H: invalid guest state, qualification " + qualification;
  }

  private Map<StateItem, Long> observed(Rule<StateView> rule) {
    Map<StateItem, Long> values = new LinkedHashMap<>();
    for (StateItem item : rule.reads()) {
      try {
        values.put(item, get(item));
      } catch (Lacking e) {
        // the rule did not need it
      }
    }
    return values;
  }

  /** The value of the field that the rule's mend changes. */
  private Optional<Map.Entry<VmcsField, Long>> change(Rule<StateView> rule) {
    Optional<Remedy.Change> other = rule.mend().change();
    StateItem item =
        other.map(Remedy.Change::item).or(() -> rule.bits().map(b -> b.item())).orElse(null);
    if (!(item instanceof VmcsField field)) {
      return Optional.empty();
    }
    long value = get(field);
    long ones =
        other.map(c -> c.ones().applyAsLong(this::get)).orElseGet(() -> demanded(rule, true));
    long zeros =
        other.map(c -> c.zeros().applyAsLong(this::get)).orElseGet(() -> demanded(rule, false));
    return Optional.of(Map.entry(field, field.cut((value | ones) & ~zeros)));
  }

  private long demanded(Rule<StateView> rule, boolean ones) {
    return rule.bits().map(b -> (ones ? b.ones() : b.zeros()).applyAsLong(this::get)).orElse(0L);
  }

  /** What the dump says, or the processor's model. The VMM that printed it runs outside SMM. */
  private long get(StateItem item) {
    if (item instanceof VmcsField field) {
      Long value = dump.fields().get(field);
      if (value == null) {
        throw new Lacking(field);
      }
      return value;
    }
    if (EntryItems.isOfModel(item)) {
      return EntryItems.ofModel(item, cpu);
    }
    if (item == State.SMM) {
      return 0;
    }
    if (item == Msr.IA32_EFER) {
      return (get(VmcsField.VM_EXIT_CONTROLS) & HOST_64_BIT) != 0 ? Efer.LMA | Efer.LME : 0;
    }
    if (item instanceof VmxItem entry && isPdpte(entry) && EntryItems.pdptesAreFields(this::get)) {
      return get(EntryItems.pdpteField(entry));
    }
    throw new Lacking(item);
  }

  private static boolean isPdpte(VmxItem item) {
    return item.compareTo(VmxItem.PDPTE0) >= 0 && item.compareTo(VmxItem.PDPTE3) <= 0;
  }
}
