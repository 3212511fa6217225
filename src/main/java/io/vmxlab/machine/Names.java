package io.vmxlab.machine;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Suggestions for names that do not exist. */
public final class Names {
  private Names() {}

  /**
   * The candidate with the fewest edits; of several one that the name abbreviates, else the first;
   * empty without candidates.
   */
  private static String nearest(String name, Collection<String> candidates) {
    String best = "";
    int fewest = Integer.MAX_VALUE;
    for (String candidate : candidates) {
      int edits = fewest(name, candidate);
      if (edits < fewest || edits == fewest && abbreviates(name, candidate)) {
        fewest = edits;
        best = candidate;
      }
    }
    return best;
  }

  /** The nearest candidate, if it is near enough to be meant. */
  public static Optional<String> near(String name, Collection<String> candidates) {
    String best = nearest(name, candidates);
    boolean meant =
        fewest(name, best) <= Math.max(2, name.length() / 3)
            || name.length() > 2 && abbreviates(name, best);
    return !best.isEmpty() && meant ? Optional.of(best) : Optional.empty();
  }

  /** {@code did you mean skylake?} if a candidate is near enough to be meant; else nothing. */
  public static String advice(String name, Collection<String> candidates) {
    return near(name, candidates).map(n -> "did you mean " + n + "?").orElse("");
  }

  /** {@code ; did you mean "skylake"?} if a candidate is near enough to be meant; else nothing. */
  public static String hint(String name, Collection<String> candidates) {
    return near(name, candidates).map(n -> "; did you mean \"" + n + "\"?").orElse("");
  }

  private static boolean abbreviates(String name, String candidate) {
    return candidate.regionMatches(true, 0, name, 0, name.length());
  }

  private static int fewest(String a, String b) {
    return distance(a.toLowerCase(Locale.ROOT), b.toLowerCase(Locale.ROOT));
  }

  /** Insertions, deletions and replacements that make one of the other. */
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
