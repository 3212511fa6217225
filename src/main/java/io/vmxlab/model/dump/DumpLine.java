package io.vmxlab.model.dump;

/**
 * A line of a dump, without what people and logs put around it: quotation marks of mail, signs of
 * Markdown, time stamps.
 *
 * @param number from 1
 * @param text what is left of it
 */
record DumpLine(int number, String text) {
  private static final String BEFORE = "#>*`+- \t\u00A0\uFEFF";
  private static final String AFTER = "#*`+ \t\r\u00A0";
  private static final int PREFIX = 100;

  static DumpLine of(int number, String line) {
    String text = stripped(line);
    int stamp = stamp(text);
    text = stamp > 0 ? stripped(text.substring(stamp)) : text;
    int journal = text.indexOf(" kernel: ");
    if (journal >= 0 && journal < PREFIX) {
      text = stripped(text.substring(journal + " kernel: ".length()));
      stamp = stamp(text);
      text = stamp > 0 ? stripped(text.substring(stamp)) : text;
    }
    return new DumpLine(number, text.replace('\u00A0', ' '));
  }

  private static String stripped(String line) {
    int start = 0;
    int end = line.length();
    while (start < end && BEFORE.indexOf(line.charAt(start)) >= 0 && !minus(line, start)) {
      start++;
    }
    while (end > start && AFTER.indexOf(line.charAt(end - 1)) >= 0) {
      end--;
    }
    return line.substring(start, end);
  }

  /** The character is the sign of a number. */
  private static boolean minus(String line, int at) {
    return line.charAt(at) == '-'
        && at + 1 < line.length()
        && line.charAt(at + 1) >= '0'
        && line.charAt(at + 1) <= '9';
  }

  /** Where the text begins after the kernel's {@code [ 56.147766]}; 0 without one. */
  private static int stamp(String text) {
    if (text.isEmpty() || text.charAt(0) != '[') {
      return 0;
    }
    int at = 1;
    while (at < text.length() && " .0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return at > 2 && at < text.length() && text.charAt(at) == ']' ? at + 1 : 0;
  }

  boolean isEmpty() {
    return text.isEmpty();
  }

  Cursor cursor() {
    return new Cursor(text);
  }
}
