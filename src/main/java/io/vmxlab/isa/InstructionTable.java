package io.vmxlab.isa;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All rows, found by opcode and by mnemonic. A row is parsed when it is first asked for. Safe for
 * use by several threads: parsing twice gives equal forms.
 */
public final class InstructionTable {
  /** Opcode groups: four legacy maps, then VEX maps 0-3, then EVEX maps 0-7. */
  static final int GROUPS = 16;

  static final int NONE = -1;

  private final RowIndex index;
  private final Form[] forms;
  private volatile Map<String, List<Integer>> byMnemonic;
  private final Map<String, List<Form>> named = new ConcurrentHashMap<>();

  InstructionTable(RowIndex index) {
    this.index = index;
    forms = new Form[index.rows()];
  }

  /**
   * A table straight from rows, for tests and tools; a run reads the index instead.
   *
   * @throws TableException if a row is malformed
   */
  public static InstructionTable of(Iterable<Page.Row> rows) {
    RowIndexWriter index = new RowIndexWriter();
    for (Page.Row row : rows) {
      index.add(row, null);
    }
    return RowIndex.read(index.bytes());
  }

  /** Group of a form's opcode slots. */
  static int group(Encoding e) {
    switch (e.space()) {
      case LEGACY:
        return e.map();
      case VEX:
        return 4 + e.map();
      default:
        return 8 + e.map();
    }
  }

  /** First entry of an opcode's slot, or {@link #NONE}. */
  int firstEntry(int group, int opcode) {
    return index.firstEntry(group, opcode);
  }

  int nextEntry(int entry) {
    return index.nextEntry(entry);
  }

  int row(int entry) {
    return index.row(entry);
  }

  long key(int row) {
    return index.key(row);
  }

  Form form(int row) {
    Form form = forms[row];
    if (form == null) {
      form = index.parse(row);
      forms[row] = form;
    }
    return form;
  }

  /** All rows in the order of their pages. */
  public List<Form> forms() {
    return new AbstractList<>() {
      @Override
      public Form get(int i) {
        return form(i);
      }

      @Override
      public int size() {
        return forms.length;
      }
    };
  }

  /** Rows of a mnemonic in the table's order, whatever the case of its letters; empty if none. */
  public List<Form> named(String mnemonic) {
    String name = mnemonic.toUpperCase(Locale.ROOT);
    List<Integer> rows = names().get(name);
    return rows == null ? List.of() : named.computeIfAbsent(name, n -> formsOf(rows));
  }

  private List<Form> formsOf(List<Integer> rows) {
    List<Form> found = new ArrayList<>(rows.size());
    for (int row : rows) {
      found.add(form(row));
    }
    return List.copyOf(found);
  }

  /** All mnemonics, in upper case. */
  public Iterable<String> mnemonics() {
    return Collections.unmodifiableSet(names().keySet());
  }

  private Map<String, List<Integer>> names() {
    Map<String, List<Integer>> names = byMnemonic;
    if (names == null) {
      names = new HashMap<>();
      for (int i = 0; i < forms.length; i++) {
        names.computeIfAbsent(index.mnemonic(i), m -> new ArrayList<>()).add(i);
      }
      byMnemonic = names;
    }
    return names;
  }
}
