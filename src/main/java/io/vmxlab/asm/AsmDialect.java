package io.vmxlab.asm;

import io.vmxlab.arch.Dialect;

/**
 * Whose words a text has, and the refusal of what assemblers understand differently. NASM's meaning
 * is kept unless the text has a word of another assembler's, or could as well be MASM's.
 */
final class AsmDialect {
  private Dialect chosen;

  /** A word that MASM refuses has been met. */
  private boolean notMasm;

  private boolean masm;
  private boolean gas;

  /** A word of MASM's and GAS's has been met. */
  private boolean either;

  AsmDialect(Dialect chosen) {
    this.chosen = chosen;
  }

  /** NASM's preprocessor made the text, so that it is NASM's whatever its words. */
  void nasm() {
    chosen = byText() ? Dialect.NASM : chosen;
  }

  /** Nothing in the text speaks against NASM any more. */
  boolean isSurelyNasm() {
    return chosen == Dialect.NASM;
  }

  void notMasm() {
    notMasm = true;
  }

  void masm() {
    masm = true;
  }

  void gas() {
    gas = true;
  }

  void masmOrGas() {
    either = true;
  }

  private boolean byText() {
    return chosen == Dialect.BY_TEXT;
  }

  boolean isGas() {
    return chosen == Dialect.GAS || byText() && gas;
  }

  /** What an undefined symbol may be in the dialect. */
  String undefined() {
    return isGas() ? "; if another file has it, run " + objectFile() : "";
  }

  /** What is run where a text is not enough by itself. */
  String objectFile() {
    String command = isGas() ? "gcc -c" : isMasm() ? "uasm -elf64" : "nasm -f elf64";
    return "the object file of " + command + ", with --call NAME";
  }

  /** A word that is NASM's and not MASM's has been met, and none of the others'. */
  boolean hasNasm() {
    return chosen == Dialect.NASM || byText() && notMasm && !masm && !gas && !either;
  }

  /** No word speaks against NASM. */
  boolean mayBeNasm() {
    return isNasm();
  }

  boolean isMasm() {
    return chosen == Dialect.MASM || byText() && (masm || either && !gas && !notMasm);
  }

  private boolean isNasm() {
    return chosen == Dialect.NASM || byText() && !masm && !gas && !either;
  }

  /** Nothing tells NASM's text from MASM's. */
  private boolean open() {
    return byText() && isNasm() && !notMasm;
  }

  /**
   * An address written without brackets and without {@code offset}: NASM's language means the
   * address, MASM and GAS what is stored there. A branch goes there in NASM and GAS, and where the
   * variable says in MASM.
   */
  void refuseAddress(AsmOperand o, boolean branch) {
    if (o.kind != AsmOperand.Kind.VALUE || o.offset || !o.value.relocatable()) {
      return;
    }
    boolean variable = o.value.variable() && (isMasm() || open());
    if (branch && variable) {
      throw new AsmScanner.Complaint(
          o.column,
          "'"
              + o.text
              + "' is where the branch goes in NASM, the variable that says where in MASM: write ["
              + o.text
              + "] to go where the variable says, or a label with ':' to go there");
    }
    boolean codeOfMasm = chosen == Dialect.MASM || byText() && masm && !gas; // is its address too
    if (!branch && (variable || !isNasm() && !codeOfMasm)) {
      String others = isMasm() || open() ? "MASM" : "GAS";
      throw new AsmScanner.Complaint(
          o.column,
          "'"
              + o.text
              + "' is what the variable holds in "
              + others
              + ", its address in NASM: write ["
              + o.text
              + "] for what it holds, offset "
              + o.text
              + " for its address");
    }
  }

  /** Brackets around a plain number mean nothing to MASM. */
  void refuseNumberInBrackets(AsmOperand m) {
    boolean plain = m.registerSize() == 0 && m.index == null && m.segment < 0 && !m.relative;
    if (isMasm() && plain && m.value.known() && !m.value.relocatable()) {
      long n = m.value.number();
      throw new AsmScanner.Complaint(
          m.column,
          "[" + n + "] is the number in MASM, memory in NASM: write ds:[" + n + "] or " + n);
    }
  }

  /** NASM puts the first character lowest, MASM highest. */
  void refuseCharacters(int count, int column) {
    if (isMasm() && count > 1) {
      throw new AsmScanner.Complaint(
          column,
          "characters of a number stand in opposite orders in NASM and MASM: write them with db,"
              + " or the number");
    }
  }

  /** In GAS a number that begins with 0 is octal. */
  void refuseOctal(String number, int column) {
    boolean digits = number.chars().allMatch(Character::isDigit);
    if (isGas() && digits && number.length() > 1 && number.charAt(0) == '0') {
      throw new AsmScanner.Complaint(
          column, "'" + number + "' is octal in GAS, decimal in NASM: write it as 0x or without 0");
    }
  }

  /** NASM divides without sign. */
  void refuseDivision(long a, long b, int column) {
    if (!isNasm() && (a < 0 || b < 0)) {
      throw new AsmScanner.Complaint(
          column, "a negative number is divided with sign in GAS and MASM, without in NASM");
    }
  }

  /** What is true is 1 in NASM, -1 in GAS. */
  void refuseComparison(int column) {
    if (isGas()) {
      throw new AsmScanner.Complaint(
          column, "a comparison that is true is 1 in NASM, -1 in GAS: write the number");
    }
  }

  /** {@code $10} is 16 in NASM, an immediate 10 in AT&T syntax; {@code $0FF} can only be NASM's. */
  void refuseDollar(String number, int column) {
    boolean clear =
        chosen == Dialect.NASM || byText() && !gas && (notMasm || number.startsWith("$0"));
    if (!clear) {
      String digits = number.substring(1);
      throw new AsmScanner.Complaint(
          column,
          "'"
              + AsmScanner.clip(number)
              + "' is hexadecimal in NASM, decimal in AT&T syntax: write 0x"
              + AsmScanner.clip(digits)
              + " or "
              + AsmScanner.clip(digits));
    }
  }

  void refusePrecedence(int column) {
    if (isGas()) {
      throw new AsmScanner.Complaint(
          column, "these operators bind in another order in GAS than in NASM: write parentheses");
    }
  }

  /** GAS takes a symbol for memory unless a constant of that name stands above. */
  void refuseLaterConstant(String name, int column) {
    if (isGas()) {
      throw new AsmScanner.Complaint(
          column, "the constant '" + name + "' must stand above its use in GAS");
    }
  }

  /**
   * What stands behind a semicolon.
   *
   * @param statement its first word is an instruction or a directive
   */
  void refuseSeparator(boolean statement, int column) {
    if (isGas() && statement) {
      throw new AsmScanner.Complaint(
          column,
          "';' separates statements in GAS, begins a comment in NASM and MASM: give the statement"
              + " a line of its own, or begin the comment with #");
    }
  }
}
