package io.vmxlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmxlab.Tools;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import io.vmxlab.engine.Pages;
import io.vmxlab.explain.RuleBook;
import io.vmxlab.explain.RuleBook.Entry;
import io.vmxlab.isa.FormAttribute;
import io.vmxlab.isa.Page;
import io.vmxlab.lab.TestVector;
import io.vmxlab.lab.Vectors;
import io.vmxlab.machine.StateNames;
import io.vmxlab.rule.Checklist;
import io.vmxlab.rule.Rule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The reference in {@code docs/reference} is what the tables and commands say of themselves. {@code
 * -Dreference.write=true} writes it.
 */
class ReferenceTest {
  private static final Path FOLDER = Path.of("docs/reference");
  private static final String MADE =
      "<!-- Made by ReferenceTest with -Dreference.write=true; do not edit. -->\n\n";

  @TempDir Path folder;

  private static void check(String name, String text) throws IOException {
    Path file = FOLDER.resolve(name);
    if (Boolean.getBoolean("reference.write")) {
      Files.createDirectories(FOLDER);
      Files.writeString(file, MADE + text);
    }
    assertEquals(
        MADE + text,
        Files.exists(file) ? Files.readString(file) : "",
        name + " is out of date: run this test with -Dreference.write=true");
  }

  @Test
  void commands() throws IOException {
    StringBuilder text = new StringBuilder("# Commands\n\n");
    text.append("What `vmxlab COMMAND --help` prints. [cli.md](../cli.md) explains inputs, output");
    text.append(" and exit statuses.\n\n");
    help(text, List.of());
    for (Command c : Commands.all()) {
      help(text, List.of(c.name()));
      for (Command sub : c.subcommands()) {
        help(text, List.of(c.name(), sub.name()));
      }
    }
    check("commands.md", text.toString());
  }

  private static void help(StringBuilder text, List<String> words) {
    List<String> line = new ArrayList<>(words);
    line.add("--help");
    String output = Cli.run(line.toArray(new String[0])).out();
    text.append("## ").append(("vmxlab " + String.join(" ", words)).strip());
    text.append("\n\n```text\n").append(output.stripTrailing().replaceAll(" +\n", "\n"));
    text.append("\n```\n\n");
  }

  @Test
  void rules() throws IOException {
    StringBuilder text = new StringBuilder("# Rules\n\n");
    text.append("Every rule that a checklist has, in the order of checking. A rule that several ");
    text.append("checklists share stands under the first. `vmxlab rules ID` shows one.\n");
    RuleBook book = RuleBook.book();
    List<TestVector> vectors = Vectors.builtIn();
    for (Checklist list : book.checklists()) {
      List<Entry> own = book.entries().stream().filter(e -> e.checklist().equals(list)).toList();
      if (own.isEmpty()) {
        continue;
      }
      text.append("\n## ").append(list.name()).append("\n\n");
      for (Entry e : own) {
        rule(text, e.rule(), vectors);
      }
    }
    check("rules.md", text.toString());
  }

  private static void rule(StringBuilder text, Rule<StateView> rule, List<TestVector> vectors) {
    text.append("### ").append(rule.id()).append("\n\n");
    rule.condition().ifPresent(c -> text.append("* when ").append(cell(c)).append('\n'));
    text.append("* requires: ").append(cell(rule.requirement())).append('\n');
    text.append("* reads: ").append(names(rule.reads())).append('\n');
    text.append("* manual: ").append(rule.citation().cite()).append('\n');
    rule.mend().ifPresent(m -> text.append("* mend: ").append(cell(m)).append('\n'));
    String ids =
        vectors.stream()
            .filter(v -> v.rule().equals(rule.id()))
            .map(v -> "`" + v.id() + "`")
            .collect(Collectors.joining(", "));
    text.append("* vectors: ").append(ids).append("\n\n");
  }

  private static String names(Iterable<StateItem> items) {
    List<String> names = new ArrayList<>();
    items.forEach(i -> names.add(i.itemName()));
    return String.join(", ", names);
  }

