package io.vmxlab.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Changes inputs: bytes, numbers, words, lines, and pieces of other inputs. */
final class Mutator {
  private static final int MOST_CHANGES = 8;
  private static final int MOST_REPETITIONS = 1 << 12;
  private static final long[] NUMBERS = {
    0, 1, 2, 7, 8, 15, 16, 63, 64, 127, 128, 255, 256, 4095, 4096, 65535, 65536, 0x7FFF_FFFF
  };

  /** Numbers as text, among them some that do not fit. */
  private static final List<String> NUMERALS =
      List.of(
          "0",
          "1",
          "-1",
          "-0",
          "00",
          "0x",
          "0h",
          "0b",
          "08",
          "255",
          "65536",
          "2147483648",
          "4294967296",
          "4294967297",
          "-9223372036854775808",
          "9223372036854775808",
          "18446744073709551615",
          "18446744073709551616",
          "0x8000000000000000",
          "0xffffffffffffffff",
          "0x10000000000000000",
          "0x11112222333344445555",
          "1e9",
          "99999999999999999999999999999999999999999999999999999999999999999999999999");

  /** Text that is seldom expected. */
  private static final List<String> ODD =
      List.of(
          "\0",
          "\t",
          "\n",
          "\r",
          "\r\n",
          "\u001B[31m",
          "\u0085",
          "\u00A0",
          "\u2028",
          "\uFEFF",
          "\uFFFE",
          "\uFFFF",
          "\uD83D\uDE00",
          "\u202E",
          "\"",
          "'",
          "`",
          "\\",
          "%s",
          "%n",
          "$",
          "@",
          ":",
          ";",
          ",",
          ".",
          "#",
          "=",
          "(",
          ")",
          "((((((((",
          "[",
          "]",
          "{",
          "}",
          "<",
          ">",
          "&",
          "*",
          "/*",
          "*/",
          "//",
          "-",
          "--",
          "~",
          "?",
          "|",
          "!",
          " ",
          "          ");

  private final Random random;
  private final List<String> dictionary;
  private final Supplier<byte[]> other;
  private final int longest;

  /**
   * @param other another input, to take pieces of
   * @param longest result in bytes
   */
  Mutator(Random random, List<String> dictionary, Supplier<byte[]> other, int longest) {
    this.random = random;
    this.dictionary = dictionary;
    this.other = other;
    this.longest = longest;
  }

  /** A changed copy. */
  byte[] mutate(byte[] input) {
    byte[] now = input;
    for (int changes = 1 + random.nextInt(MOST_CHANGES); changes > 0; changes--) {
      now = change(now);
    }
    return now.length > longest ? Arrays.copyOf(now, longest) : now;
  }

  private byte[] change(byte[] in) {
    if (in.length == 0) {
      return bytes(word());
    }
    int from = random.nextInt(in.length);
    int to = Math.min(in.length, from + 1 + length());
    switch (random.nextInt(15)) {
      case 0:
        return with(in, from, (byte) (in[from] ^ 1 << random.nextInt(8)));
      case 1:
        return with(in, from, (byte) random.nextInt());
      case 2:
        return replaced(in, from, from, random(1 + random.nextInt(8)));
      case 3:
        return replaced(in, from, to, new byte[0]);
      case 4:
        return replaced(in, from, from, Arrays.copyOfRange(in, from, to));
      case 5:
        return moved(in, from, to);
      case 6:
        return integer(in, from);
      case 7:
        return replaced(in, from, from, bytes(word()));
      case 8:
      case 9:
        return replaced(in, wordStart(in, from), wordEnd(in, from), bytes(word()));
      case 10:
        return lines(in, from);
      case 11:
        return spliced(in, from);
      case 12:
        return random.nextInt(8) == 0 ? repeated(in, from, to) : in;
      case 13:
        return replaced(in, wordStart(in, from), wordEnd(in, from), bytes(pick(NUMERALS)));
      default:
        return random.nextInt(8) == 0 ? Arrays.copyOf(in, from) : in;
    }
  }

  /** Short pieces are likelier. */
  private int length() {
    return random.nextInt(1 << 1 + random.nextInt(8));
  }

