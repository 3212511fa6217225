package io.vmxlab.text;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Suggestions for names that do not exist. */
public final class Names {
  private Names() {}

  /**
   * The candidate that is meant: the one with the fewest edits, if they are few or the name
   * abbreviates it; of several one that the name abbreviates, else the first.
   */
  public static Optional<String> near(String name, Collection<String> candidates) {
    String wanted = name.toLowerCase(Locale.ROOT);
    int most = name.length() < 2 ? 0 : Math.max(1, name.length() / 3);
    String best = "";
    int fewest = Integer.MAX_VALUE;
    for (String candidate : candidates) {
      String offered = candidate.toLowerCase(Locale.ROOT);
      boolean abbreviates = offered.startsWith(wanted);
      boolean abbreviated = abbreviates && name.length() > 2;
      if (!abbreviated && Spelling.atLeast(wanted, offered) > Math.min(most, fewest)) {
        continue;
      }
      int edits = Spelling.distance(wanted, offered);
      boolean meant = abbreviated || edits <= most;
      if (meant && (edits < fewest || edits == fewest && abbreviates)) {
        fewest = edits;
        best = candidate;
      }
    }
    return best.isEmpty() ? Optional.empty() : Optional.of(best);
  }

  /** {@code did you mean skylake?} if a candidate is near enough to be meant; else nothing. */
  public static String advice(String name, Collection<String> candidates) {
    return near(name, candidates).map(n -> "did you mean " + n + "?").orElse("");
  }

  /** {@code ; did you mean "skylake"?} if a candidate is near enough to be meant; else nothing. */
  public static String hint(String name, Collection<String> candidates) {
    return near(name, candidates).map(n -> "; did you mean \"" + n + "\"?").orElse("");
  }
}
