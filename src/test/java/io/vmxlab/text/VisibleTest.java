package io.vmxlab.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What an input holds is shown, whatever it is. */
class VisibleTest {
  @Test
  void plain_text_stays_as_it_is() {
    String text = "mov eax, [rax+8] \u00E4 \u2014 \uD83D\uDE00";
    assertSame(text, Visible.line(text).equals(text) ? text : "");
  }

  @Test
  void what_a_terminal_obeys_is_shown() {
    assertEquals("\\x1B[31m\\x07\\x00\\x7F\\x9B", Visible.line("\u001B[31m\u0007\0\u007F\u009B"));
    assertEquals("a\\nb\\r\\tc", Visible.line("a\nb\r\tc"));
    assertEquals(
        "\\u202E\\u2028\\uFEFF\\uFFFE\\uD800", Visible.line("\u202E\u2028\uFEFF\uFFFE\uD800"));
  }

  @Test
  void lines_keep_their_breaks_and_tabs() {
    assertEquals("a\n\tb\\r\n\\x1B", Visible.lines("a\n\tb\r\n\u001B"));
  }

  @Test
  void no_character_is_sent_that_is_not_plain() {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      String shown = Visible.line(Character.toString(c));
      assertTrue(shown.codePoints().allMatch(Visible::isPlain), shown);
    }
  }

  @Test
  void a_message_is_one_line_of_sensible_length() {
    String message = Visible.message("begins\n" + "x".repeat(1 << 20) + "\tends");
    assertEquals(Visible.LONGEST_MESSAGE, message.length(), 1);
    assertTrue(message.startsWith("begins\\n") && message.endsWith("\\tends"));
  }
}
