package io.vmxlab.asm;

import io.vmxlab.isa.EncodingChoice;
import io.vmxlab.isa.RegisterName;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What only EVEX encodings have: not assembled, but recognised, so that the refusal says so. And
 * {@code {vex}}, which asks for the other encoding of what has both.
 */
final class Avx512 {
  private static final Pattern REGISTER =
      Pattern.compile("[xy]mm(1[6-9]|2\\d|3[01])|zmm(\\d|[12]\\d|3[01])", Pattern.CASE_INSENSITIVE);

  private static final String FLOATS = "(ps|pd|ss|sd|ph|sh)";

  /** Names that no VEX or legacy encoding has; they need not exist with every ending. */
  private static final Pattern MNEMONIC =
      Pattern.compile(
          "v("
              + String.join(
                  "|",
                  "movdqa(32|64)",
                  "movdqu(8|16|32|64)",
                  "movw|movsh",
                  "p(and|andn|or|xor|ternlog|conflict|lzcnt|ro[lr]v?|max[su]|min[su]|2intersect)[dq]",
                  "p(blendm|ptestn?m|testn?m|opcnt|compress|expand|cmp(n?(lt|le|eq|ge|gt))?u?)[bwdq]",
                  "perm([bw]|[it]2([bwdq]|p[sd]))",
                  "(compress|expand|blendm)p[sd]",
                  "pmov(m2[bwdq]|[bwdq]2m|(s|us)?(wb|d[bw]|q[bwd]))",
                  "ps(llvw|rlvw|rav[wq]|raq)|psh[lr]dv?[wdq]|pmullq|pabsq",
                  "p?scatter[dq](d|q|ps|pd)|(gather|scatter)pf[01][dq]p[sd]",
                  "(getexp|getmant|range|reduce|rndscale|scalef|fixupimm|fpclass)"
                      + FLOATS
                      + "[xyz]?",
                  "(rcp|rsqrt)(14|28)" + FLOATS + "|(rcp|rsqrt)[ps]h|exp2p[sd]",
                  "(broadcast|extract|insert)[fi](32x2|32x4|32x8|64x2|64x4)",
                  "shuf[fi](32x4|64x2)|pbroadcastm(b2q|w2d)|align[dq]|dbpsadbw",
                  "pshufbitqmb|pmultishiftqb|dpbf16ps|p4dpwssds?|4fn?madd[ps]s",
                  "cvtt?(ps|pd|ss|sd|ph|sh)2(udq|qq|uqq|usi|uw|w|ph|sh|phx|psx|dq|pd|sd|ss|si)[xyz]?",
                  "cvt(udq|qq|uqq|usi|si|uw|w|dq)2(ps|pd|ss|sd|ph|sh)[xyz]?|cvtne2ps2bf16",
                  "(add|sub|mul|div|min|max|sqrt|cmp\\w*)[ps]h|u?comish",
                  "f(n?m(add|sub)|maddsub|msubadd)(132|213|231)[ps]h|fc?(madd|mul)c[ps]h")
              + ")");

  private static final Set<String> CHOICES =
      Set.of("vex2", "vex3", "rex", "rex2", "load", "store", "disp8", "disp16", "disp32");

  private Avx512() {}

  static boolean isRegister(String word) {
    return REGISTER.matcher(word).matches();
  }

  static boolean isMnemonic(String word) {
    return MNEMONIC.matcher(word.toLowerCase(Locale.ROOT)).matches();
  }

  static String register(String word, AsmDialect dialect) {
    return "'" + word + "' is a register of AVX-512, " + notAssembled(dialect);
  }

  static String mnemonic(String word, AsmDialect dialect) {
    return "'" + word + "' is an instruction of AVX-512, " + notAssembled(dialect);
  }

  /** Refuses a mask as operand of what is no instruction on masks: a comparison's result. */
  static void refuseMask(String word, List<AsmOperand> operands, AsmDialect dialect) {
    for (AsmOperand o : operands) {
      boolean mask = o.register != null && o.register.kind() == RegisterName.Kind.MASK;
      if (mask && Character.toLowerCase(word.charAt(0)) != 'k') {
        throw new AsmScanner.Complaint(
            o.column,
            "with a mask register this is an instruction of AVX-512, " + notAssembled(dialect));
      }
    }
  }

  private static String notAssembled(AsmDialect dialect) {
    return "which has EVEX encodings and is not assembled: " + wayOut(dialect);
  }

  private static String wayOut(AsmDialect dialect) {
    String file =
        dialect.isGas() || dialect.isMasm()
            ? dialect.objectFile()
            : "the file that nasm -f bin writes";
    return "run " + file + ", or write the bytes with db";
  }

  /** Refuses what stands in braces here, if something does. */
  static void refuseBraces(AsmScanner in) {
    if (in.peek() == '{') {
      throw in.complaint(braces(in.braced(), in.dialect()));
    }
  }

  private static String braces(String word, AsmDialect dialect) {
    String shown = "'{" + AsmScanner.clip(word) + "}'";
    String name = word.toLowerCase(Locale.ROOT);
    if (name.equals("vex")) {
      return "'{vex}' stands before an instruction";
    }
    if (CHOICES.contains(name)) {
      return shown
          + " chooses one of several encodings, and the shortest is what is assembled: leave it out,"
          + " or "
          + wayOut(dialect);
    }
    String what =
        name.equals("evex")
            ? " asks for an EVEX encoding (AVX-512), which is"
            : " is a decorator of EVEX encodings (AVX-512), which are";
    return shown + what + " not assembled: " + wayOut(dialect);
  }

  /** {@code {vex}}, which nasm and GNU as have before an instruction. */
  static boolean acceptVex(AsmScanner in) {
    if (in.peek() != '{') {
      return false;
    }
    if (!in.braced().equalsIgnoreCase("vex")) {
      refuseBraces(in);
    }
    in.acceptBraced();
    return true;
  }

  /**
   * Refuses a name that has both encodings where the one is meant that is not assembled, and a
   * choice that there is not.
   *
   * @param hasVex some row of the mnemonic has a VEX encoding
   */
  static void refuseChoice(
      String word, boolean vex, boolean hasVex, int column, AsmDialect dialect) {
    String name = word.toLowerCase(Locale.ROOT);
    if (vex && !hasVex) {
      throw new AsmScanner.Complaint(
          column, name.toUpperCase(Locale.ROOT) + " has no VEX encoding: leave {vex} out");
    }
    if (!vex && EncodingChoice.isEvexUnlessTold(name)) {
      throw new AsmScanner.Complaint(
          column,
          "'"
              + name
              + "' alone means the EVEX encoding (AVX-512), which is not assembled: write {vex} before"
              + " it for the other, or "
              + wayOut(dialect));
    }
  }
}
