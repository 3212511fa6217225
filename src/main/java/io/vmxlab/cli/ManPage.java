package io.vmxlab.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A manual page of section 1 in the language of man(7), made from what a command says of itself.
 */
final class ManPage {
  private static final String TOP = "vmxlab";

  private final StringBuilder text = new StringBuilder();

  private ManPage() {}

  /** All pages, by file name. */
  static Map<String, String> all() {
    Map<String, String> pages = new LinkedHashMap<>();
    pages.put(TOP + ".1", top());
    for (Command c : Commands.all()) {
      add(TOP, c, pages);
    }
    return pages;
  }

  private static void add(String parent, Command command, Map<String, String> pages) {
    String name = parent + "-" + command.name();
    pages.put(name + ".1", of(parent, command));
    for (Command sub : command.subcommands()) {
      add(name, sub, pages);
    }
  }

  /** The page of vmxlab as a whole. */
  private static String top() {
    ManPage page = new ManPage();
    page.head(TOP, "a laboratory for Intel VT-x");
    page.section("SYNOPSIS");
    page.line(".B " + TOP).line(".I COMMAND").line("[\\fIOPTION\\fR]... [\\fIOPERAND\\fR]...");
    page.section("DESCRIPTION");
    page.prose(
        "Runs x86-64 code on a modelled processor and explains what goes wrong: which rule of the "
            + "manual was broken, what was observed, what was required, and the smallest mend.");
    page.section("COMMANDS");
    for (Command c : Commands.all()) {
      page.term("\\fB" + escape(c.name()) + "\\fR", c.summary());
    }
    page.section("OPTIONS");
    page.term("\\fB\\-h\\fR, \\fB\\-\\-help\\fR", "Show the help of vmxlab, or of a command.");
    page.term("\\fB\\-V\\fR, \\fB\\-\\-version\\fR", "Show the version.");
    page.term("\\fB@\\fIFILE\\fR", "Take arguments from a file.");
    page.exitStatus();
    page.section("ENVIRONMENT");
    page.term("\\fBNO_COLOR\\fR", "If set, output to a terminal is not coloured.");
    page.seeAlso(Commands.all().stream().map(c -> TOP + "-" + c.name()).toList());
    return page.text.toString();
  }

  private static String of(String parent, Command command) {
    String name = parent + "-" + command.name();
    ManPage page = new ManPage();
    page.head(name, command.summary());
    page.synopsis(name.replace('-', ' '), command);
    page.section("DESCRIPTION");
    page.prose(command.summary());
    for (String paragraph : command.details()) {
      page.line(".PP");
      page.prose(paragraph);
    }
    for (Operand o : command.operandList()) {
      page.term("\\fI" + escape(o.label()) + "\\fR", o.description());
    }
    page.section("OPTIONS");
    for (Option o : command.options()) {
      String value = o.isFlag() ? "" : " \\fI" + escape(o.value()) + "\\fR";
      page.term("\\fB" + escape(String.join(", ", o.names())) + "\\fR" + value, o.description());
    }
    page.exitStatus();
    List<String> others = new ArrayList<>(List.of(parent));
    command.subcommands().forEach(c -> others.add(name + "-" + c.name()));
    page.seeAlso(others);
    return page.text.toString();
  }

  private void head(String name, String summary) {
    line(".TH " + escape(name.toUpperCase(Locale.ROOT)) + " 1 \"\" \"vmxlab\"");
    line(".nh").line(".ad l");
    section("NAME");
    line(escape(name) + " \\- " + escape(withoutFullStop(summary)));
  }

  private void synopsis(String name, Command command) {
    section("SYNOPSIS");
    line(".B " + escape(name));
    line("[\\fIOPTION\\fR]...");
    for (Operand o : command.operandList()) {
      String label = "\\fI" + escape(o.label()) + "\\fR" + (o.many() ? "..." : "");
      line(o.fewest() > 0 ? label : "[" + label + "]");
    }
  }

  private void exitStatus() {
    section("EXIT STATUS");
    Exit.table().forEach((status, meaning) -> term("\\fB" + status.strip() + "\\fR", meaning));
  }

  private void seeAlso(List<String> names) {
    section("SEE ALSO");
    for (int i = 0; i < names.size(); i++) {
      line(".BR " + escape(names.get(i)) + " (1)" + (i < names.size() - 1 ? "," : ""));
    }
  }

  private void section(String title) {
    line(".SH " + title);
  }

  private void term(String term, String meaning) {
    line(".TP").line(term);
    prose(meaning);
  }

  private void prose(String words) {
    line(escape(words));
  }

  private ManPage line(String line) {
    text.append(line).append('\n');
    return this;
  }

  private static String withoutFullStop(String words) {
    return words.endsWith(".") ? words.substring(0, words.length() - 1) : words;
  }

  /**
   * Backslashes and hyphens have meanings of their own, and so have dots and quotes that begin a
   * line.
   */
  private static String escape(String words) {
    String escaped = words.replace("\\", "\\e").replace("-", "\\-");
    return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
  }
}
