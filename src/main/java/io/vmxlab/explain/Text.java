package io.vmxlab.explain;

import io.vmxlab.explain.BitView.Mark;
import io.vmxlab.machine.Code;
import io.vmxlab.rule.Verdict.Result;
import java.util.List;
import java.util.Optional;

/** Explanations for people: plain lines of at most 80 columns that a screen reader can follow. */
public final class Text {
  private static final int INDENT = 2;
  private static final int LABEL = 10;
  private static final int BODY = INDENT + LABEL;

  /** Begins the ids of causes that are whole pages of the manual: the citation says all. */
  private static final String PAGE_OF_THE_MANUAL = "sdm-";

  /** Width of the word for a result. */
  private static final int RESULT = 6;

  /** Of longer checklists only the failed rules are shown. */
  private static final int MOST_CHECKS = 40;

  private Text() {}

  /** Everything the explanation says. */
  public static void explanation(Sheet sheet, Explanation e) {
    Style style = sheet.style();
    sheet.line(style.bad(e.title())).blank();
    e.code().ifPresent(c -> code(sheet, c));
    for (Explanation.Detail d : e.details()) {
      label(sheet, d.label(), d.text());
    }
    if (!e.rule().isEmpty() && !e.rule().startsWith(PAGE_OF_THE_MANUAL)) {
      label(sheet, "rule", e.rule());
      condition(e).ifPresent(c -> label(sheet, "when", c));
      label(sheet, "requires", e.requirement());
    }
    if (!e.citation().isEmpty()) {
      label(sheet, "manual", e.citation());
    }
    for (BitView bits : e.bits()) {
      sheet.blank();
      label(sheet, "observed", bits.name() + " = " + Hex.register(bits.value(), bits.width()));
      rows(sheet, bits.telling(), BODY);
    }
    e.mend().ifPresent(m -> mend(sheet, m));
    if (!e.checks().isEmpty()) {
      sheet.blank();
      String of = e.instruction().isEmpty() ? "the rules" : e.instruction();
      label(sheet, "checks", "of " + of + ", in the manual's order");
      if (e.checks().size() > MOST_CHECKS) {
        failedChecks(sheet, e.checks(), e.rule());
      } else {
        checks(sheet, e.checks(), e.rule());
      }
    }
  }

  /** Of a long checklist, such as that of a VM entry, only what failed, and how many did not. */
  private static void failedChecks(Sheet sheet, List<Check> checks, String cause) {
    checks(sheet, checks.stream().filter(c -> c.result() == Result.FAIL).toList(), cause);
    for (Result r : Result.values()) {
      long count = checks.stream().filter(c -> c.result() == r).count();
      if (r != Result.FAIL && count > 0) {
        String word = Sheet.pad(word(r), RESULT);
        sheet.line(" ".repeat(INDENT + 2) + word + count + " others, which --json lists");
      }
    }
  }

  /** Under which the rule applies. */
  private static Optional<String> condition(Explanation e) {
    return e.checks().stream()
        .filter(c -> c.rule().equals(e.rule()))
        .findFirst()
        .flatMap(Check::condition);
  }

  private static void label(Sheet sheet, String label, String body) {
    sheet.labelled(INDENT, LABEL, label, body);
  }

  /** Address, symbol, bytes and text of an instruction. */
  static void code(Sheet sheet, Code code) {
    String symbol = code.symbol().map(s -> "  " + s).orElse("");
    label(sheet, "at", Hex.register(code.rip(), 64) + symbol);
    if (code.bytes().length > 0) {
      sheet.line(
          " ".repeat(INDENT)
              + Sheet.pad("code", LABEL)
              + Hex.bytes(code.bytes())
              + "  "
              + sheet.style().bold(code.text()));
    }
  }

  private static void mend(Sheet sheet, Mend mend) {
    sheet.blank();
    label(sheet, "mend", mend.text());
    Optional<String> where = where(mend);
    where.ifPresent(w -> sheet.line(" ".repeat(BODY) + w));
    lines(sheet, mend.code());
    if (!mend.data().isEmpty()) {
      sheet.line(" ".repeat(BODY) + "and, where nothing executes:");
      lines(sheet, mend.data());
    }
    mend.settings().forEach(s -> sheet.line(" ".repeat(BODY) + "before the program begins: " + s));
  }

  /** Where the code goes, unless it is plain: before the instruction that failed. */
  private static Optional<String> where(Mend mend) {
    if (mend.at().isPresent()) {
      return Optional.of("before the instruction at " + Hex.literal(mend.at().get().rip()) + ":");
    }
    boolean instead = mend.place() == Mend.Place.INSTEAD && !mend.code().isEmpty();
    return instead ? Optional.of("instead of the instruction:") : Optional.empty();
  }

