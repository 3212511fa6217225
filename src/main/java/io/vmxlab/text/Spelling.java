package io.vmxlab.text;

/** How far a misspelt name is from another. */
public final class Spelling {
  /** Longer names are compared as a whole: nobody misspells them letter by letter. */
  private static final int LONGEST = 100;

  private Spelling() {}

  /** Letters to insert, delete, replace or swap with their neighbour. */
  public static int distance(String a, String b) {
    if (a.length() > LONGEST || b.length() > LONGEST) {
      return a.equals(b) ? 0 : Math.max(a.length(), b.length());
    }
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int k = 0; k <= b.length(); k++) {
        if (i == 0 || k == 0) {
          d[i][k] = i + k;
          continue;
        }
        boolean same = a.charAt(i - 1) == b.charAt(k - 1);
        int change = d[i - 1][k - 1] + (same ? 0 : 1);
        d[i][k] = Math.min(change, 1 + Math.min(d[i - 1][k], d[i][k - 1]));
        boolean swapped =
            i > 1
                && k > 1
                && a.charAt(i - 1) == b.charAt(k - 2)
                && a.charAt(i - 2) == b.charAt(k - 1);
        if (swapped) {
          d[i][k] = Math.min(d[i][k], d[i - 2][k - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }

  /** A bound of {@link #distance} from below that is found quickly. */
  static int atLeast(String a, String b) {
    return Math.max(Math.abs(a.length() - b.length()), apart(letters(a), letters(b)));
  }

  /** Edits that two words are apart at least, by their {@link #letters}. */
  static int apart(long some, long others) {
    return Math.max(Long.bitCount(some & ~others), Long.bitCount(others & ~some));
  }

  /** A bit a letter; letters that share one are taken for the same. */
  static long letters(String word) {
    long letters = 0;
    for (int i = 0; i < word.length(); i++) {
      letters |= 1L << word.charAt(i);
    }
    return letters;
  }
}
