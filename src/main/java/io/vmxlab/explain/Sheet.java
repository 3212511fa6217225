package io.vmxlab.explain;

import java.util.ArrayList;
import java.util.List;

/** Lines of text no wider than a terminal: labels on the left, wrapped text beside them. */
public final class Sheet {
  /** Columns of a terminal. */
  public static final int WIDTH = 80;

  private static final int TAB = 8;

  private final StringBuilder text = new StringBuilder();
  private final Style style;

  public Sheet(Style style) {
    this.style = style;
  }

  public Style style() {
    return style;
  }

  /** A line as it is, but for control characters, which are shown, and tabs, which are spaces. */
  public Sheet line(String line) {
    text.append(style.shown(withoutTabs(line.stripTrailing()))).append('\n');
    return this;
  }

  private static String withoutTabs(String line) {
    if (line.indexOf('\t') < 0) {
      return line;
    }
    StringBuilder out = new StringBuilder();
    for (char c : line.toCharArray()) {
      if (c == '\t') {
        out.append(" ".repeat(TAB - out.length() % TAB));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  public Sheet blank() {
    return line("");
  }

  /** {@code label} in its column, then the text, wrapped beside it. */
  public Sheet labelled(int indent, int labelWidth, String label, String body) {
    return hanging(" ".repeat(indent) + pad(label, labelWidth), indent + labelWidth, body);
  }

  /**
   * The text behind a prefix; further lines begin in the column that the prefix ends.
   *
   * @param column visible width of the prefix
   */
  public Sheet hanging(String prefix, int column, String body) {
    List<String> lines = wrap(body, WIDTH - column);
    line(prefix + (lines.isEmpty() ? "" : lines.get(0)));
    for (int i = 1; i < lines.size(); i++) {
      line(" ".repeat(column) + lines.get(i));
    }
    return this;
  }

  /** Breaks at spaces; a longer word stands on a line of its own. */
  static List<String> wrap(String body, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (int at = 0; at < body.length(); ) {
      int space = body.indexOf(' ', at);
      int end = space < 0 ? body.length() : space;
      if (line.length() > 0 && line.length() + 1 + (end - at) > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.length() == 0 ? "" : " ").append(body, at, end);
      at = end + 1;
    }
    if (line.length() > 0) {
      lines.add(line.toString());
    }
    return lines;
  }

  public static String pad(String cell, int width) {
    return cell.length() >= width ? cell : cell + " ".repeat(width - cell.length());
  }

  public static String padLeft(String cell, int width) {
    return cell.length() >= width ? cell : " ".repeat(width - cell.length()) + cell;
  }

  /** ASCII, for terminals of every kind: the manual's long dashes become short ones. */
  @Override
  public String toString() {
    return text.toString().replace('\u2014', '-').replace('\u2013', '-');
  }
}
