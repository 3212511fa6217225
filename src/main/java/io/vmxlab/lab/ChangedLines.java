package io.vmxlab.lab;

import java.util.ArrayList;
import java.util.List;

/** What was done to a text: its lines, each kept, added or removed. */
record ChangedLines(List<Line> lines) {
  enum Mark {
    KEPT,
    ADDED,
    REMOVED
  }

  record Line(Mark mark, String text) {}

  /** Pairs of lines, 1,000 by 1,000. */
  private static final int MOST_COMPARED = 1_000_000;

  /** The fewest removals and additions that make {@code after} of {@code before}. */
  static ChangedLines between(String before, String after) {
    List<String> old = before.lines().toList();
    List<String> now = after.lines().toList();
    if ((long) old.size() * now.size() > MOST_COMPARED) {
      return replaced(old, now);
    }
    int[][] common = common(old, now);
    List<Line> lines = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < old.size() || j < now.size()) {
      if (i < old.size() && j < now.size() && old.get(i).equals(now.get(j))) {
        lines.add(new Line(Mark.KEPT, old.get(i++)));
        j++;
      } else if (i < old.size() && (j == now.size() || common[i + 1][j] >= common[i][j + 1])) {
        lines.add(new Line(Mark.REMOVED, old.get(i++)));
      } else {
        lines.add(new Line(Mark.ADDED, now.get(j++)));
      }
    }
    return new ChangedLines(List.copyOf(lines));
  }

  /** Texts that are too long to compare: all of one is gone, all of the other new. */
  private static ChangedLines replaced(List<String> old, List<String> now) {
    List<Line> lines = new ArrayList<>();
    old.forEach(l -> lines.add(new Line(Mark.REMOVED, l)));
    now.forEach(l -> lines.add(new Line(Mark.ADDED, l)));
    return new ChangedLines(List.copyOf(lines));
  }

  /** Length of the longest common subsequence of what follows two positions. */
  private static int[][] common(List<String> old, List<String> now) {
    int[][] common = new int[old.size() + 1][now.size() + 1];
    for (int i = old.size() - 1; i >= 0; i--) {
      for (int j = now.size() - 1; j >= 0; j--) {
        common[i][j] =
            old.get(i).equals(now.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    return common;
  }
}
