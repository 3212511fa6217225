package io.vmxlab.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
}
