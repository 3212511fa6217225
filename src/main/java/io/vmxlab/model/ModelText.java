package io.vmxlab.model;

import io.vmxlab.arch.CpuidLeaf;
import io.vmxlab.text.Visible;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A processor model as its text says. Lines are {@code # comment}, {@code keyword text}, {@code
 * CPUID leaf [SL subleaf]: EAX-EBX-ECX-EDX}, {@code MSR index: value}, or {@code present} and
 * {@code absent} with indices of MSRs; numbers in hexadecimal: dumps of common tools can be pasted
 * in as they are.
 */
final class ModelText {
  private static final Set<String> WORDS =
      Set.of("name", "title", "brand", "source", "base", "others");
  private static final String ABSENT = "absent";
  private static final int LONGEST_SHOWN = 60;

  /** The upper range of control characters begins with one and ends before the other. */
  private static final char DELETE = 0x7F;

  private static final char NO_BREAK_SPACE = 0xA0;

  /** One leaf; {@code fixed} says which registers were written with an equals sign. */
  record Leaf(int[] registers, boolean[] fixed) {}

  /** One MSR; chosen values stand in no dump. */
  record MsrValue(long value, boolean chosen) {}

  private final String file;

  /** The text. Every run reads two models, and asking a string for each character takes long. */
  private final char[] text;

  private int line;
  final Map<String, String> words = new LinkedHashMap<>();

  /** Other processors with the same values. */
  final List<String> also = new ArrayList<>();

  final Map<Long, Leaf> leaves = new LinkedHashMap<>();
  private final Set<Integer> indexed = new HashSet<>();
  final Map<Integer, MsrValue> msrs = new LinkedHashMap<>();

  /** MSRs that were read on the processor, whose values are firmware's or the moment's. */
  final MsrRanges present = new MsrRanges();

  /** MSRs that could not be read on the processor. */
  final MsrRanges absent = new MsrRanges();

  private ModelText(String file, String text) {
    this.file = file;
    this.text = text.toCharArray();
  }

  /**
   * @param file named in errors
   * @throws CpuModelException with file and line if the text is not a model
   */
  static ModelText parse(String file, String text) {
    ModelText model = new ModelText(file, text);
    model.read();
    return model;
  }

  private void read() {
    for (int from = 0, to; from < text.length; from = to + 1) {
      to = find('\n', from, text.length);
      line++;
      line(behindSpaces(from, to), to);
    }
  }

  /** Where a character stands first, or the end. */
  private int find(char c, int from, int to) {
    while (from < to && text[from] != c) {
      from++;
    }
    return from;
  }

  private int behindSpaces(int from, int to) {
    while (from < to && isSpace(text[from])) {
      from++;
    }
    return from;
  }

  private int beforeSpaces(int from, int to) {
    while (from < to && isSpace(text[to - 1])) {
      to--;
    }
    return to;
  }

  private static boolean isSpace(char c) {
    return c <= ' ' ? Character.isWhitespace(c) : c > DELETE && Character.isWhitespace(c);
  }

  private String part(int from, int to) {
    return new String(text, from, to - from);
  }

  /** Takes the CPUID leaves that are not given from another model. */
  void inherit(ModelText base) {
    base.leaves.forEach(leaves::putIfAbsent);
    indexed.addAll(base.indexed);
  }

  static long key(int leaf, int subleaf) {
    return (long) leaf << Integer.SIZE | subleaf & 0xFFFF_FFFFL;
  }

  /** The key of the line that answers; a leaf without subleaves ignores ECX. */
  long answering(int leaf, int subleaf) {
    return key(leaf, indexed.contains(leaf) || CpuidLeaf.hasSubleaves(leaf) ? subleaf : 0);
  }

  private void line(int from, int end) {
    if (from == end || text[from] == '#') {
      return;
    }
    int to = beforeSpaces(from, end);
    for (int i = from; i < to; i++) {
      char c = text[i];
      if (c < ' ' && c != '\t' || c >= DELETE && c < NO_BREAK_SPACE) {
        throw error("there is a control character in " + shown(part(from, to)));
      }
    }
    int space = find(' ', from, to);
    if (space == to) {
      throw error("expected a keyword and its value, found " + shown(part(from, to)));
    }
    value(part(from, space), behindSpaces(space, to), to);
  }

  private void value(String word, int from, int to) {
    if (word.equals("CPUID")) {
      leaf(from, to);
    } else if (word.equals("MSR")) {
      msr(from, to);
    } else if (word.equals("also")) {
      also.add(part(from, to));
    } else if (word.equals("present")) {
      ranges(part(from, to), present);
    } else if (word.equals(ABSENT)) {
      ranges(part(from, to), absent);
    } else if (!WORDS.contains(word)) {
      throw error(
          "unknown keyword "
              + shown(word)
              + "; expected name, title, brand, source, also, base, others, CPUID, MSR, present or absent");
    } else if (word.equals("others") && !part(from, to).equals(ABSENT)) {
      throw error("others (MSRs that the model does not list) can only be absent");
    } else if (words.putIfAbsent(word, part(from, to)) != null) {
      throw error("\"" + word + "\" was given before");
    }
  }

