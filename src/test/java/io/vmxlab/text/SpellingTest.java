package io.vmxlab.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpellingTest {
  @ParameterizedTest
  @CsvSource({
    "'', '', 0",
    "vmxon, vmxon, 0",
    "vmxom, vmxon, 1",
    "vmxn, vmxon, 1",
    "vmxoon, vmxon, 1",
    "vmxno, vmxon, 1",
    "vmoxn, vmxno, 2",
    "kitten, sitting, 3",
    "'', mov, 3",
  })
  void an_edit_inserts_deletes_replaces_or_swaps_letters(String a, String b, int edits) {
    assertEquals(edits, Spelling.distance(a, b));
    assertEquals(edits, Spelling.distance(b, a));
  }

  @Test
  void looking_no_further_than_needed_finds_the_same_within() {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      String a = word(random);
      String b = random.nextBoolean() ? word(random) : changed(a, random);
      int edits = Spelling.distance(a, b);
      for (int most = 0; most < 8; most++) {
        int within = Spelling.distance(a, b, most);
        String which = a + " and " + b + " within " + most;
        if (edits <= most) {
          assertEquals(edits, within, which);
        } else {
          assertTrue(within > most, which);
        }
      }
    }
  }

  private static String word(Random random) {
    StringBuilder word = new StringBuilder();
    for (int i = random.nextInt(9); i > 0; i--) {
      word.append((char) ('a' + random.nextInt(5)));
    }
    return word.toString();
  }

  private static String changed(String word, Random random) {
    StringBuilder changed = new StringBuilder(word);
    for (int i = random.nextInt(4); i > 0 && changed.length() > 1; i--) {
      int at = random.nextInt(changed.length() - 1);
      char letter = changed.charAt(at);
      changed.setCharAt(at, changed.charAt(at + 1));
      changed.setCharAt(at + 1, letter);
      if (random.nextBoolean()) {
        changed.deleteCharAt(at);
      }
    }
    return changed.toString();
  }
}
