package io.vmxlab.asm;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** MASM's directives that do not begin with a dot, alone and behind a name. */
final class MasmDirective {
  private static final Map<String, Integer> TYPES =
      Map.ofEntries(
          Map.entry("byte", 1),
          Map.entry("sbyte", 1),
          Map.entry("word", 2),
          Map.entry("sword", 2),
          Map.entry("dword", 4),
          Map.entry("sdword", 4),
          Map.entry("real4", 4),
          Map.entry("fword", 6),
          Map.entry("mmword", 8),
          Map.entry("qword", 8),
          Map.entry("sqword", 8),
          Map.entry("real8", 8));

  /** Words to linkers and listings. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of("option", "includelib", "title", "subtitle", "page", "assume");

  /**
   * Such words that may be labels in a text of NASM's: only where nothing else fits. The names that
   * ALIAS gives are for linkers.
   */
  private static final Set<String> WITHOUT_EFFECT_UNLESS_LABELS =
      Set.of("name", "subttl", "echo", "dosseg", "alias", "pushcontext", "popcontext");

  private static final String CONDITIONAL =
      "conditional assembly is not supported: keep the lines that are meant, without the condition";
  private static final String REPETITION =
      "repetition is not supported: write the lines as often as they are meant, or data with dup";

  /** What each word would need, and what to write in its place. */
  private static final Map<String, String> REFUSED =
      Map.ofEntries(
          Map.entry("include", "include reads another file: put its text here"),
          Map.entry("invoke", "invoke is not supported: load the arguments and write call"),
          Map.entry("if", CONDITIONAL),
          Map.entry("ifdef", CONDITIONAL),
          Map.entry("ifndef", CONDITIONAL),
          Map.entry("else", CONDITIONAL),
          Map.entry("elseif", CONDITIONAL),
          Map.entry("endif", CONDITIONAL),
          Map.entry("repeat", REPETITION),
          Map.entry("rept", REPETITION),
          Map.entry("irp", REPETITION),
          Map.entry("while", REPETITION),
          Map.entry(
              "local",
              "local is not supported: write push rbp, mov rbp, rsp and sub rsp, SIZE, and address with"
                  + " [rbp-8]"),
          Map.entry(
              "struct",
              "structures are not supported: give each member's offset a name (x equ 8)"));

  private static final String TEXT = " is not supported: write what it stands for where it is used";
  private static final String FLOW =
      " makes a comparison and a branch: write them (cmp eax, 5, then jne away)";
  private static final String CHECK = " checks while assembling: leave the line out";
  private static final String DOS = " makes code for DOS: write that code";

  /** As {@link #REFUSED}, for words that may be labels or directives of GNU as elsewhere. */
  private static final Map<String, String> REFUSED_UNLESS_LABELS =
      Map.ofEntries(
          Map.entry("for", REPETITION),
          Map.entry("forc", REPETITION),
          Map.entry("irpc", REPETITION),
          Map.entry("goto", REPETITION),
          Map.entry("exitm", "exitm" + TEXT),
          Map.entry("purge", "purge takes a macro away: leave the line out"),
          Map.entry("comm", "comm is not supported: write x dword ? behind .data?"),
          Map.entry(".if", ".if" + FLOW),
          Map.entry(".elseif", ".elseif" + FLOW),
          Map.entry(".else", ".else" + FLOW),
          Map.entry(".endif", ".endif" + FLOW),
          Map.entry(".while", ".while" + FLOW),
          Map.entry(".endw", ".endw" + FLOW),
          Map.entry(".repeat", ".repeat" + FLOW),
          Map.entry(".until", ".until" + FLOW),
          Map.entry(".untilcxz", ".untilcxz" + FLOW),
          Map.entry(".break", ".break" + FLOW),
          Map.entry(".continue", ".continue" + FLOW),
          Map.entry(".err", ".err" + CHECK),
          Map.entry(".errb", ".errb" + CHECK),
          Map.entry(".errnb", ".errnb" + CHECK),
          Map.entry(".errdef", ".errdef" + CHECK),
          Map.entry(".errndef", ".errndef" + CHECK),
          Map.entry(".errdif", ".errdif" + CHECK),
          Map.entry(".errdifi", ".errdifi" + CHECK),
          Map.entry(".erridn", ".erridn" + CHECK),
          Map.entry(".erridni", ".erridni" + CHECK),
          Map.entry(".erre", ".erre" + CHECK),
          Map.entry(".errnz", ".errnz" + CHECK),
          Map.entry(".startup", ".startup" + DOS),
          Map.entry(".exit", ".exit" + DOS),
          Map.entry(".fardata", ".fardata is for segmented code: write .data"),
          Map.entry(".fardata?", ".fardata? is for segmented code: write .data?"),
          Map.entry(
              ".radix", ".radix is not supported: write each number with its base (0FFh, 101b)"));