  /**
   * The processor has no MSRs but those that are listed here or announced by CPUID and modelled.
   */
  boolean othersAbsent() {
    return words.containsKey("others");
  }

  private void leaf(int from, int to) {
    int colon = colon(from, to);
    int selector = beforeSpaces(from, colon);
    int bracket = find('[', from, selector);
    boolean hasSubleaf =
        selector - bracket >= 4
            && text[bracket + 1] == 'S'
            && text[bracket + 2] == 'L'
            && text[bracket + 3] == ' ';
    int subleaf = 0;
    if (hasSubleaf) {
      if (text[selector - 1] != ']') {
        throw error("expected \"]\" after the subleaf");
      }
      subleaf = number32(bracket + 4, selector - 1);
      selector = beforeSpaces(from, bracket);
    }
    int number = number32(from, selector);
    int[] registers = new int[4];
    boolean[] fixed = new boolean[4];
    int parts = 0;
    for (int at = behindSpaces(colon + 1, to), end; at <= to; at = end + 1) {
      end = find('-', at, to);
      parts++;
    }
    if (parts != 4) {
      throw error("expected EAX-EBX-ECX-EDX, found " + parts + " values");
    }
    int i = 0;
    for (int at = behindSpaces(colon + 1, to), end; at <= to; at = end + 1) {
      end = find('-', at, to);
      fixed[i] = at < end && text[at] == '=';
      registers[i] = number32(fixed[i] ? at + 1 : at, end);
      i++;
    }
    if (hasSubleaf) {
      indexed.add(number);
    }
    if (leaves.putIfAbsent(key(number, subleaf), new Leaf(registers, fixed)) != null) {
      throw error(
          String.format(
              "CPUID leaf %X subleaf %X was given before; write [SL n]", number, subleaf));
    }
  }

  private void msr(int from, int to) {
    int colon = colon(from, to);
    int index = number32(from, beforeSpaces(from, colon));
    String value = part(behindSpaces(colon + 1, to), to);
    boolean chosen = value.endsWith(" chosen");
    if (chosen) {
      value = value.substring(0, value.length() - " chosen".length()).strip();
    }
    if (msrs.putIfAbsent(index, new MsrValue(number(value.replace("-", ""), 64), chosen)) != null) {
      throw error(String.format("MSR %X was given before", index));
    }
  }

  /** {@code 1B E7-E8}. */
  private void ranges(String text, MsrRanges into) {
    for (String part : text.split(" ")) {
      if (part.isEmpty()) {
        continue;
      }
      int hyphen = part.indexOf('-');
      int first = number32(hyphen < 0 ? part : part.substring(0, hyphen));
      int last = hyphen < 0 ? first : number32(part.substring(hyphen + 1));
      if (Integer.compareUnsigned(first, last) > 0) {
        throw error("\"" + part + "\" ends before it begins");
      }
      into.add(first, last);
    }
  }

  private int colon(int from, int to) {
    int colon = find(':', from, to);
    if (colon == to) {
      throw error("expected \":\"");
    }
    return colon;
  }

  private int number32(String digits) {
    return (int) number(digits, 32);
  }

  private int number32(int from, int to) {
    return (int) number(text, from, to, 32);
  }

  private long number(String digits, int bits) {
    return number(digits.toCharArray(), 0, digits.length(), bits);
  }

  private long number(char[] from, int at, int end, int bits) {
    boolean digits = at < end && end - at <= bits / 4;
    long value = 0;
    for (int i = at; digits && i < end; i++) {
      char c = from[i];
      int letter = (c | 0x20) - 'a';
      boolean decimal = c >= '0' && c <= '9';
      digits = decimal || letter >= 0 && letter < 6;
      value = value << 4 | (decimal ? c - '0' : letter + 10);
    }
    if (!digits) {
      throw error(
          "expected a hexadecimal number of at most "
              + bits
              + " bits, found "
              + shown(new String(from, at, end - at)));
    }
    return value;
  }

  /** A text of the input as a message shows it: quoted, of sensible length, without controls. */
  static String shown(String text) {
    String begins = text.substring(0, Math.min(LONGEST_SHOWN, text.length()));
    return "\"" + Visible.line(begins) + (text.length() > LONGEST_SHOWN ? "...\"" : "\"");
  }

  private CpuModelException error(String message) {
    return new CpuModelException(file + ":" + line + ": " + message);
  }
}
