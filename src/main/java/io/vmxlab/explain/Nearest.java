package io.vmxlab.explain;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** What someone who mistyped a name may have meant. */
public final class Nearest {
  private Nearest() {}

  /** The known name that differs least, if it differs by less than about a third. */
  public static Optional<String> to(String name, Collection<String> known) {
    String best = null;
    int bestDistance = Math.max(2, name.length() / 3) + 1;
    for (String k : known) {
      int distance = distance(fold(name), fold(k));
      if (distance < bestDistance) {
        bestDistance = distance;
        best = k;
      }
    }
    return Optional.ofNullable(best);
  }

  /** {@code ; did you mean "skylake"?} or an empty string. */
  public static String hint(String name, Collection<String> known) {
    return to(name, known).map(k -> "; did you mean \"" + k + "\"?").orElse("");
  }

  private static String fold(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Insertions, deletions, replacements and swaps of neighbours. */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        d[i][j] = cell(d, a, b, i, j);
      }
    }
    return d[a.length()][b.length()];
  }

  private static int cell(int[][] d, String a, String b, int i, int j) {
    if (i == 0 || j == 0) {
      return i + j;
    }
    int replace = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
    int best = Math.min(replace, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
    boolean swap =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swap ? Math.min(best, d[i - 2][j - 2] + 1) : best;
  }
}
