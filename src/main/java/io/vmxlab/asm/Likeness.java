package io.vmxlab.asm;

import io.vmxlab.isa.Form;
import io.vmxlab.isa.Operand;
import io.vmxlab.isa.RegisterName;
import java.util.List;

/** How far what is written is from a row: what a reader of a refusal may have meant. */
final class Likeness {
  /** An operand is missing, or one too many. */
  private static final int COUNT = 100;

  /** Another kind of operand. */
  private static final int KIND = 10;

  /** The kind, in another size. */
  private static final int SIZE = 1;

  private Likeness() {}

  /** 0 if the kinds and sizes of all operands are those of the row. */
  static int distance(Form form, List<AsmOperand> written) {
    List<Operand> wanted = form.operands();
    int both = Math.min(wanted.size(), written.size());
    int distance = COUNT * Math.abs(wanted.size() - written.size());
    for (int i = 0; i < both; i++) {
      distance += distance(wanted.get(i), written.get(i));
    }
    return distance;
  }

  /** The nearest row differs in sizes only, and has two operands of one size. */
  static boolean wantsOneSize(List<Form> forms, List<AsmOperand> written) {
    Form nearest = forms.get(0);
    for (Form form : forms) {
      nearest = distance(form, written) < distance(nearest, written) ? form : nearest;
    }
    List<Operand> wanted = nearest.operands();
    return wanted.size() == 2
        && distance(nearest, written) < KIND
        && wanted.get(0).width() == wanted.get(1).width();
  }

  private static int distance(Operand want, AsmOperand have) {
    switch (have.kind) {
      case REGISTER:
        return register(want, have.register);
      case MEMORY:
        boolean memory = want.addressable() || want.kind() == Operand.Kind.MOFFS;
        return memory ? size(memoryWidth(want), have.size) : KIND;
      case FAR:
        return want.kind() == Operand.Kind.FAR_POINTER ? size(want.width(), have.size) : KIND;
      default:
        boolean number =
            want.kind() == Operand.Kind.IMMEDIATE || want.kind() == Operand.Kind.RELATIVE;
        return number ? size(want.width(), have.size) : KIND;
    }
  }

  private static int memoryWidth(Operand want) {
    return want.memoryWidth() == 0 ? want.width() : want.memoryWidth();
  }

  private static int size(int want, int have) {
    return want == 0 || have == 0 || want == have ? 0 : SIZE;
  }

  private static int register(Operand want, RegisterName have) {
    switch (want.kind()) {
      case REGISTER:
      case REGISTER_OR_MEMORY:
        return have.kind() == RegisterName.Kind.GENERAL ? size(want.width(), have.width()) : KIND;
      case SEGMENT_REGISTER:
        return have.kind() == RegisterName.Kind.SEGMENT ? 0 : KIND;
      case CONTROL_REGISTER:
        return have.kind() == RegisterName.Kind.CONTROL ? 0 : KIND;
      case DEBUG_REGISTER:
        return have.kind() == RegisterName.Kind.DEBUG ? 0 : KIND;
      case FIXED:
        RegisterName fixed = RegisterName.of(want.text());
        boolean same = fixed != null && fixed.kind() == have.kind();
        return !same ? KIND : fixed.equals(have) ? 0 : SIZE + size(fixed.width(), have.width());
      case OTHER:
        boolean file = have.kind() != RegisterName.Kind.GENERAL && want.namesRegister();
        return file && want.text().startsWith(file(have)) ? 0 : KIND;
      default:
        return KIND;
    }
  }

  /** What the text of a row's operand begins with if it is of the register's file. */
  private static String file(RegisterName register) {
    return switch (register.kind()) {
      case X87 -> "ST";
      case MMX -> "mm";
      case XMM -> "xmm";
      case YMM -> "ymm";
      case MASK -> "k";
      case TILE -> "t";
      default -> "-";
    };
  }
}
