package io.vmxlab.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DictionaryTest {
  @Test
  void of_words_that_are_as_near_the_first_in_the_alphabet_is_meant() {
    Dictionary words = new Dictionary(List.of("VMXON", "VMXOFF", "MOV", "MUL"));
    assertEquals(Optional.of("VMXON"), words.nearest("VMXNO", 1));
    assertEquals(Optional.of("MOV"), words.nearest("MOL", 1));
    assertEquals(Optional.empty(), words.nearest("VMRUN", 1));
    assertEquals(Optional.empty(), new Dictionary(List.of()).nearest("MOV", 3));
  }

  @Test
  void a_guess_is_what_the_distance_to_every_word_says() {
    Random random = new Random(1);
    for (int i = 0; i < 200; i++) {
      List<String> words = Stream.generate(() -> word(random)).limit(60).distinct().toList();
      Dictionary dictionary = new Dictionary(words);
      for (int j = 0; j < 40; j++) {
        String name = word(random);
        int most = random.nextInt(5);
        Comparator<String> nearest = Comparator.comparingInt(w -> Spelling.distance(name, w));
        Optional<String> expected =
            words.stream()
                .filter(w -> Spelling.distance(name, w) <= most)
                .min(nearest.thenComparing(Comparator.naturalOrder()));
        assertEquals(expected, dictionary.nearest(name, most), name + " in " + words);
      }
    }
  }

  private static String word(Random random) {
    StringBuilder word = new StringBuilder();
    for (int i = random.nextInt(9); i > 0; i--) {
      word.append((char) ('a' + random.nextInt(6)));
    }
    return word.toString();
  }
}
