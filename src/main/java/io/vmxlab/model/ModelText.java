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

  private ModelText(String file) {
    this.file = file;
  }

  /**
   * @param file named in errors
   * @throws CpuModelException with file and line if the text is not a model
   */
  static ModelText parse(String file, String text) {
    ModelText model = new ModelText(file);
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf('\n', start);
      end = end < 0 ? text.length() : end;
      model.line++;
      model.line(text.substring(start, end).strip());
      start = end + 1;
    }
    return model;
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

  private void line(String text) {
    if (text.isEmpty() || text.charAt(0) == '#') {
      return;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' && c != '\t' || c >= DELETE && c < NO_BREAK_SPACE) {
        throw error("there is a control character in " + shown(text));
      }
    }
    int space = text.indexOf(' ');
    if (space < 0) {
      throw error("expected a keyword and its value, found " + shown(text));
    }
    String word = text.substring(0, space);
    String rest = text.substring(space + 1).strip();
    if (word.equals("CPUID")) {
      leaf(rest);
    } else if (word.equals("MSR")) {
      msr(rest);
    } else if (word.equals("also")) {
      also.add(rest);
    } else if (word.equals("present")) {
      ranges(rest, present);
    } else if (word.equals(ABSENT)) {
      ranges(rest, absent);
    } else if (!WORDS.contains(word)) {
      throw error(
          "unknown keyword "
              + shown(word)
              + "; expected name, title, brand, source, also, base, others, CPUID, MSR, present or absent");
    } else if (word.equals("others") && !rest.equals(ABSENT)) {
      throw error("others (MSRs that the model does not list) can only be absent");
    } else if (words.putIfAbsent(word, rest) != null) {
      throw error("\"" + word + "\" was given before");
    }
  }

  /**
   * The processor has no MSRs but those that are listed here or announced by CPUID and modelled.
   */
  boolean othersAbsent() {
    return words.containsKey("others");
  }

  private void leaf(String text) {
    int colon = colon(text);
    String selector = text.substring(0, colon).strip();
    int subleaf = 0;
    int bracket = selector.indexOf("[SL ");
    if (bracket >= 0) {
      if (!selector.endsWith("]")) {
        throw error("expected \"]\" after the subleaf");
      }
      subleaf = number32(selector.substring(bracket + 4, selector.length() - 1));
      selector = selector.substring(0, bracket).strip();
    }
    int number = number32(selector);
    String[] parts = text.substring(colon + 1).strip().split("-", -1);
    if (parts.length != 4) {
      throw error("expected EAX-EBX-ECX-EDX, found " + parts.length + " values");
    }
    if (bracket >= 0) {
      indexed.add(number);
    }
    int[] registers = new int[4];
    boolean[] fixed = new boolean[4];
    for (int i = 0; i < 4; i++) {
      fixed[i] = parts[i].startsWith("=");
      registers[i] = number32(fixed[i] ? parts[i].substring(1) : parts[i]);
    }
    if (leaves.putIfAbsent(key(number, subleaf), new Leaf(registers, fixed)) != null) {
      throw error(
          String.format(
              "CPUID leaf %X subleaf %X was given before; write [SL n]", number, subleaf));
    }
  }

  private void msr(String text) {
    int colon = colon(text);
    int index = number32(text.substring(0, colon).strip());
    String value = text.substring(colon + 1).strip();
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

  private int colon(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw error("expected \":\"");
    }
    return colon;
  }

  private int number32(String text) {
    return (int) number(text, 32);
  }

  private long number(String text, int bits) {
    boolean digits = !text.isEmpty() && text.length() <= bits / 4;
    long value = 0;
    for (int i = 0; digits && i < text.length(); i++) {
      char c = text.charAt(i);
      int letter = (c | 0x20) - 'a';
      boolean decimal = c >= '0' && c <= '9';
      digits = decimal || letter >= 0 && letter < 6;
      value = value << 4 | (decimal ? c - '0' : letter + 10);
    }
    if (!digits) {
      throw error(
          "expected a hexadecimal number of at most " + bits + " bits, found " + shown(text));
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
