package io.vmxlab.explain;

import io.vmxlab.arch.StateView;
import io.vmxlab.cpu.ControlRules;
import io.vmxlab.cpu.MsrRules;
import io.vmxlab.rule.Checklist;
import io.vmxlab.rule.Rule;
import io.vmxlab.rule.RuleSet;
import io.vmxlab.vmx.VmxRules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Every rule of the house. */
public final class RuleBook {
  private static final RuleBook BOOK = new RuleBook(gather());

  /**
   * A rule and where it stands.
   *
   * @param checklist the first that has it
   */
  public record Entry(Checklist checklist, RuleSet<StateView, ?> set, Rule<StateView> rule) {}

  private final List<Checklist> checklists;
  private final Map<String, Entry> byId = new LinkedHashMap<>();
  private final Map<String, Entry> byAlias = new LinkedHashMap<>();

  private RuleBook(List<Checklist> checklists) {
    this.checklists = List.copyOf(checklists);
    for (Checklist checklist : checklists) {
      for (RuleSet<StateView, ?> set : checklist.sets()) {
        for (Rule<StateView> rule : set.rules()) {
          Entry entry = new Entry(checklist, set, rule);
          byId.putIfAbsent(rule.id(), entry);
          for (String alias : rule.aliases()) {
            byAlias.putIfAbsent(alias.toUpperCase(Locale.ROOT), entry);
          }
        }
      }
    }
  }

  public static RuleBook book() {
    return BOOK;
  }

  private static List<Checklist> gather() {
    List<Checklist> all = new ArrayList<>();
    ControlRules.all().forEach(set -> all.add(Checklist.of(set.id(), set)));
    MsrRules.all().forEach(set -> all.add(Checklist.of(set.id(), set)));
    all.addAll(VmxRules.checklists());
    return all;
  }

  /** All check lists, in the order of the manual's volumes. */
  public List<Checklist> checklists() {
    return checklists;
  }

  /** The check lists of an instruction, if it has some to itself. */
  public Optional<Checklist> of(String mnemonic) {
    return checklists.stream().filter(c -> c.name().equals(mnemonic)).findFirst();
  }

  /** The check lists that have the set: those of an instruction and its variants. */
  public List<Checklist> with(RuleSet<?, ?> set) {
    return checklists.stream().filter(c -> c.sets().contains(set)).toList();
  }

  /** Every rule once, in order. */
  public List<Entry> entries() {
    return List.copyOf(byId.values());
  }

  /** The rule with that id or alias. */
  public Optional<Entry> find(String idOrAlias) {
    Entry entry = byId.get(idOrAlias.toLowerCase(Locale.ROOT));
    return Optional.ofNullable(
        entry != null ? entry : byAlias.get(idOrAlias.toUpperCase(Locale.ROOT)));
  }

  public List<String> ids() {
    return List.copyOf(byId.keySet());
  }
}
