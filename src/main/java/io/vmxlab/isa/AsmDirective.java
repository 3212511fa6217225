package io.vmxlab.isa;

import io.vmxlab.arch.CodeMode;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Directives and prefix words. */
final class AsmDirective {
  private static final Set<String> DATA =
      Set.of("db", "dw", "dd", "dq", "resb", "resw", "resd", "resq", "times");
  private static final Set<String> OTHERS =
      Set.of(
          "align", "alignb", "org", "bits", "use16", "use32", "use64", "section", "segment",
          "global", "extern", "default", "cpu");
  private static final Map<String, Integer> PREFIXES =
      Map.ofEntries(
          Map.entry("lock", 0xF0),
          Map.entry("rep", 0xF3),
          Map.entry("repe", 0xF3),
          Map.entry("repz", 0xF3),
          Map.entry("repne", 0xF2),
          Map.entry("repnz", 0xF2),
          Map.entry("xacquire", 0xF2),
          Map.entry("xrelease", 0xF3),
          Map.entry("bnd", 0xF2),
          Map.entry("es", 0x26),
          Map.entry("cs", 0x2E),
          Map.entry("ss", 0x36),
          Map.entry("ds", 0x3E),
          Map.entry("fs", 0x64),
          Map.entry("gs", 0x65),
          Map.entry("o16", -16),
          Map.entry("o32", -32),
          Map.entry("o64", -64),
          Map.entry("a16", -16),
          Map.entry("a32", -32),
          Map.entry("a64", -64));

  private AsmDirective() {}

  static boolean isData(String word) {
    return DATA.contains(word.toLowerCase(Locale.ROOT));
  }

  static boolean isDirective(String word) {
    return isData(word) || OTHERS.contains(word.toLowerCase(Locale.ROOT));
  }

  static boolean isPrefix(String word) {
    return PREFIXES.containsKey(word.toLowerCase(Locale.ROOT));
  }

  /** The prefix byte; negative: an operand or address size. */
  static int prefix(String word) {
    return PREFIXES.get(word.toLowerCase(Locale.ROOT));
  }

  static void run(Assembler to, String word, AsmScanner in) {
    switch (word) {
      case "db" -> data(to, in, 1);
      case "dw" -> data(to, in, 2);
      case "dd" -> data(to, in, 4);
      case "dq" -> data(to, in, 8);
      case "resb" -> to.emit(new byte[count(to, in, 1)]);
      case "resw" -> to.emit(new byte[count(to, in, 2)]);
      case "resd" -> to.emit(new byte[count(to, in, 4)]);
      case "resq" -> to.emit(new byte[count(to, in, 8)]);
      case "times" -> to.repeat(in, count(to, in, 1));
      case "align", "alignb" -> align(to, in, word.equals("align") ? 0x90 : 0);
      case "org" -> to.origin(number(to, in));
      case "bits" -> bits(to, in);
      case "use16" -> to.mode(CodeMode.BITS16);
      case "use32" -> to.mode(CodeMode.BITS32);
      case "use64" -> to.mode(CodeMode.BITS64);
      case "default" -> {
        boolean relative = in.acceptWord("rel");
        if (!relative && !in.acceptWord("abs")) {
          throw in.complaint("expected rel or abs, found " + in.found());
        }
        to.defaultRelative(relative);
      }
      default -> {
        // section, global, extern, cpu: there is one section and every symbol is visible
        while (!in.atEnd() && in.peek() != ']') {
          in.reset(in.mark() + 1);
        }
      }
    }
  }

  private static long number(Assembler to, AsmScanner in) {
    return new AsmExpression(in, to.scope()).evaluate().number();
  }

  private static int count(Assembler to, AsmScanner in, int each) {
    int column = in.column();
    AsmExpression.Value n = new AsmExpression(in, to.scope()).evaluate();
    if (n.number() < 0 || n.number() > (1 << 26) / each) {
      if (!n.known()) {
        return 0;
      }
      throw new AsmScanner.Complaint(column, "a count is 0 to 67108864 bytes, not " + n.number());
    }
    return (int) n.number() * each;
  }

  private static void bits(Assembler to, AsmScanner in) {
    int column = in.column();
    long bits = number(to, in);
    for (CodeMode mode : CodeMode.values()) {
      if (mode.bits == bits) {
        to.mode(mode);
        return;
      }
    }
    throw new AsmScanner.Complaint(column, "bits is 16, 32 or 64, not " + bits);
  }

  private static void align(Assembler to, AsmScanner in, int filling) {
    int column = in.column();
    long to2 = number(to, in);
    if (Long.bitCount(to2) != 1 || to2 > 1 << 20) {
      throw new AsmScanner.Complaint(column, "an alignment is a power of two up to 1048576");
    }
    long here = to.scope().here() - to.scope().origin();
    byte[] pad = new byte[(int) (-here & (to2 - 1))];
    Arrays.fill(pad, (byte) filling);
    if (in.accept(",")) {
      in.acceptWord("db");
      Arrays.fill(pad, (byte) number(to, in));
    }
    to.emit(pad);
  }

  private static void data(Assembler to, AsmScanner in, int size) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    do {
      int column = in.column();
      int mark = in.mark();
      if (in.atString()) {
        byte[] text = in.string();
        if (in.atEnd() || in.peek() == ',') {
          out.writeBytes(Arrays.copyOf(text, (text.length + size - 1) / size * size));
          continue;
        }
        in.reset(mark);
      }
      AsmExpression.Value value = new AsmExpression(in, to.scope()).evaluate();
      long n = value.number();
      boolean fits = size == 8 || n >= -(1L << (8 * size - 1)) && n < 1L << (8 * size);
      if (!fits && to.lastPass()) {
        throw new AsmScanner.Complaint(column, n + " does not fit in " + 8 * size + " bits");
      }
      for (int i = 0; i < size; i++) {
        out.write((int) (n >>> (8 * i)));
      }
    } while (in.accept(","));
    to.emit(out.toByteArray());
  }
}
