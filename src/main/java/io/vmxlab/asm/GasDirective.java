package io.vmxlab.asm;

import io.vmxlab.arch.CodeMode;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Directives that begin with a dot: those of GAS, and the sections that MASM names so. */
final class GasDirective {
  private static final Map<String, Integer> DATA =
      Map.ofEntries(
          Map.entry(".byte", 1),
          Map.entry(".word", 2),
          Map.entry(".short", 2),
          Map.entry(".hword", 2),
          Map.entry(".value", 2),
          Map.entry(".2byte", 2),
          Map.entry(".long", 4),
          Map.entry(".int", 4),
          Map.entry(".4byte", 4),
          Map.entry(".quad", 8),
          Map.entry(".8byte", 8));

  private static final Set<String> OTHERS =
      Set.of(
          ".ascii",
          ".asciz",
          ".string",
          ".zero",
          ".skip",
          ".space",
          ".align",
          ".balign",
          ".p2align",
          ".equ",
          ".set",
          ".section",
          ".intel_syntax",
          ".att_syntax",
          ".code16",
          ".code32",
          ".code64",
          ".org",
          ".comm",
          ".lcomm",
          ".globl",
          ".global");

  /** They make no bytes. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          ".extern", ".type", ".size", ".file", ".ident", ".local", ".weak", ".hidden", ".loc",
          ".arch");

  private static final Set<String> SECTIONS = Set.of(".text", ".data", ".bss");
  private static final Set<String> MASM_SECTIONS = Set.of(".code", ".data?", ".const");
  private static final Set<String> MASM_WITHOUT_EFFECT =
      Set.of(
          ".model",
          ".stack",
          ".386",
          ".386p",
          ".486",
          ".486p",
          ".586",
          ".586p",
          ".686",
          ".686p",
          ".xmm",
          ".mmx",
          ".endprolog",
          ".pushreg",
          ".allocstack",
          ".setframe",
          ".savereg");

  private static final int MOST_POWER = 20;

  private GasDirective() {}

  static boolean is(String word) {
    String name = word.toLowerCase(Locale.ROOT);
    return DATA.containsKey(name)
        || OTHERS.contains(name)
        || WITHOUT_EFFECT.contains(name)
        || name.startsWith(".cfi_")
        || SECTIONS.contains(name)
        || MASM_SECTIONS.contains(name)
        || MASM_WITHOUT_EFFECT.contains(name);
  }

  static void run(Assembler to, String word, AsmScanner in) {
    AsmDialect dialect = to.dialect();
    if (SECTIONS.contains(word)) {
      dialect.masmOrGas();
      to.sections().enter(word, word.equals(AsmSections.BSS));
    } else if (MASM_SECTIONS.contains(word)) {
      dialect.masm();
      boolean code = word.equals(".code");
      to.sections().enter(code ? AsmSections.TEXT : word, word.equals(".data?"));
    } else if (MASM_WITHOUT_EFFECT.contains(word)) {
      dialect.masm();
      in.skipRest();
    } else {
      dialect.gas();
      runGas(to, word, in);
    }
  }

  private static void runGas(Assembler to, String word, AsmScanner in) {
    AsmData data = new AsmData(to, in);
    Integer size = DATA.get(word);
    if (size != null) {
      data.items(size);
      return;
    }
    int nop = to.sections().isText() ? 0x90 : 0;
    switch (word) {
      case ".ascii" -> data.strings(false);
      case ".asciz", ".string" -> data.strings(true);
      case ".zero", ".skip", ".space" -> data.space();
      case ".align", ".balign" -> {
        data.align(nop);
        in.skipRest();
      }
      case ".p2align" -> {
        int column = in.column();
        long power = data.value().number();
        data.alignTo(power < 0 || power > MOST_POWER ? 0 : 1L << power, nop, column);
        in.skipRest(); // the most bytes to skip: alignment is never too much
      }
      case ".equ", ".set" -> {
        int column = in.column();
        String name = in.word();
        in.expect(",");
        to.constant(name, in, column);
      }
      case ".section" -> section(to, in);
      case ".intel_syntax" -> {
        if (!in.acceptWord("noprefix")) {
          throw in.complaint("registers are written without %: .intel_syntax noprefix");
        }
      }
      case ".att_syntax" ->
          throw in.complaint("AT&T syntax is not supported: write .intel_syntax noprefix");
      case ".code16" -> to.mode(CodeMode.BITS16);
      case ".code32" -> to.mode(CodeMode.BITS32);
      case ".code64" -> to.mode(CodeMode.BITS64);
      case ".org" -> {
        int column = in.column();
        long fill = data.value().number() - to.sections().size();
        if (fill < 0 || fill > 1 << 26) {
          throw new AsmScanner.Complaint(column, "a location counter does not go back");
        }
        to.emit(new byte[(int) fill]);
      }
      case ".comm", ".lcomm" -> common(to, in, data);
      case ".globl", ".global" -> to.global(in);
      default -> in.skipRest();
    }
  }

  private static void section(Assembler to, AsmScanner in) {
    String name =
        in.atString()
            ? new String(in.string(), java.nio.charset.StandardCharsets.UTF_8)
            : in.sectionName();
    boolean reserved = name.startsWith(AsmSections.BSS);
    in.skipRest();
    to.sections().enter(name, reserved);
  }

  /** Reserves zeros in the section of such, under a name. */
  private static void common(Assembler to, AsmScanner in, AsmData data) {
    int column = in.column();
    String name = in.word();
    in.expect(",");
    int size = data.count(1);
    AsmSections.Place back = to.sections().place();
    to.sections().enter(AsmSections.BSS, true);
    if (in.accept(",")) {
      int at = in.column();
      long alignment = data.value().number();
      to.emit(new byte[to.sections().padding(AsmData.alignment(alignment, at))]);
    }
    to.labels().define(name, to.here(), column);
    to.emit(new byte[size]);
    to.sections().enter(back);
  }
}
