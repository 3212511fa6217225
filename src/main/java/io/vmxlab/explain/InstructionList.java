package io.vmxlab.explain;

import io.vmxlab.arch.Feature;
import io.vmxlab.engine.Engine;
import io.vmxlab.isa.Form;
import io.vmxlab.text.Names;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Rows of the instruction table: what a processor does with them, or that vmxlab does not. */
public final class InstructionList {
  private static final int INDENT = 2;

  private final List<Form> rows;

  private InstructionList(List<Form> rows) {
    this.rows = List.copyOf(rows);
  }

  /** All rows that bytes decode to, in the table's order. */
  public static InstructionList all() {
    return new InstructionList(Engine.table().forms().stream().filter(f -> !f.spelling()).toList());
  }

  /** Those that a run stops at, because nothing says what they do. */
  public InstructionList unmodelled() {
    return new InstructionList(rows.stream().filter(f -> !f.modelled()).toList());
  }

  /** Those of a mnemonic, in any case; none if there is no such instruction among them. */
  public InstructionList named(String mnemonic) {
    return new InstructionList(
        rows.stream().filter(f -> f.mnemonic().equalsIgnoreCase(mnemonic)).toList());
  }

  /** {@code did you mean ADD?} for a mnemonic that is not there, or nothing. */
  public String hint(String mnemonic) {
    return Names.hint(mnemonic.toUpperCase(Locale.ROOT), mnemonics(rows));
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  List<Form> rows() {
    return rows;
  }

  private static Set<String> mnemonics(List<Form> forms) {
    return forms.stream().map(Form::mnemonic).collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private Map<Feature, List<Form>> byFeature() {
    Map<Feature, List<Form>> groups = new LinkedHashMap<>();
    for (Form row : rows) {
      groups.computeIfAbsent(row.feature(), f -> new ArrayList<>()).add(row);
    }
    return groups;
  }

  private static String announced(Feature feature) {
    return feature == null ? "on every processor" : "where " + feature.announcement();
  }

  /** Mnemonics by the feature that announces them. */
  public void overview(Sheet sheet) {
    byFeature()
        .forEach(
            (feature, forms) -> {
              String rowCount = forms.size() == 1 ? "1 row" : forms.size() + " rows";
              sheet.line(sheet.style().bold(announced(feature)) + ": " + rowCount);
              sheet.labelled(INDENT, 0, "", String.join(" ", mnemonics(forms)));
            });
    int count = mnemonics(rows).size();
    sheet.blank().line(rows.size() + " rows, " + count + " mnemonics.");
  }

  /** One row a line: encoding and syntax, with what announces them. */
  public void text(Sheet sheet) {
    int width = rows.stream().mapToInt(f -> f.encoding().length()).max().orElse(0) + 2;
    byFeature()
        .forEach(
            (feature, forms) -> {
              sheet.line(sheet.style().bold(forms.get(0).mnemonic()) + ", " + announced(feature));
              for (Form f : forms) {
                String ending = f.modelled() ? "" : " (unmodelled)";
                sheet.labelled(INDENT, width, f.encoding(), f.syntax() + ending);
              }
              sheet.labelled(INDENT, width, "manual", forms.get(0).citation().citeEdition());
            });
  }

  /** The same as data. */
  public String json() {
    return JsonText.document(
        "instructions", 1, j -> j.array("instructions", rows, InstructionList::member));
  }

  private static void member(JsonText json, Form form) {
    json.text("mnemonic", form.mnemonic()).text("syntax", form.syntax());
    json.text("encoding", form.encoding()).text("page", form.page());
    if (form.feature() != null) {
      json.text("feature", form.feature().name());
      json.text("announced", form.feature().announcement());
    }
    json.flag("modelled", form.modelled());
  }
}
