package io.vmxlab.isa;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The rows of all pages as lines of text, so that a run learns the table without loading the
 * classes that hold it. Fields are separated by tabs: page, citation, encoding, syntax, attributes,
 * feature, owner, method, descriptor, flags.
 */
public final class RowIndex {
  private static final int FIELDS = 10;

  private RowIndex() {}

  /**
   * A row's line.
   *
   * @param descriptor JVM descriptor of the row's method, or null while it is not modelled
   */
  public static String line(Page.Row row, String descriptor) {
    StringBuilder attributes = new StringBuilder();
    for (FormAttribute a : row.attributes()) {
      attributes.append(attributes.length() == 0 ? "" : " ").append(a.name());
    }
    return String.join(
        "\t",
        row.page().name(),
        row.page().citation().name(),
        row.encoding(),
        row.syntax(),
        attributes,
        row.feature() == null ? "" : row.feature().name(),
        orEmpty(row.owner()),
        orEmpty(row.method()),
        orEmpty(descriptor),
        row.flags());
  }

  private static String orEmpty(String text) {
    return text == null ? "" : text;
  }

  /** Reads the lines that {@link #line} makes. */
  public static InstructionTable read(Reader source) throws IOException {
    List<Form> forms = new ArrayList<>();
    BufferedReader lines = new BufferedReader(source);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      forms.add(form(line));
    }
    return new InstructionTable(forms);
  }

  private static Form form(String line) {
    String[] f = new String[FIELDS];
    int from = 0;
    for (int i = 0; i < FIELDS; i++) {
      int to = i + 1 < FIELDS ? line.indexOf('\t', from) : line.length();
      f[i] = line.substring(from, to);
      from = to + 1;
    }
    Set<FormAttribute> attributes = EnumSet.noneOf(FormAttribute.class);
    if (!f[4].isEmpty()) {
      for (String name : f[4].split(" ")) {
        attributes.add(FormAttribute.valueOf(name));
      }
    }
    String syntax = f[3];
    int space = syntax.indexOf(' ');
    List<Operand> operands = Notation.operands(syntax, f[2], attributes);
    return new Form(
        f[0],
        Sdm.valueOf(f[1]),
        f[2],
        Notation.encoding(f[2], operands, attributes),
        space < 0 ? syntax : syntax.substring(0, space),
        List.copyOf(operands),
        attributes,
        f[5].isEmpty() ? null : Feature.valueOf(f[5]),
        f[6].isEmpty() ? null : f[6],
        f[7].isEmpty() ? null : f[7],
        f[8].isEmpty() ? null : f[8],
        f[9]);
  }
}