  private static byte[] with(byte[] in, int at, byte value) {
    byte[] out = in.clone();
    out[at] = value;
    return out;
  }

  private static byte[] replaced(byte[] in, int from, int to, byte[] by) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(in.length + by.length);
    out.write(in, 0, from);
    out.write(by, 0, by.length);
    out.write(in, to, in.length - to);
    return out.toByteArray();
  }

  private byte[] random(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] moved(byte[] in, int from, int to) {
    byte[] out = in.clone();
    int target = random.nextInt(in.length);
    System.arraycopy(in, from, out, target, Math.min(to - from, in.length - target));
    return out;
  }

  /** A number of 2, 4 or 8 bytes, little-endian. */
  private byte[] integer(byte[] in, int at) {
    int size = 2 << random.nextInt(3);
    long value = NUMBERS[random.nextInt(NUMBERS.length)];
    value = random.nextInt(3) == 0 ? -value : value;
    byte[] out = in.clone();
    for (int i = 0; i < size && at + i < in.length; i++) {
      out[at + i] = (byte) (value >>> 8 * i);
    }
    return out;
  }

  private byte[] repeated(byte[] in, int from, int to) {
    byte[] piece = Arrays.copyOfRange(in, from, to);
    int times = Math.min(MOST_REPETITIONS, longest / piece.length);
    times = 1 + random.nextInt(Math.max(1, times));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < times; i++) {
      out.write(piece, 0, piece.length);
    }
    return replaced(in, from, from, out.toByteArray());
  }

  private byte[] spliced(byte[] in, int at) {
    byte[] more = other.get();
    if (more.length == 0) {
      return in;
    }
    int from = random.nextInt(more.length);
    int to = random.nextBoolean() ? more.length : Math.min(more.length, from + 1 + length());
    int end = random.nextBoolean() ? at : in.length;
    return replaced(in, at, end, Arrays.copyOfRange(more, from, to));
  }

  /** A line left out, doubled, or put somewhere else. */
  private byte[] lines(byte[] in, int at) {
    int from = at;
    while (from > 0 && in[from - 1] != '\n') {
      from--;
    }
    int to = at;
    while (to < in.length && in[to++] != '\n') {}
    byte[] line = Arrays.copyOfRange(in, from, to);
    switch (random.nextInt(3)) {
      case 0:
        return replaced(in, from, to, new byte[0]);
      case 1:
        return replaced(in, from, from, line);
      default:
        byte[] rest = replaced(in, from, to, new byte[0]);
        int target = rest.length == 0 ? 0 : random.nextInt(rest.length);
        while (target > 0 && rest[target - 1] != '\n') {
          target--;
        }
        return replaced(rest, target, target, line);
    }
  }

  private static boolean inWord(byte b) {
    return b == '_' || b == '.' || b == '$' || b == '%' || Character.isLetterOrDigit(b & 0xFF);
  }

  private static int wordStart(byte[] in, int at) {
    int from = at;
    while (from > 0 && inWord(in[from]) && inWord(in[from - 1])) {
      from--;
    }
    return from;
  }

  private static int wordEnd(byte[] in, int at) {
    int to = at;
    while (to < in.length && inWord(in[to])) {
      to++;
    }
    return to;
  }

  private String word() {
    int kind = random.nextInt(8);
    if (kind < 4 && !dictionary.isEmpty()) {
      return pick(dictionary);
    }
    return kind == 4 ? pick(NUMERALS) : kind == 5 ? elsewhere() : pick(ODD);
  }

  /** A word of another input. */
  private String elsewhere() {
    byte[] more = other.get();
    if (more.length == 0) {
      return "";
    }
    int at = random.nextInt(more.length);
    int from = wordStart(more, at);
    return new String(more, from, wordEnd(more, at) - from, StandardCharsets.ISO_8859_1);
  }

  private String pick(List<String> words) {
    return words.get(random.nextInt(words.size()));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Words of texts, without repetition: a dictionary for lack of a better one. */
  static List<String> words(List<String> texts) {
    List<String> words = new ArrayList<>();
    for (String text : texts) {
      for (String word : text.split("[^\\w.$%#]+")) {
        if (!word.isEmpty() && !words.contains(word)) {
          words.add(word);
        }
      }
    }
    return words;
  }
}
