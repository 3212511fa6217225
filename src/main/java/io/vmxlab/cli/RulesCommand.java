package io.vmxlab.cli;

import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.explain.JsonText;
import io.vmxlab.explain.RequirementMends;
import io.vmxlab.explain.RuleBook;
import io.vmxlab.explain.RuleBook.Entry;
import io.vmxlab.explain.Sheet;
import io.vmxlab.rule.Checklist;
import io.vmxlab.rule.Rule;
import io.vmxlab.rule.RuleSet;
import io.vmxlab.text.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code rules [ID]}: the rules, or one of them. */
final class RulesCommand extends Command {
  private static final int LABEL = 12;
  private static final String ALONE = "the processor, in no checklist";

  private boolean json;

  RulesCommand() {
    super("rules", "List the rules that vmxlab checks, or show one.");
  }

  @Override
  List<Option> ownOptions() {
    return List.of(Option.flag("--json", "print JSON instead of text"));
  }

  @Override
  List<Operand> operandList() {
    return List.of(Operand.optional("ID", "id or alias of a rule"));
  }

  @Override
  void setOwn(String option, String value) {
    json = true;
  }

  @Override
  int run(Terminal terminal) {
    RuleBook book = RuleBook.book();
    Optional<Requirement> single =
        operands().isEmpty() ? Optional.empty() : Requirement.of(operands().get(0));
    if (single.isPresent()) {
      if (json) {
        terminal.print(json(single.get()));
      } else {
        Sheet sheet = terminal.sheet();
        one(sheet, single.get());
        terminal.print(sheet);
      }
      return Exit.OK;
    }
    List<Entry> entries = operands().isEmpty() ? book.entries() : List.of(find(book));
    if (json) {
      terminal.print(
          JsonText.document("rules", 1, j -> j.array("rules", entries, RulesCommand::member)));
      return Exit.OK;
    }
    Sheet sheet = terminal.sheet();
    if (operands().isEmpty()) {
      list(sheet, book);
    } else {
      one(sheet, entries.get(0));
    }
    terminal.print(sheet);
    return Exit.OK;
  }

  /** A requirement that is checked by itself, in no list. */
  private static void one(Sheet sheet, Requirement single) {
    sheet.line(sheet.style().bold(single.id())).blank();
    label(sheet, "requires", single.requirement());
    label(sheet, "manual", single.citation().citeEdition());
    label(sheet, "mend", RequirementMends.of(single).text());
    label(sheet, "checked by", ALONE);
  }

  private static String json(Requirement single) {
    return JsonText.document(
        "rules",
        1,
        j ->
            j.array(
                "rules",
                List.of(single),
                (item, r) -> {
                  item.text("id", r.id())
                      .text("checklist", ALONE)
                      .text("requirement", r.requirement());
                  item.texts("reads", List.of()).text("citation", r.citation().citeEdition());
                  item.text("mend", RequirementMends.of(r).text());
                  item.texts("impliedBy", List.of()).texts("aliases", List.of());
                }));
  }

  private Entry find(RuleBook book) {
    String id = operands().get(0);
    return book.find(id)
        .orElseThrow(
            () -> new UserError("unknown rule \"" + id + "\"" + Names.hint(id, known(book))));
  }

  private static List<String> known(RuleBook book) {
    List<String> ids = new ArrayList<>(book.ids());
    for (Requirement r : Requirement.values()) {
      ids.add(r.id());
    }
    return ids;
  }

  private static void list(Sheet sheet, RuleBook book) {
    for (Checklist checklist : book.checklists()) {
      sheet.line(sheet.style().bold(checklist.name()));
      for (RuleSet<StateView, ?> set : checklist.sets()) {
        for (Rule<StateView> rule : set.rules()) {
          sheet.line("  " + rule.id());
          sheet.labelled(6, 0, "", rule.requirement());
        }
      }
      sheet.blank();
    }
    sheet.line(book.entries().size() + " rules. vmxlab rules ID shows one.");
  }

  private static void one(Sheet sheet, Entry entry) {
    Rule<StateView> rule = entry.rule();
    sheet.line(sheet.style().bold(rule.id())).blank();
    rule.condition().ifPresent(c -> label(sheet, "when", c));
    label(sheet, "requires", rule.requirement());
    label(sheet, "reads", items(rule));
    label(sheet, "manual", rule.citation().citeEdition());
    label(sheet, "checked by", entry.checklist().name());
    label(sheet, "mend", rule.mend().text());
    if (!rule.impliedBy().isEmpty()) {
      label(sheet, "violates", "also " + String.join(", ", rule.impliedBy()));
    }
    if (!rule.aliases().isEmpty()) {
      label(sheet, "aliases", String.join(", ", rule.aliases()));
    }
  }

  private static void label(Sheet sheet, String label, String text) {
    sheet.labelled(2, LABEL, label, text);
  }

  private static String items(Rule<StateView> rule) {
    return String.join(", ", rule.reads().stream().map(StateItem::itemName).toList());
  }

  private static void member(JsonText json, Entry entry) {
    Rule<StateView> rule = entry.rule();
    json.text("id", rule.id()).text("checklist", entry.checklist().name());
    rule.condition().ifPresent(c -> json.text("condition", c));
    json.text("requirement", rule.requirement());
    json.texts("reads", rule.reads().stream().map(StateItem::itemName).toList());
    json.text("citation", rule.citation().citeEdition());
    json.text("mend", rule.mend().text());
    json.texts("impliedBy", rule.impliedBy()).texts("aliases", rule.aliases());
  }
}
