package io.vmxlab.explain;

import io.vmxlab.arch.Layout;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.State;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.VmxItem;
import io.vmxlab.rule.Verdict;
import io.vmxlab.rule.Verdict.Observation;
import io.vmxlab.rule.Verdict.Result;
import java.util.List;
import java.util.Optional;

/**
 * One line of a checklist.
 *
 * @param condition when the rule applies, in prose; empty if always
 * @param requirement in prose
 * @param items what the rule read
 * @param observed what was seen of it, in short
 * @param required what should have been seen
 * @param bits the demanded register; empty if the rule demands no bits
 */
public record Check(
    String rule,
    Result result,
    Optional<String> condition,
    String requirement,
    List<Item> items,
    String observed,
    String required,
    String citation,
    Optional<BitView> bits,
    Optional<Mend> mend) {
  /** By their numbers in {@link VmxItem#LAUNCH_STATE}. */
  private static final List<String> LAUNCH_STATES =
      List.of("clear", "launched", "neither: VMCLEAR was not executed for the VMCS");

  /** Something a rule read. */
  public record Item(String name, int width, long value) {}

  /**
   * Words a whole checklist.
   *
   * @param context of the instruction; empty if it did not fail
   */
  static List<Check> list(List<? extends Verdict<?>> verdicts, Optional<Context> context) {
    List<? extends Verdict<?>> failed =
        verdicts.stream().filter(v -> v.result() == Result.FAIL).toList();
    return verdicts.stream().map(v -> of(v, failed, context)).toList();
  }

  private static Check of(
      Verdict<?> verdict, List<? extends Verdict<?>> failed, Optional<Context> context) {
    List<Item> items =
        verdict.observed().stream()
            .map(o -> new Item(o.item().itemName(), o.item().layout().width(), o.value()))
            .toList();
    Optional<BitView> bits =
        verdict
            .demanded()
            .filter(o -> (verdict.ones() | verdict.zeros()) != 0)
            .filter(o -> !layout(o, context).fields().isEmpty())
            .map(o -> BitView.of(layout(o, context), o.value(), verdict.ones(), verdict.zeros()));
    String requirement = verdict.rule().requirement();
    return new Check(
        verdict.rule().id(),
        verdict.result(),
        verdict.rule().condition(),
        requirement,
        items,
        observed(verdict, bits),
        bits.map(b -> values(b, true)).filter(s -> !s.isEmpty()).orElse(requirement),
        verdict.rule().citation().citeEdition(),
        bits,
        verdict.result() == Result.FAIL
            ? context.map(c -> Mends.of(verdict, failed, c))
            : Optional.empty());
  }

  private static Layout layout(Observation o, Optional<Context> context) {
    return context.map(c -> c.layout(o.item())).orElse(o.item().layout());
  }

  /** Bits that have to change, if any; else the values that the rule read. */
  private static String observed(Verdict<?> verdict, Optional<BitView> bits) {
    String seen = bits.map(b -> values(b, false)).orElse("");
    if (!seen.isEmpty()) {
      return seen;
    }
    StringBuilder text = new StringBuilder();
    for (Observation o : verdict.observed()) {
      text.append(text.length() == 0 ? "" : ", ").append(value(o));
    }
    return text.toString();
  }

  private static String value(Observation o) {
    StateItem item = o.item();
    if (item == VmxItem.LAUNCH_STATE) {
      return item.itemName() + " is " + LAUNCH_STATES.get((int) o.value());
    }
    int width = item.layout().width();
    boolean small = width <= 8;
    String name =
        item == State.MSR_INDEX
            ? Msr.of((int) o.value()).map(m -> " (" + m.name() + ")").orElse("")
            : "";
    return item.itemName()
        + " = "
        + (small ? Long.toString(o.value()) : Hex.register(o.value(), width))
        + name;
  }

  /** {@code CR0.NE = 0, CR0.PG = 0} of the rows that are violated. */
  private static String values(BitView bits, boolean required) {
    StringBuilder text = new StringBuilder();
    for (BitView.Row row : bits.violated().rows()) {
      long value = required ? row.required().orElse(0L) : row.observed();
      String name = row.name().equals("reserved") ? "[" + row.bits() + "]" : "." + row.name();
      text.append(text.length() == 0 ? "" : ", ")
          .append(bits.name())
          .append(name)
          .append(" = ")
          .append(row.width() == 1 ? Long.toString(value) : Hex.literal(value));
    }
    return text.toString();
  }
}
