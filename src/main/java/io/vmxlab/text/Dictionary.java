package io.vmxlab.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Words that a misspelt one may have meant, arranged so that a guess looks only at likely ones. */
public final class Dictionary {
  /** By length. */
  private final List<List<Entry>> byLength = new ArrayList<>();

  private record Entry(String word, long letters) {}

  /** Words in the same case as those that are looked up. */
  public Dictionary(Iterable<String> words) {
    for (String word : words) {
      while (byLength.size() <= word.length()) {
        byLength.add(new ArrayList<>());
      }
      byLength.get(word.length()).add(new Entry(word, Spelling.letters(word)));
    }
  }

  /**
   * The word with the fewest edits, of several the first in the alphabet.
   *
   * @param most edits that a guess may be away
   */
  public Optional<String> nearest(String name, int most) {
    String best = null;
    int fewest = most;
    long letters = Spelling.letters(name);
    int last = Math.min(byLength.size() - 1, name.length() + most);
    for (int length = Math.max(0, name.length() - most); length <= last; length++) {
      for (Entry entry : byLength.get(length)) {
        if (Spelling.apart(letters, entry.letters) > fewest) {
          continue;
        }
        int edits = Spelling.distance(name, entry.word);
        boolean first = best == null || entry.word.compareTo(best) < 0;
        if (edits < fewest || edits == fewest && first) {
          fewest = edits;
          best = entry.word;
        }
      }
    }
    return Optional.ofNullable(best);
  }
}
