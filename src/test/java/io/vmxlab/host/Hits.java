package io.vmxlab.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.isa.Form;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How often each row was compared in one mode. */
final class Hits {
  /** What the rows of a large comparison have at least. */
  private static final int ENOUGH = 200;

  private final CodeMode mode;
  private final Map<Form, Integer> byRow = new LinkedHashMap<>();

  /** None so far of the rows that are possible in the mode. */
  Hits(CodeMode mode, Collection<Form> rows) {
    this.mode = mode;
    for (Form row : rows) {
      if (CaseGenerator.possible(row, mode)) {
        byRow.put(row, 0);
      }
    }
  }

  void count(Form row) {
    byRow.merge(row, 1, Integer::sum);
  }

  /** Every row was hit often, if there were enough cases for that. */
  void check() {
    int cases = byRow.values().stream().mapToInt(Integer::intValue).sum();
    int least = Math.min(ENOUGH, cases / Math.max(1, byRow.size()));
    List<String> seldom =
        byRow.entrySet().stream()
            .filter(e -> e.getValue() < least)
            .map(e -> e.getKey().syntax() + ": " + e.getValue())
            .toList();
    assertEquals(List.of(), seldom, "rows with less than " + least + " cases in " + mode);
    System.out.println(
        byRow.size() + " rows in " + mode + ", each with " + least + " cases or more");
  }
}
