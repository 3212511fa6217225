package io.vmxlab.explain;

import io.vmxlab.explain.BitView.Mark;
import io.vmxlab.rule.Verdict.Result;
import java.util.List;

/** Explanations for people: plain lines of at most 80 columns that a screen reader can follow. */
public final class Text {
  private static final int INDENT = 2;
  private static final int LABEL = 10;
  private static final int BODY = INDENT + LABEL;
  private static final int MEANING_MINIMUM = 20;

  private Text() {}

  /** Everything the explanation says. */
  public static void explanation(Page page, Explanation e) {
    Style style = page.style();
    page.hanging(style.bad(""), 0, e.title()).blank();
    e.place().ifPresent(p -> place(page, p));
    for (Explanation.Detail d : e.details()) {
      label(page, d.label(), d.text());
    }
    if (!e.rule().isEmpty()) {
      label(page, "rule", e.rule());
    }
    if (!e.requirement().isEmpty()) {
      label(page, "requires", e.requirement());
    }
    if (!e.citation().isEmpty()) {
      label(page, "manual", e.citation());
    }
    for (BitView bits : e.bits()) {
      page.blank();
      label(page, "observed", bits.name() + " = " + Hex.register(bits.value(), bits.width()));
      rows(page, bits, BODY);
    }
    e.mend().ifPresent(m -> mend(page, m));
    if (!e.checks().isEmpty()) {
      page.blank();
      String of = e.place().map(Place::mnemonic).filter(m -> !m.isEmpty()).orElse("the rules");
      label(page, "checks", "of " + of + ", in the manual's order");
      checks(page, e.checks());
    }
  }

  private static void label(Page page, String label, String body) {
    page.labelled(INDENT, LABEL, label, body);
  }

  private static void place(Page page, Place place) {
    String symbol = place.symbol().map(s -> "  " + s).orElse("");
    label(page, "at", Hex.register(place.address(), 64) + symbol);
    if (place.bytes().length > 0) {
      page.line(
          " ".repeat(INDENT)
              + Page.pad("code", LABEL)
              + Hex.bytes(place.bytes())
              + "  "
              + page.style().bold(place.code()));
    }
  }

  private static void mend(Page page, Mend mend) {
    page.blank();
    label(page, "mend", mend.text());
    for (String line : mend.code()) {
      page.line(" ".repeat(BODY + 4) + page.style().bold(line));
    }
  }

  /** The whole checklist: result, rule, requirement; what was observed where it failed. */
  public static void checks(Page page, List<Check> checks) {
    int idWidth = checks.stream().mapToInt(c -> c.rule().length()).max().orElse(0);
    for (Check c : checks) {
      String word = word(c.result());
      String prefix =
          " ".repeat(INDENT + 2)
              + colour(page.style(), c.result(), Page.pad(word, 6))
              + Page.pad(c.rule(), idWidth)
              + "  ";
      String body =
          c.result() == Result.NOT_APPLICABLE
              ? "only when " + c.condition().orElse("it applies")
              : c.requirement();
      int column = INDENT + 2 + 6 + idWidth + 2;
      if (Page.WIDTH - column < MEANING_MINIMUM) {
        page.line(prefix);
        page.hanging(" ".repeat(BODY), BODY, body);
      } else {
        page.hanging(prefix, column, body);
      }
      if (c.result() == Result.FAIL && !c.observed().isEmpty()) {
        int at = Page.WIDTH - column < MEANING_MINIMUM ? BODY : column;
        page.hanging(" ".repeat(at) + "found ", at + 6, c.observed());
      }
    }
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

  /** A register's value and its fields. */
  public static void bits(Page page, BitView bits) {
    page.line(
        page.style().bold(bits.name()) + " = " + Hex.register(bits.value(), bits.width()));
    if (!bits.rows().isEmpty()) {
      rows(page, bits, INDENT);
    }
  }

  private static void rows(Page page, BitView bits, int indent) {
    List<BitView.Row> rows = bits.rows();
    boolean demands = rows.stream().anyMatch(r -> r.mark() != Mark.FREE);
    int bitWidth = width(rows.stream().map(BitView.Row::bits).toList(), "bit");
    int nameWidth = width(rows.stream().map(BitView.Row::name).toList(), "name");
    int isWidth = width(rows.stream().map(r -> number(r.observed(), r.width())).toList(), "is");
    int mustWidth = demands ? "must be".length() + 2 : 0;
    int column = indent + bitWidth + 2 + nameWidth + 2 + isWidth + 2 + mustWidth;
    String head =
        Page.padLeft("bit", bitWidth)
            + "  "
            + Page.pad("name", nameWidth)
            + "  "
            + Page.pad("is", isWidth)
            + "  "
            + (demands ? "must be  " : "")
            + "meaning";
    page.line(" ".repeat(indent) + page.style().faint(head));
    for (BitView.Row r : rows) {
      boolean bad = r.mark() == Mark.VIOLATED;
      String cells =
          Page.padLeft(r.bits(), bitWidth)
              + "  "
              + Page.pad(r.name(), nameWidth)
              + "  "
              + Page.pad(number(r.observed(), r.width()), isWidth)
              + "  "
              + (demands ? Page.pad(must(r), mustWidth) : "");
      String line = bad ? page.style().bad(cells) : cells;
      page.hanging(" ".repeat(indent) + line, column, meaning(r));
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
