package io.vmxlab.lab;

import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.explain.Hex;
import io.vmxlab.explain.JsonText;
import io.vmxlab.explain.Sheet;
import io.vmxlab.lab.DumpCheck.Unjudged;
import io.vmxlab.lab.DumpCheck.Violation;
import io.vmxlab.model.DumpedCpu;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What the checks of a VM entry say of a dump, on one processor or on several. */
public final class DumpReport {
  private static final int INDENT = 2;
  private static final int LABEL = 10;
  private static final int MOST_LINES = 20;

  private final VmcsDump dump;
  private final List<String> hints;
  private final Map<String, DumpCheck> checks = new LinkedHashMap<>();

  /** Violations by rule, and the processors on which there are. */
  private final Map<Violation, List<String>> violated = new LinkedHashMap<>();

  /**
   * Checks a dump.
   *
   * @param processors those that it may be of, at least one
   */
  public DumpReport(VmcsDump dump, List<DumpedCpu> processors) {
    this.dump = dump;
    hints = DumpHints.of(dump, processors);
    Map<String, Violation> byRule = new LinkedHashMap<>();
    for (DumpedCpu cpu : processors) {
      DumpCheck check = new DumpCheck(dump, cpu);
      checks.put(cpu.name(), check);
      for (Violation v : check.violations()) {
        Violation first = byRule.computeIfAbsent(v.rule().id(), id -> v);
        violated.computeIfAbsent(first, k -> new ArrayList<>()).add(cpu.name());
      }
    }
  }

  /** Rules that hold on none of the processors, and so are violated whatever the processor is. */
  public List<Violation> violations() {
    return violated.entrySet().stream()
        .filter(e -> e.getValue().size() == checks.size())
        .map(Map.Entry::getKey)
        .toList();
  }

  private List<Map.Entry<Violation, List<String>>> onSome() {
    return violated.entrySet().stream().filter(e -> e.getValue().size() < checks.size()).toList();
  }

  private DumpCheck any() {
    return checks.values().iterator().next();
  }

  /** The report for people. */
  public void text(Sheet sheet) {
    List<Violation> certain = violations();
    String of = checks.size() == 1 ? " on " + checks.keySet().iterator().next() : "";
    sheet.line(
        certain.isEmpty()
            ? "no rule is violated" + of
            : certain.size()
                + (certain.size() == 1 ? " rule is" : " rules are")
                + " violated"
                + of);
    for (Violation v : certain) {
      sheet.blank();
      violation(sheet, v);
    }
    if (!onSome().isEmpty()) {
      sheet.blank().line("violated on some processors only (--cpu MODEL says which it was)");
      for (Map.Entry<Violation, List<String>> e : onSome()) {
        sheet.blank();
        violation(sheet, e.getKey());
        label(sheet, "on", e.getValue().size() + " of " + checks.size() + " models: " + names(e));
      }
    }
    hints(sheet);
    lacking(sheet);
    unread(sheet);
  }

  private static String names(Map.Entry<Violation, List<String>> entry) {
    return String.join(", ", entry.getValue());
  }

  private static void violation(Sheet sheet, Violation v) {
    sheet.line(sheet.style().bold(v.rule().id()));
    label(sheet, "then", v.consequence());
    v.rule().condition().ifPresent(c -> label(sheet, "when", c));
    label(sheet, "requires", v.rule().requirement());
    v.observed().forEach((item, value) -> label(sheet, "found", observed(item, value)));
    label(sheet, "manual", v.rule().citation().citeEdition());
    label(sheet, "mend", v.rule().mend().text());
    v.change()
        .ifPresent(
            c ->
                label(
                    sheet,
                    "",
                    c.getKey().itemName()
                        + " = "
                        + Hex.register(c.getValue(), c.getKey().width().bits)));
  }

  private static String observed(StateItem item, long value) {
    String number = item instanceof VmcsField f ? " (" + f.number() + ")" : "";
    int width = item.layout().width();
    String shown = width <= Byte.SIZE ? Long.toString(value) : Hex.register(value, width);
    return item.itemName() + number + " = " + shown;
  }

  private static void label(Sheet sheet, String label, String text) {
    if (!text.isEmpty()) {
      sheet.labelled(INDENT, LABEL, label, text);
    }
  }

  private void hints(Sheet sheet) {
    if (!hints.isEmpty()) {
      sheet.blank().line("allowed, and a likely mistake");
      hints.forEach(h -> sheet.hanging("  ", INDENT, h));
    }
  }

  private void lacking(Sheet sheet) {
    sheet.blank();
    String judged = any().judged() + " rules judged, " + any().unjudged().size() + " not";
    sheet.line(judged + (any().unjudged().isEmpty() ? "" : ", for the dump lacks:"));
    lack().forEach((item, rules) -> sheet.hanging("  ", INDENT, item + " (" + count(rules) + ")"));
  }

  private static String count(List<String> rules) {
    return rules.size() == 1 ? rules.get(0) : rules.size() + " rules";
  }

  /** What is lacking, and the rules that need it. */
  private Map<String, List<String>> lack() {
    return any().unjudged().stream()
        .collect(
            Collectors.groupingBy(
                u -> u.lacking().itemName(),
                LinkedHashMap::new,
                Collectors.mapping((Unjudged u) -> u.rule().id(), Collectors.toList())));
  }

  private void unread(Sheet sheet) {
    if (dump.unread().isEmpty()) {
      return;
    }
    int lines = dump.unread().size();
    sheet.blank().line(lines + (lines == 1 ? " line" : " lines") + " could not be read");
    for (VmcsDump.Line line :
        dump.unread().subList(0, Math.min(MOST_LINES, dump.unread().size()))) {
      String number = Sheet.padLeft(Integer.toString(line.number()), 6) + "  ";
      sheet.hanging(number, number.length(), line.text());
    }
    if (dump.unread().size() > MOST_LINES) {
      sheet.line("  ... (--json has all of them)");
    }
  }

  /** The same for programs. */
  public String json() {
    return JsonText.document(
        "check-dump",
        1,
        j -> {
          j.texts("processors", List.copyOf(checks.keySet()));
          j.object("fields", o -> dump.fields().forEach((f, v) -> o.hex(f.itemName(), v)));
          j.array("violations", List.copyOf(violated.entrySet()), (item, e) -> violation(item, e));
          j.texts("hints", hints);
          j.number("judged", any().judged());
          j.array(
              "unjudged",
              any().unjudged(),
              (item, u) ->
                  item.text("rule", u.rule().id()).text("lacking", u.lacking().itemName()));
          j.array(
              "unread",
              dump.unread(),
              (item, l) -> item.number("line", l.number()).text("text", l.text()));
        });
  }

  private static void violation(JsonText json, Map.Entry<Violation, List<String>> entry) {
    Violation v = entry.getKey();
    json.text("rule", v.rule().id()).text("consequence", v.consequence());
    v.rule().condition().ifPresent(c -> json.text("condition", c));
    json.text("requirement", v.rule().requirement());
    json.object("observed", j -> v.observed().forEach((i, value) -> j.hex(i.itemName(), value)));
    json.text("citation", v.rule().citation().citeEdition());
    json.text("mend", v.rule().mend().text());
    v.change()
        .ifPresent(
            c ->
                json.object(
                    "change",
                    j -> j.text("field", c.getKey().itemName()).hex("value", c.getValue())));
    json.texts("processors", entry.getValue());
  }
}