  private static void lines(Sheet sheet, List<String> lines) {
    for (String line : lines) {
      sheet.line(" ".repeat(BODY + 4) + sheet.style().bold(line));
    }
  }

  /**
   * The whole checklist, a rule a line; of a rule that failed, what it requires and what was found.
   *
   * @param cause id of the rule whose violation counted; may be empty
   */
  public static void checks(Sheet sheet, List<Check> checks, String cause) {
    int idWidth = checks.stream().mapToInt(c -> c.rule().length()).max().orElse(0);
    for (Check c : checks) {
      boolean failed = c.result() == Result.FAIL;
      String word = colour(sheet.style(), c.result(), Sheet.pad(word(c.result()), RESULT));
      String prefix = " ".repeat(INDENT + 2) + word + Sheet.pad(c.rule(), idWidth) + "  ";
      String note = failed && c.rule().equals(cause) ? "<-- this one" : "";
      if (c.result() == Result.NOT_APPLICABLE) {
        note = c.condition().map(Text::only).orElse("");
      }
      int column = INDENT + 2 + RESULT + idWidth + 2;
      sheet.hanging(prefix, column, note);
      if (failed) {
        sheet.labelled(INDENT + 2 + RESULT, LABEL, "requires", c.requirement());
        sheet.labelled(INDENT + 2 + RESULT, LABEL, "found", c.observed());
      }
    }
  }

  private static String only(String condition) {
    boolean place = condition.startsWith("in ") || condition.startsWith("outside ");
    return (place ? "only " : "only if ") + condition;
  }

  /** The word for a result in a checklist. */
  public static String word(Result result) {
    switch (result) {
      case PASS:
        return "pass";
      case FAIL:
        return "FAIL";
      case NOT_APPLICABLE:
        return "n/a";
      default:
        return "later";
    }
  }

  private static String colour(Style style, Result result, String text) {
    switch (result) {
      case PASS:
        return style.good(text);
      case FAIL:
        return style.bad(text);
      default:
        return style.faint(text);
    }
  }

  /** The value of a register without fields: hexadecimal, decimal and binary. */
  public static void number(Sheet sheet, NumberView number) {
    String hex = Hex.register(number.value(), number.width());
    sheet.line(sheet.style().bold(number.name()) + " = " + hex);
    label(sheet, "decimal", number.decimal());
    if (number.signed() < 0) {
      label(sheet, "signed", Long.toString(number.signed()));
    }
    label(sheet, "binary", number.binary());
  }

  /** A register's value and its fields. */
  public static void bits(Sheet sheet, BitView bits) {
    sheet.line(sheet.style().bold(bits.name()) + " = " + Hex.register(bits.value(), bits.width()));
    if (!bits.rows().isEmpty()) {
      rows(sheet, bits, INDENT);
    }
  }

  private static void rows(Sheet sheet, BitView bits, int indent) {
    List<BitView.Row> rows = bits.rows();
    boolean demands = rows.stream().anyMatch(r -> r.mark() != Mark.FREE);
    int bitWidth = width(rows.stream().map(BitView.Row::bits).toList(), "bit");
    int nameWidth = width(rows.stream().map(BitView.Row::name).toList(), "name");
    int isWidth = width(rows.stream().map(r -> number(r.observed(), r.width())).toList(), "is");
    int mustWidth = demands ? "must be".length() + 2 : 0;
    int column = indent + bitWidth + 2 + nameWidth + 2 + isWidth + 2 + mustWidth;
    String head =
        Sheet.padLeft("bit", bitWidth)
            + "  "
            + Sheet.pad("name", nameWidth)
            + "  "
            + Sheet.pad("is", isWidth)
            + "  "
            + (demands ? "must be  " : "")
            + "meaning";
    sheet.line(" ".repeat(indent) + sheet.style().faint(head));
    for (BitView.Row r : rows) {
      boolean bad = r.mark() == Mark.VIOLATED;
      String cells =
          Sheet.padLeft(r.bits(), bitWidth)
              + "  "
              + Sheet.pad(r.name(), nameWidth)
              + "  "
              + Sheet.pad(number(r.observed(), r.width()), isWidth)
              + "  "
              + (demands ? Sheet.pad(must(r), mustWidth) : "");
      String line = bad ? sheet.style().bad(cells) : cells;
      sheet.hanging(" ".repeat(indent) + line, column, meaning(r));
    }
  }

  private static String must(BitView.Row row) {
    return row.required().map(v -> number(v, row.width())).orElse("")
        + (row.mark() == Mark.VIOLATED ? "  <--" : "");
  }

  private static String meaning(BitView.Row row) {
    return row.meaning();
  }

  private static String number(long value, int width) {
    return width == 1 ? Long.toString(value) : Hex.literal(value);
  }

  private static int width(List<String> cells, String head) {
    return Math.max(head.length(), cells.stream().mapToInt(String::length).max().orElse(0));
  }
}
