package io.vmxlab.model;

import java.util.List;
import java.util.Random;

/** Changes texts in the ways in which pasted text goes wrong, and in some worse ones. */
final class DumpMutator {
  private static final String[] ODD = {
    "",
    " ",
    "          ",
    "\t",
    "\0",
    "\r",
    "\u001B[31m",
    "\uFEFF",
    "\uFFFF",
    "\uD83D",
    "0x",
    "-",
    "_",
    "|",
    "`",
    "**",
    ":",
    "=",
    "[",
    "]",
    "[SL ",
    "#",
    "rdmsr ",
    "rdmsr -a 0x480\n",
    "yes",
    "unavailable",
    "IA32_VMX_BASIC",
    "CPU 4294967296:",
    "CPUID ",
    "MSR ",
    "base penryn\n",
    "name \n",
    " chosen",
    "present 0-FFFFFFFF\n",
    "absent 480\n",
    "0",
    "-1",
    "ffffffffffffffff",
    "0x10000000000000000",
    "11112222333344445555",
    "7fffffff",
    "99999999999999999999999999999999999999999999999999999999999999999999999999999999",
  };

  private static final int MOST_CHANGES = 6;
  private static final int LONGEST = 1 << 15;

  private final Random random;
  private final List<String> seeds;

  DumpMutator(long seed, List<String> seeds) {
    this.random = new Random(seed);
    this.seeds = seeds;
  }

  /** A changed text. */
  String next() {
    StringBuilder text = new StringBuilder(any());
    for (int i = 1 + random.nextInt(MOST_CHANGES); i > 0; i--) {
      change(text);
    }
    text.setLength(Math.min(text.length(), LONGEST));
    return text.toString();
  }

  private String any() {
    return seeds.get(random.nextInt(seeds.size()));
  }

  private void change(StringBuilder text) {
    int from = random.nextInt(text.length() + 1);
    int to = Math.min(text.length(), from + random.nextInt(1 << random.nextInt(8)));
    switch (random.nextInt(8)) {
      case 0:
        text.replace(from, to, "");
        break;
      case 1:
        text.replace(from, to, ODD[random.nextInt(ODD.length)]);
        break;
      case 2:
        text.insert(from, ODD[random.nextInt(ODD.length)]);
        break;
      case 3:
        text.insert(from, text.substring(from, to).repeat(1 + random.nextInt(4)));
        break;
      case 4:
        text.insert(from, piece(any()));
        break;
      case 5:
        text.replace(from, Math.min(text.length(), from + 1), "" + (char) random.nextInt(128));
        break;
      case 6:
        digit(text, from);
        break;
      default:
        line(text, from);
        break;
    }
  }

  private String piece(String other) {
    int from = random.nextInt(other.length() + 1);
    return other.substring(from, Math.min(other.length(), from + random.nextInt(300)));
  }

  /** Another digit, so that the form stays and the value does not. */
  private void digit(StringBuilder text, int from) {
    for (int i = from; i < text.length(); i++) {
      if (Character.digit(text.charAt(i), 16) >= 0) {
        text.setCharAt(i, "0123456789abcdef".charAt(random.nextInt(16)));
        return;
      }
    }
  }

  /** A line twice, or not at all. */
  private void line(StringBuilder text, int at) {
    int start = text.lastIndexOf("\n", Math.max(0, at - 1)) + 1;
    int end = text.indexOf("\n", at);
    if (start >= 0 && end >= start) {
      String line = text.substring(start, end + 1);
      text.replace(start, end + 1, random.nextBoolean() ? "" : line + line);
    }
  }
}
