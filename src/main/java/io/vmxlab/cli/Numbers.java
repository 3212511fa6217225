package io.vmxlab.cli;

import java.util.Locale;

/** Numbers with units, as people write them on a command line. */
final class Numbers {
  private Numbers() {}

  /** A number of bytes, with K, M or G behind it for powers of 1024. */
  static long bytes(String option, String text) {
    String t = text.toUpperCase(Locale.ROOT).replaceFirst("I?B$", "");
    int shift = t.endsWith("K") ? 10 : t.endsWith("M") ? 20 : t.endsWith("G") ? 30 : 0;
    String digits = shift == 0 ? t : t.substring(0, t.length() - 1);
    long number = io.vmxlab.machine.Numbers.parse(option, digits);
    if (number <= 0 || number > Long.MAX_VALUE >> shift) {
      throw new UserError(option + ": " + text + " is no possible size; write 64M or 1G");
    }
    return number << shift;
  }

  /** A count of at least 1. */
  static long count(String option, String text) {
    long number = io.vmxlab.machine.Numbers.parse(option, text);
    if (number <= 0) {
      throw new UserError(option + ": " + text + " is not a count; give 1 or more");
    }
    return number;
  }
}
