package io.vmxlab.asm;

import io.vmxlab.isa.Form;
import io.vmxlab.isa.InstructionTable;
import io.vmxlab.isa.Operand;
import io.vmxlab.isa.SizelessNames;
import io.vmxlab.isa.WrittenValue;
import io.vmxlab.text.Dictionary;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Where NASM's names and operand orders go beyond the rows. */
final class AsmNames {
  /** A little more than the table's longest. */
  private static final int LONGEST_MNEMONIC = 24;

  /** Behind what looks like the use of a macro. */
  static final String MACRO =
      "; if it is a macro of C's preprocessor, assemble what that makes of the file (gcc -E -P FILE.S"
          + " | vmxlab run -)";

  private AsmNames() {}

  static boolean isMnemonic(InstructionTable table, String word) {
    return !word.isEmpty() && (!forms(table, word).isEmpty() || AmdInstruction.is(word));
  }

  /** Rows that a written mnemonic may mean. */
  static List<Form> forms(InstructionTable table, String word) {
    String name = word.toUpperCase(Locale.ROOT);
    if (SizelessNames.contains(name)) {
      List<Form> forms = new ArrayList<>(table.named(name));
      forms.addAll(table.named(name + "D"));
      forms.addAll(table.named(name + "Q"));
      return forms;
    }
    if (name.endsWith("W") && SizelessNames.contains(name.substring(0, name.length() - 1))) {
      return table.named(name.substring(0, name.length() - 1));
    }
    switch (name) {
      case "RETN":
        return table.named("RET");
      case "RETFQ", "RETFD", "RETFW":
        return table.named("RETF");
      case "RETQ", "RETNQ", "RETD", "RETND", "RETW", "RETNW":
        return table.named("RET");
      case "MOVSX":
        List<Form> extending = new ArrayList<>(table.named(name));
        for (Form form : table.named("MOVSXD")) {
          if (form.operands().get(0).width() == 64) {
            extending.add(form);
          }
        }
        return extending;
      case "FINIT", "FCLEX", "FSAVE", "FSTCW", "FSTENV", "FSTSW":
        return table.named("FN" + name.substring(1));
      case "MOVABS":
        return table.named("MOV");
      case "ICEBP":
        return table.named("INT1");
      default:
        AsmPredicate predicate = AsmPredicate.of(name);
        return table.named(predicate == null ? name : predicate.mnemonic());
    }
  }

  /** The operand size in bits that a name of RET or RETF ends with, or 0. */
  static int returnSize(String word) {
    String name = word.toUpperCase(Locale.ROOT);
    if (!name.startsWith("RET")) {
      return 0;
    }
    switch (name.charAt(name.length() - 1)) {
      case 'W':
        return 16;
      case 'D':
        return 32;
      case 'Q':
        return 64;
      default:
        return 0;
    }
  }

  /** Gives operands the meaning that other assemblers' spellings of a mnemonic ask for. */
  static void spell(String word, List<AsmOperand> operands) {
    int last = operands.size() - 1;
    boolean value = last == 1 && operands.get(last).kind == AsmOperand.Kind.VALUE;
    if (value && word.equalsIgnoreCase("lea") && !operands.get(last).offset) {
      operands.set(last, operands.get(last).asMemory());
    } else if (value && word.equalsIgnoreCase("movabs")) {
      operands.get(last).size = 64;
      operands.get(last).strict = true;
      operands.get(last).offset = true;
    }
  }

  static boolean branches(InstructionTable table, String word) {
    for (Form form : forms(table, word)) {
      if (!form.operands().isEmpty() && form.operands().get(0).kind() == Operand.Kind.RELATIVE) {
        return true;
      }
    }
    return false;
  }

  /**
   * What is wrong with a word that is no instruction.
   *
   * @param alone nothing follows it on the line
   */
  static String unknown(InstructionTable table, Dictionary mnemonics, String word, boolean alone) {
    if (word.isEmpty()) {
      return "expected an instruction";
    }
    String shown = AsmScanner.clip(word);
    String said = "'" + shown + "' is no instruction";
    String stem = word.substring(0, word.length() - 1);
    boolean suffix = !stem.isEmpty() && "bwlqBWLQ".indexOf(word.charAt(stem.length())) >= 0;
    if (suffix && !forms(table, stem).isEmpty()) {
      return said + "; AT&T syntax writes the size so: write " + stem + ", Intel syntax";
    }
    String intel = intel(word.toLowerCase(Locale.ROOT));
    if (!intel.isEmpty()) {
      return said + "; it is AT&T syntax: write " + intel + ", Intel syntax";
    }
    if (GasDirective.isOfAs(word)) {
      return "'" + shown + "' is done by GNU as: run the object file of gcc -c, with --call NAME";
    }
    if (word.startsWith(".")) {
      return "'"
          + shown
          + "' is no directive that is supported; if GNU as knows it, run the object file of gcc -c,"
          + " with --call NAME; a label ends with ':'";
    }
    if (word.matches("[A-Z][A-Z0-9]*(_[A-Z0-9]+)+|ENTRY|ENDPROC")) {
      return said + MACRO;
    }
    String near = nearest(mnemonics, word);
    return said + near + (alone || near.isEmpty() ? "; a label ends with ':'" : "");
  }

  /** What Intel syntax calls what only AT&T syntax has a name for; may be empty. */
  private static String intel(String word) {
    String size =
        switch (word.charAt(word.length() - 1)) {
          case 'w' -> " word";
          case 'q' -> " qword";
          default -> "";
        };
    if (word.matches("l(jmp|call)[wlq]?")) {
      return word.substring(1, word.startsWith("ljmp") ? 4 : 5) + " far" + size;
    }
    if (word.matches("lret[wlq]?")) {
      return size.isEmpty() ? "retf" : "retf" + word.charAt(4);
    }
    if (word.equals("movslq")) {
      return "movsxd";
    }
    return word.matches("mov[sz][bw][wlq]") ? word.charAt(3) == 's' ? "movsx" : "movzx" : "";
  }

  /** {@code ; did you mean x?} if some mnemonic is near enough. */
  static String nearest(Dictionary mnemonics, String word) {
    String name = word.toUpperCase(Locale.ROOT);
    if (name.length() > LONGEST_MNEMONIC) {
      return "";
    }
    return mnemonics
        .nearest(name, Math.max(1, name.length() / 4))
        .map(m -> "; did you mean " + m.toLowerCase(Locale.ROOT) + "?")
        .orElse("");
  }

  /**
   * Operands as the rows have them: TEST is symmetric, IMUL by a number has three operands, AAM and
   * AAD mean base 10. The same list if there is nothing to rearrange.
   */
  static List<AsmOperand> rearranged(String word, List<AsmOperand> operands) {
    if (operands.size() == 2 && word.equalsIgnoreCase("test")) {
      return List.of(operands.get(1), operands.get(0));
    }
    if (operands.size() == 2 && word.equalsIgnoreCase("imul")) {
      return List.of(operands.get(0), operands.get(0), operands.get(1));
    }
    if (operands.isEmpty() && (word.equalsIgnoreCase("aam") || word.equalsIgnoreCase("aad"))) {
      AsmOperand base = new AsmOperand(AsmOperand.Kind.VALUE, 0);
      base.value = WrittenValue.of(10);
      return List.of(base);
    }
    return operands;
  }
}
