package io.vmxlab.asm;

import io.vmxlab.arch.CodeMode;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Directives and prefix words. */
final class AsmDirective {
  private static final Map<String, Integer> DATA = Map.of("db", 1, "dw", 2, "dd", 4, "dq", 8);
  private static final Map<String, Integer> SPACE =
      Map.of("resb", 1, "resw", 2, "resd", 4, "resq", 8);
  private static final Map<String, Integer> TYPES =
      Map.of(
          "byte", 1, "sbyte", 1, "word", 2, "sword", 2, "dword", 4, "sdword", 4, "qword", 8,
          "sqword", 8);
  private static final Set<String> OTHERS =
      Set.of(
          "times", "align", "alignb", "org", "bits", "use16", "use32", "use64", "section",
          "segment", "global", "extern", "default", "cpu");
  private static final Set<String> MASM =
      Set.of(
          "end",
          "even",
          "public",
          "extrn",
          "externdef",
          "option",
          "includelib",
          "title",
          "subtitle",
          "page",
          "assume");
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
          Map.entry("notrack", 0x3E),
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

  /** May stand behind a name without a colon. */
  static boolean isData(String word) {
    String name = word.toLowerCase(Locale.ROOT);
    return DATA.containsKey(name)
        || SPACE.containsKey(name)
        || TYPES.containsKey(name)
        || name.equals("times");
  }

  static boolean isDirective(String word) {
    String name = word.toLowerCase(Locale.ROOT);
    return DATA.containsKey(name)
        || SPACE.containsKey(name)
        || OTHERS.contains(name)
        || MASM.contains(name)
        || GasDirective.is(name);
  }

  static boolean isPrefix(String word) {
    return PREFIXES.containsKey(word.toLowerCase(Locale.ROOT));
  }

  /** The prefix byte; negative: an operand or address size. */
  static int prefix(String word) {
    return PREFIXES.get(word.toLowerCase(Locale.ROOT));
  }

  static void run(Assembler to, String word, AsmScanner in) {
    AsmData data = new AsmData(to, in);
    if (DATA.containsKey(word)) {
      data.items(DATA.get(word));
    } else if (SPACE.containsKey(word)) {
      to.dialect().notMasm();
      to.emit(new byte[data.count(SPACE.get(word))]);
    } else if (MASM.contains(word)) {
      to.dialect().masm();
      runMasm(to, word, in);
    } else if (GasDirective.is(word)) {
      GasDirective.run(to, word, in);
    } else {
      if (!word.equals("org") && !word.equals("align")) {
        to.dialect().notMasm();
      }
      runNasm(to, word, in, data);
    }
  }

  private static void runNasm(Assembler to, String word, AsmScanner in, AsmData data) {
    switch (word) {
      case "times" -> to.repeat(in, data.count(1));
      case "align", "alignb" -> data.align(word.equals("align") ? 0x90 : 0);
      case "org" -> to.origin(data.value().number());
      case "bits" -> bits(to, in);
      case "use16" -> to.mode(CodeMode.BITS16);
      case "use32" -> to.mode(CodeMode.BITS32);
      case "use64" -> to.mode(CodeMode.BITS64);
      case "section", "segment" -> section(to, in);
      case "global" -> to.global(in);
      case "default" -> {
        boolean relative = in.acceptWord("rel");
        if (!relative && !in.acceptWord("abs")) {
          throw in.complaint("expected rel or abs, found " + in.found());
        }
        to.defaultRelative(relative);
      }
      default -> in.skipTo(']'); // extern, cpu: every symbol and every instruction is known
    }
  }

  /** {@code section .data align=16}. */
  private static void section(Assembler to, AsmScanner in) {
    String name = in.sectionName();
    boolean reserved = name.equalsIgnoreCase(AsmSections.BSS) || in.restHas("nobits");
    in.skipTo(']');
    to.sections().enter(name, reserved);
  }

  private static void runMasm(Assembler to, String word, AsmScanner in) {
    switch (word) {
      case "end" -> to.end(in);
      case "even" -> new AsmData(to, in).alignTo(2, 0x90, in.column());
      default -> in.skipRest();
    }
  }

  /**
   * What MASM writes behind a name: {@code main proc}, {@code x dword 5}, {@code n = 5}. False if
   * it is something else.
   */
  static boolean named(Assembler to, String name, AsmScanner in, int column) {
    String word = in.peekWord().toLowerCase(Locale.ROOT);
    if (in.peek() == '=' && !in.looksAt("==")) {
      in.expect("=");
      to.dialect().masmOrGas();
      to.constant(name, in, column);
      return true;
    }
    if (TYPES.containsKey(word)) {
      in.word();
      to.dialect().masm();
      to.label(name, column);
      to.labels().variable(name);
      new AsmData(to, in).items(TYPES.get(word));
      return true;
    }
    switch (word) {
      case "proc" -> {
        in.word();
        in.acceptWord("near");
        in.acceptWord("public");
        in.acceptWord("frame");
        to.label(name, column);
      }
      case "label" -> {
        in.word();
        boolean variable = TYPES.containsKey(in.word().toLowerCase(Locale.ROOT));
        to.label(name, column);
        if (variable) {
          to.labels().variable(name);
        }
      }
      case "segment" -> {
        in.skipRest();
        boolean text = name.toLowerCase(Locale.ROOT).matches("_?text|_?code|cseg");
        to.sections().enter(text ? AsmSections.TEXT : name, name.equalsIgnoreCase("_bss"));
      }
      case "endp", "ends" -> in.word();
      default -> {
        return false;
      }
    }
    to.dialect().masm();
    return true;
  }

  private static void bits(Assembler to, AsmScanner in) {
    int column = in.column();
    long bits = new AsmData(to, in).value().number();
    for (CodeMode mode : CodeMode.values()) {
      if (mode.bits == bits) {
        to.mode(mode);
        return;
      }
    }
    throw new AsmScanner.Complaint(column, "bits is 16, 32 or 64, not " + bits);
  }
}