  /** Types that no directive here has the size of, and what to write. */
  private static final Map<String, String> REFUSED_TYPES =
      Map.of(
          "real10", "a fraction has 4 or 8 bytes: write its ten bytes behind byte",
          "tbyte", "tbyte is not supported: write qword, and word for what stands behind",
          "oword", "oword is not supported: write two qwords",
          "xmmword", "xmmword is not supported: write two qwords",
          "ymmword", "ymmword is not supported: write four qwords");

  private static final Set<String> NAMED =
      Set.of(
          "proc", "label", "segment", "endp", "ends", "proto", "macro", "struct", "struc", "union",
          "record", "textequ", "typedef", "catstr", "substr", "sizestr", "instr", "group");

  /** What may stand behind {@code proc} without making code. */
  private static final Set<String> PROC_WORDS =
      Set.of(
          "near",
          "far",
          "public",
          "private",
          "export",
          "frame",
          "c",
          "stdcall",
          "syscall",
          "fastcall",
          "vectorcall");

  private MasmDirective() {}

  /** Bytes of a type, or 0. */
  static int size(String word) {
    return TYPES.getOrDefault(word, 0);
  }

  static boolean is(String name) {
    switch (name) {
      case "end", "even", "public", "extrn", "externdef":
        return true;
      default:
        return WITHOUT_EFFECT.contains(name) || REFUSED.containsKey(name);
    }
  }

  /** Runs a directive whose name could be a label; false if it is none. */
  static boolean unlessLabel(Assembler to, String name, AsmScanner in, int column) {
    String word = name.toLowerCase(Locale.ROOT);
    String refusal = refusalUnlessLabel(word, in);
    boolean known = refusal != null || WITHOUT_EFFECT_UNLESS_LABELS.contains(word);
    boolean ofAs = GasDirective.isOfAs(word) && !to.dialect().isMasm();
    if (!known || ofAs || to.dialect().hasNasm()) {
      return false;
    }
    to.dialect().masm();
    if (refusal != null) {
      throw new AsmScanner.Complaint(column, refusal);
    }
    in.skipRest();
    return true;
  }

  private static String refusalUnlessLabel(String word, AsmScanner in) {
    String type = REFUSED_TYPES.get(in.peekWord().toLowerCase(Locale.ROOT));
    return type == null ? REFUSED_UNLESS_LABELS.get(word) : type;
  }

  static void run(Assembler to, String word, AsmScanner in) {
    if (REFUSED.containsKey(word)) {
      throw in.complaint(REFUSED.get(word));
    }
    switch (word) {
      case "end" -> to.end(in);
      case "even" -> new AsmData(to, in).alignTo(2, 0x90, in.column());
      case "public" -> AsmDirective.names(in, to::global);
      case "extrn", "externdef" -> AsmDirective.names(in, to.labels()::external);
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
      to.reader().variable(name, in, column);
      return true;
    }
    int size = size(word);
    if (size != 0) {
      in.word();
      to.dialect().masm();
      to.reader().label(name, column);
      to.labels().variable(name);
      new AsmData(to, in).items(size);
      return true;
    }
    if (!NAMED.contains(word)) {
      return false;
    }
    to.dialect().masm();
    int at = in.column();
    in.word();
    switch (word) {
      case "proc" -> procedure(to, name, in, column);
      case "label" -> {
        boolean variable = size(in.word().toLowerCase(Locale.ROOT)) != 0;
        to.reader().label(name, column);
        if (variable) {
          to.labels().variable(name);
        }
      }
      case "segment" -> SectionAttributes.masm(to, name, in);
      case "endp" -> to.labels().procedure("");
      case "ends" -> to.sections().previous();
      case "proto" -> {
        to.labels().external(name);
        in.skipRest();
      }
      case "group" -> in.skipRest();
      case "textequ", "catstr", "substr", "sizestr", "instr" ->
          throw new AsmScanner.Complaint(at, word + TEXT);
      case "macro" ->
          throw new AsmScanner.Complaint(
              at, "this macro is not supported: write what it stands for where it is used");
      default -> throw new AsmScanner.Complaint(at, REFUSED.get("struct"));
    }
    return true;
  }

  private static void procedure(Assembler to, String name, AsmScanner in, int column) {
    while (!in.atEnd()) {
      int at = in.column();
      String word = in.word().toLowerCase(Locale.ROOT);
      if (!PROC_WORDS.contains(word)) {
        throw new AsmScanner.Complaint(
            at,
            "a procedure with saved registers or parameters is not supported: write the pushes, and"
                + " take parameters from registers");
      }
      if (word.equals("frame") && in.accept(":")) {
        in.word();
      }
    }
    to.labels().procedure("");
    to.reader().label(name, column);
    to.labels().procedure(name);
  }
}