  @Test
  void state() throws IOException {
    StringBuilder text = new StringBuilder("# State\n\n");
    text.append("What `run --set`, `decode` and test vectors can name, with the fields of each. ");
    text.append("[machine-state.md](../machine-state.md) says what they hold at first.\n\n");
    text.append("| name | bits | fields |\n|---|---|---|\n");
    for (StateItem item : StateNames.all()) {
      String fields =
          item.layout().fields().stream().map(f -> f.name()).collect(Collectors.joining(", "));
      text.append("| ").append(cell(item.itemName())).append(" | ");
      text.append(item.layout().width()).append(" | ").append(fields).append(" |\n");
    }
    check("state.md", text.toString());
  }

  @Test
  void instructions() throws IOException {
    StringBuilder text = new StringBuilder("# Instructions\n\n");
    text.append("The rows of the instruction table that are modelled, by page of the manual. ");
    text.append("Encodings are in the manual's notation.\n\n");
    List<Page> pages = Pages.all();
    for (Page page : pages) {
      List<Page.Row> rows = page.rows().stream().filter(r -> r.owner() != null).toList();
      if (!rows.isEmpty()) {
        text.append("## ").append(page.name()).append("\n\n");
        text.append(page.citation().cite()).append("\n\n");
        text.append("| encoding | instruction | modes | needs | flags |\n|---|---|---|---|---|\n");
        rows.forEach(r -> row(text, r));
        text.append('\n');
      }
    }
    text.append("## Recognised, not modelled\n\n");
    text.append("Lengths and names are known; a run that comes to one stops as `unmodelled`.\n\n");
    text.append("| page | rows |\n|---|---|\n");
    for (Page page : pages) {
      long rows = page.rows().stream().filter(r -> r.owner() == null).count();
      if (rows > 0) {
        text.append("| ").append(cell(page.name())).append(" | ").append(rows).append(" |\n");
      }
    }
    check("instructions.md", text.toString());
  }

  private static void row(StringBuilder text, Page.Row row) {
    boolean only64 = row.attributes().contains(FormAttribute.ONLY64);
    boolean no64 = row.attributes().contains(FormAttribute.NO64);
    text.append("| `").append(row.encoding()).append("` | `").append(row.syntax()).append("` | ");
    text.append(only64 ? "64" : no64 ? "16, 32" : "all").append(" | ");
    text.append(row.feature() == null ? "" : row.feature().name()).append(" | ");
    text.append(cell(row.flags())).append(" |\n");
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("<", "&lt;");
  }

  static Stream<String> pages() {
    return ManPage.all().keySet().stream();
  }

  /** groff finds nothing to complain about. */
  @ParameterizedTest
  @MethodSource("pages")
  void manualPagesAreWellFormed(String name) throws Exception {
    Path page = Files.writeString(folder.resolve(name), ManPage.all().get(name));
    assumeTrue(Tools.installed("groff"), "groff is not installed");
    Process groff =
        new ProcessBuilder("groff", "-man", "-ww", "-Tutf8", page.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(groff.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, groff.waitFor(), output);
    assertEquals(
        "", output.lines().filter(l -> l.contains("warning")).collect(Collectors.joining("\n")));
    assertTrue(output.replaceAll(".\b", "").contains("EXIT STATUS"), output);
  }

  @Test
  void everyCommandHasAManualPage() {
    Map<String, String> pages = ManPage.all();
    Commands.NAMES.forEach(n -> assertTrue(pages.containsKey("vmxlab-" + n + ".1"), n));
    assertEquals(pages.get("vmxlab-run.1"), Cli.run("man", "run").out());
    assertEquals(pages.get("vmxlab-cpus-show.1"), Cli.run("man", "cpus", "show").out());
    Cli.Result unknown = Cli.run("man", "rum");
    assertEquals(Exit.USAGE, unknown.status());
    assertEquals("vmxlab: there is no command \"rum\"; did you mean \"run\"?\n", unknown.err());
  }
}
