package io.vmxlab.asm;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.isa.InstructionTable;
import io.vmxlab.isa.RegisterName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * An instruction as it is written, and as the rows have it: operands that are meant without being
 * written, sizes that stand beside another operand, names for an instruction with its prefix.
 */
final class AsmSpelling {
  private static final int WAIT = 0x9B;

  /** WAIT and the instruction whose name has an N behind the F. */
  private static final Map<String, String> WAITING =
      Map.of(
          "FINIT", "FNINIT",
          "FCLEX", "FNCLEX",
          "FSAVE", "FNSAVE",
          "FSTCW", "FNSTCW",
          "FSTENV", "FNSTENV",
          "FSTSW", "FNSTSW");

  private static final Set<String> X87_ARITHMETIC =
      Set.of("FADD", "FSUB", "FSUBR", "FMUL", "FDIV", "FDIVR");

  private static final Set<String> X87_COMPARED = Set.of("FCOMI", "FCOMIP", "FUCOMI", "FUCOMIP");

  private static final Set<String> X87_SINGLE =
      Set.of("FCOM", "FCOMP", "FUCOM", "FUCOMP", "FXCH", "FLD", "FST", "FSTP");

  /** The number has the size of the other operand, so that its keyword tells both. */
  private static final Set<String> SAME_SIZE =
      Set.of("MOV", "ADD", "OR", "ADC", "SBB", "AND", "SUB", "XOR", "CMP", "TEST");

  private final CodeMode mode;
  private final boolean nasm;

  /** The mnemonic of the rows. */
  String word;

  List<AsmOperand> operands;

  /** Asked for by the name, in bits, or 0. */
  int operandSize;

  /** A byte that stands before everything else, or 0. */
  int before;

  /**
   * Takes what is written.
   *
   * @param nasm the text may be NASM's
   */
  AsmSpelling(CodeMode mode, String word, List<AsmOperand> operands, boolean nasm) {
    this.nasm = nasm;
    this.mode = mode;
    this.word = word;
    this.operands = operands;
  }

  /**
   * Finds out what is meant.
   *
   * @param asked operand size that a prefix word asks for, or 0
   */
  void understand(InstructionTable table, int asked) {
    String name = word.toUpperCase(Locale.ROOT);
    int named = AsmNames.returnSize(name);
    boolean implied = named == 64 && !name.startsWith("RETF"); // near returns have no other size
    operandSize = named != 0 && !implied ? named : asked;
    AsmPredicate predicate = AsmPredicate.of(name);
    if (predicate != null) {
      word = predicate.mnemonic();
      operands = new ArrayList<>(operands);
      operands.add(predicate.operand(column()));
    } else if (name.charAt(0) == 'F') {
      floating(name);
    } else if (asked == 64 && (name.equals("SYSRET") || name.equals("SYSEXIT"))) {
      word = table.named(name + "Q").isEmpty() ? word : name + "Q";
      operandSize = 0;
    } else if (SAME_SIZE.contains(name)) {
      sizeOfNumber();
    } else if (name.equals("MOVD") && operands.stream().anyMatch(o -> o.isGeneral(64))) {
      word = "MOVQ"; // the manual's name for 64 bits
    } else if (name.equals("PUSH") && mode == CodeMode.BITS64) {
      pushed();
    } else if ((name.equals("JMP") || name.equals("CALL")) && nasm && mode == CodeMode.BITS64) {
      farPointer();
    } else {
      AsmNames.spell(name, operands);
    }
  }

  private int column() {
    return operands.isEmpty() ? 1 : operands.get(operands.size() - 1).column;
  }

  /** {@code mov [x], dword 1}. */
  private void sizeOfNumber() {
    if (operands.size() != 2) {
      return;
    }
    AsmOperand to = operands.get(0);
    AsmOperand number = operands.get(1);
    boolean memory = to.kind == AsmOperand.Kind.MEMORY && number.kind == AsmOperand.Kind.VALUE;
    if (memory && to.size == 0) {
      to.size = number.size;
    } else if (memory && number.size > 8 && number.size != to.size) {
      throw new AsmScanner.Complaint(
          number.column,
          "the operands have different sizes: " + to.size + " and " + number.size + " bits");
    }
  }

  /** {@code push strict qword 1}: the number has 32 bits, sign-extended. */
  private void pushed() {
    if (operands.size() == 1) {
      AsmOperand o = operands.get(0);
      o.size = o.kind == AsmOperand.Kind.VALUE && o.strict && o.size == 64 ? 32 : o.size;
    }
  }

  /** {@code jmp far [x]}: the offset in memory has 64 bits. */
  private void farPointer() {
    for (AsmOperand o : operands) {
      o.size = o.kind == AsmOperand.Kind.MEMORY && o.far && o.size == 0 ? 64 : o.size;
    }
  }

  private void floating(String name) {
    if (WAITING.containsKey(name)) {
      before = WAIT;
      word = WAITING.get(name);
      return;
    }
    boolean popping = name.endsWith("P") && X87_ARITHMETIC.contains(stem(name));
    if (X87_ARITHMETIC.contains(name) && operands.isEmpty()) {
      word = name + "P";
      operands = List.of(stack(1), stack(0));
    } else if (popping && operands.isEmpty()) {
      operands = List.of(stack(1), stack(0));
    } else if (X87_SINGLE.contains(name) && operands.isEmpty()) {
      operands = List.of(stack(1));
    } else if (X87_COMPARED.contains(name) || name.startsWith("FCMOV")) {
      completed(false, operands.isEmpty() ? stack(1) : operands.get(0));
    } else if (popping || X87_ARITHMETIC.contains(name)) {
      completed(popping || !operands.isEmpty() && operands.get(0).to, operands.get(0));
    }
  }

  /** Adds ST(0) to a lone register. */
  private void completed(boolean destination, AsmOperand register) {
    if (operands.size() > 1 || register.kind != AsmOperand.Kind.REGISTER) {
      return;
    }
    operands = new ArrayList<>(List.of(register));
    operands.add(destination ? 1 : 0, stack(0));
  }

  private static String stem(String name) {
    return name.substring(0, name.length() - 1);
  }

  private static AsmOperand stack(int number) {
    AsmOperand operand = new AsmOperand(AsmOperand.Kind.REGISTER, 1);
    operand.register = RegisterName.of("st" + number);
    operand.size = operand.register.width();
    return operand;
  }
}
