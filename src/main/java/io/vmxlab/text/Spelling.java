package io.vmxlab.text;

/** How far a misspelt name is from another. */
public final class Spelling {
  /** Longer names are compared as a whole: nobody misspells them letter by letter. */
  private static final int LONGEST = 100;

  private Spelling() {}

  /** Letters to insert, delete, replace or swap with their neighbour. */
  public static int distance(String a, String b) {
    return distance(a, b, Integer.MAX_VALUE);
  }

  /**
   * As {@link #distance(String, String)}, but it does not look further than needed.
   *
   * @param most letters that are of interest
   * @return the distance; of names that are further apart than {@code most}, some number above it
   */
  public static int distance(String a, String b, int most) {
    int fewest = most == Integer.MAX_VALUE ? 0 : fewest(a, b);
    if (fewest > most) {
      return fewest;
    }
    if (a.length() > LONGEST || b.length() > LONGEST) {
      return a.equals(b) ? 0 : Math.max(a.length(), b.length());
    }
    int[] before = new int[b.length() + 1];
    int[] above = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    int nearestAbove = 0;
    for (int k = 0; k <= b.length(); k++) {
      above[k] = k;
    }
    for (int i = 1; i <= a.length(); i++) {
      row[0] = i;
      int nearest = i;
      for (int k = 1; k <= b.length(); k++) {
        boolean same = a.charAt(i - 1) == b.charAt(k - 1);
        int d = Math.min(above[k - 1] + (same ? 0 : 1), 1 + Math.min(above[k], row[k - 1]));
        if (swapped(a, i, b, k)) {
          d = Math.min(d, before[k - 2] + 1);
        }
        row[k] = d;
        nearest = Math.min(nearest, d);
      }
      if (nearest > most && nearestAbove >= most) {
        return nearest;
      }
      nearestAbove = nearest;
      int[] free = before;
      before = above;
      above = row;
      row = free;
    }
    return above[b.length()];
  }

  /** What the lengths and the letters that only one of the two has need at least. */
  private static int fewest(String a, String b) {
    int lengths = Math.abs(a.length() - b.length());
    long lettersOfA = letters(a);
    long lettersOfB = letters(b);
    int onlyInA = Long.bitCount(lettersOfA & ~lettersOfB);
    int onlyInB = Long.bitCount(lettersOfB & ~lettersOfA);
    return Math.max(lengths, Math.max(onlyInA, onlyInB));
  }

  private static long letters(String name) {
    long letters = 0;
    for (int i = 0; i < name.length(); i++) {
      letters |= 1L << name.charAt(i);
    }
    return letters;
  }

  private static boolean swapped(String a, int i, String b, int k) {
    return i > 1
        && k > 1
        && a.charAt(i - 1) == b.charAt(k - 2)
        && a.charAt(i - 2) == b.charAt(k - 1);
  }
}
