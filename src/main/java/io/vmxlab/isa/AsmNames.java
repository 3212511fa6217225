package io.vmxlab.isa;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Where NASM's names and operand orders go beyond the rows. */
final class AsmNames {
  /**
   * The manual's names for operand size 16. NASM means the size of the mode by them, and appends W
   * for 16 bits.
   */
  private static final Set<String> SIZELESS = Set.of("IRET", "PUSHF", "POPF", "PUSHA", "POPA");

  private AsmNames() {}

  /** Rows that a written mnemonic may mean. */
  static List<Form> forms(InstructionTable table, String word) {
    String name = word.toUpperCase(Locale.ROOT);
    if (SIZELESS.contains(name)) {
      List<Form> forms = new ArrayList<>(table.named(name));
      forms.addAll(table.named(name + "D"));
      forms.addAll(table.named(name + "Q"));
      return forms;
    }
    if (name.endsWith("W") && SIZELESS.contains(name.substring(0, name.length() - 1))) {
      return table.named(name.substring(0, name.length() - 1));
    }
    switch (name) {
      case "RETN":
        return table.named("RET");
      case "ICEBP":
        return table.named("INT1");
      default:
        return table.named(name);
    }
  }

  /** The name that NASM understands for a row. */
  static String written(Form form) {
    String name = form.mnemonic().toLowerCase(Locale.ROOT);
    return SIZELESS.contains(form.mnemonic()) ? name + "w" : name;
  }

  /**
   * Operands as the rows have them: TEST is symmetric, IMUL by a number has three operands. The
   * same list if there is nothing to rearrange.
   */
  static List<AsmOperand> rearranged(String word, List<AsmOperand> operands) {
    if (operands.size() == 2 && word.equalsIgnoreCase("test")) {
      return List.of(operands.get(1), operands.get(0));
    }
    if (operands.size() == 2 && word.equalsIgnoreCase("imul")) {
      return List.of(operands.get(0), operands.get(0), operands.get(1));
    }
    return operands;
  }
}
