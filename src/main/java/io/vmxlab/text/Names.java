package io.vmxlab.text;

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
    String wanted = name.toLowerCase(Locale.ROOT);
    long letters = Spelling.letters(wanted);
    for (String candidate : candidates) {
      String offered = candidate.toLowerCase(Locale.ROOT);
      if (Spelling.apart(letters, Spelling.letters(offered)) > fewest) {
        continue;
      }
      int edits = Spelling.distance(wanted, offered);
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
        fewest(name, best) <= (name.length() < 2 ? 0 : Math.max(1, name.length() / 3))
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
    return Spelling.distance(a.toLowerCase(Locale.ROOT), b.toLowerCase(Locale.ROOT));
  }
}
