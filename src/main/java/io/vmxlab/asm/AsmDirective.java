package io.vmxlab.asm;

import io.vmxlab.arch.CodeMode;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Directives and prefix words. */
final class AsmDirective {
  private static final Map<String, Integer> DATA =
      Map.of("db", 1, "dw", 2, "dd", 4, "dq", 8, "dt", 10, "do", 16);
  private static final Map<String, Integer> SPACE =
      Map.of("resb", 1, "resw", 2, "resd", 4, "resq", 8, "rest", 10, "reso", 16);
  private static final Set<String> OTHERS =
      Set.of(
          "times",
          "align",
          "alignb",
          "org",
          "bits",
          "use16",
          "use32",
          "use64",
          "section",
          "segment",
          "global",
          "static",
          "extern",
          "required",
          "common",
          "default",
          "absolute",
          "sectalign",
          "cpu",
          "incbin");

  /** They say something about listings, warnings and debuggers, and stand in brackets only. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of("list", "map", "warning", "debug", "float", "pragma");

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

  /** May stand behind a name without a colon that is a variable then. */
  static boolean isData(String word) {
    String name = word.toLowerCase(Locale.ROOT);
    return DATA.containsKey(name)
        || SPACE.containsKey(name)
        || MasmDirective.size(name) != 0
        || name.equals("times");
  }

  static boolean isSpace(String word) {
    return SPACE.containsKey(word.toLowerCase(Locale.ROOT));
  }

  static boolean isDirective(String word) {
    String name = word.toLowerCase(Locale.ROOT);
    return DATA.containsKey(name)
        || SPACE.containsKey(name)
        || OTHERS.contains(name)
        || MasmDirective.is(name)
        || GasDirective.is(name);
  }

  static boolean isPrefix(String word) {
    return PREFIXES.containsKey(word.toLowerCase(Locale.ROOT));
  }

  /** The prefix byte; negative: an operand or address size. */
  static int prefix(String word) {
    return PREFIXES.get(word.toLowerCase(Locale.ROOT));
  }

  /** A directive in brackets, as NASM's preprocessor leaves them. */
  static void primitive(Assembler to, String word, AsmScanner in) {
    if (WITHOUT_EFFECT.contains(word)) {
      to.dialect().notMasm();
      in.skipRest();
    } else if (isDirective(word)) {
      run(to, word, in);
    } else {
      throw in.complaint("'" + AsmScanner.clip(word) + "' is no directive that is supported");
    }
  }

  static void run(Assembler to, String word, AsmScanner in) {
    if (isRepeatable(word)) {
      repeatable(to, word, in, 1);
    } else if (MasmDirective.is(word)) {
      to.dialect().masm();
      MasmDirective.run(to, word, in);
    } else if (GasDirective.is(word)) {
      GasDirective.run(to, word, in);
    } else {
      if (!word.equals("org") && !word.equals("align")) {
        to.dialect().notMasm();
      }
      runNasm(to, word, in);
    }
  }

  /** May stand behind {@code times}. */
  static boolean isRepeatable(String word) {
    String name = word.toLowerCase(Locale.ROOT);
    return DATA.containsKey(name) || SPACE.containsKey(name);
  }

  /** Data or space, so many times. */
  static void repeatable(Assembler to, String word, AsmScanner in, long times) {
    AsmData data = new AsmData(to, in);
    Integer size = DATA.get(word);
    if (size != null) {
      data.items(size, times);
      return;
    }
    to.dialect().notMasm();
    to.reserve(Math.multiplyExact(data.count(SPACE.get(word)), times));
  }

  private static void runNasm(Assembler to, String word, AsmScanner in) {
    AsmData data = new AsmData(to, in);
    switch (word) {
      case "times" -> to.reader().repeat(in, data.count(1));
      case "align" -> data.align(0x90);
      case "alignb" -> data.align(0);
      case "sectalign" -> sectalign(to, in, data);
      case "org" -> to.origin(data.value().number());
      case "absolute" -> to.absolute(data.value());
      case "bits" -> bits(to, in);
      case "use16" -> to.mode(CodeMode.BITS16);
      case "use32" -> to.mode(CodeMode.BITS32);
      case "use64" -> to.mode(CodeMode.BITS64);
      case "section", "segment" -> SectionAttributes.nasm(to, in);
      case "global", "static" -> names(in, to::global);
      case "extern", "required" -> names(in, to.labels()::external);
      case "common" -> common(to, in, data);
      case "default" -> setDefault(to, in);
      case "incbin" ->
          throw in.complaint(
              "incbin reads a file: assemble with nasm -f bin, and run the file that it writes, or"
                  + " write the bytes with db");
      default -> {
        to.before386(in.peekNumber().matches("8086|[12]86"));
        in.skipRest(); // beside that every instruction is known, whatever the processor
      }
    }
  }

  private static String unnamed(AsmScanner in) {
    if (in.atString()) {
      return AsmScanner.QUOTED;
    }
    String way = in.looksAt("(") ? AsmNames.MACRO : "";
    return "expected the name of a symbol, found " + in.found() + way;
  }

  /** {@code global a:function, b}: what stands behind a colon is for linkers. */
  static void names(AsmScanner in, Consumer<String> taker) {
    do {
      in.acceptEscape();
      String name = in.word();
      if (name.isEmpty()) {
        throw in.complaint(unnamed(in));
      }
      taker.accept(name);
      if (in.peek() == ':') {
        in.skipTo(',');
      }
    } while (in.accept(","));
  }

  /** {@code common buffer 4096}: room among what is only reserved. */
  private static void common(Assembler to, AsmScanner in, AsmData data) {
    int column = in.column();
    String name = in.word();
    AsmSection back = to.sections().place();
    long size = data.count(1);
    to.sections().enter(AsmSections.BSS, true);
    if (in.accept(":")) {
      int at = in.column();
      to.reserve(to.sections().padding(AsmData.alignment(data.value().number(), at)));
    }
    to.labels().define(name, to.here(), column);
    to.reserve(size);
    to.sections().back(back);
  }

  private static void sectalign(Assembler to, AsmScanner in, AsmData data) {
    if (!in.acceptWord("on") && !in.acceptWord("off")) {
      int column = in.column();
      to.sections().padding(AsmData.alignment(data.value().number(), column));
    }
  }

  private static void setDefault(Assembler to, AsmScanner in) {
    boolean relative = in.acceptWord("rel");
    if (!relative && !in.acceptWord("abs")) {
      if (in.acceptWord("bnd") || in.acceptWord("nobnd")) {
        return; // BND prefixes are written where they are wanted
      }
      throw in.complaint("expected rel or abs, found " + in.found());
    }
    to.defaultRelative(relative);
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
