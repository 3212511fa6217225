package io.vmxlab.isa;

import java.util.Locale;

/** Reads the operands of one line. */
final class AsmOperandParser {
  private final AsmScanner in;
  private final AsmExpression.Scope scope;
  private final boolean defaultRelative;

  AsmOperandParser(AsmScanner in, AsmExpression.Scope scope, boolean defaultRelative) {
    this.in = in;
    this.scope = scope;
    this.defaultRelative = defaultRelative;
  }

  static int sizeKeyword(String word) {
    switch (word.toLowerCase(Locale.ROOT)) {
      case "byte":
        return 8;
      case "word":
        return 16;
      case "dword":
        return 32;
      case "qword":
        return 64;
      case "tword":
      case "tbyte":
        return 80;
      case "oword":
      case "xmmword":
        return 128;
      case "yword":
      case "ymmword":
        return 256;
      default:
        return 0;
    }
  }

  AsmOperand operand() {
    int column = in.column();
    int size = 0;
    boolean strict = false;
    boolean shortJump = false;
    boolean near = false;
    boolean far = false;
    boolean masm = false;
    while (true) {
      String word = in.peekWord();
      int keyword = sizeKeyword(word);
      if (keyword != 0) {
        size = keyword;
      } else if (word.equalsIgnoreCase("strict")) {
        strict = true;
      } else if (word.equalsIgnoreCase("short")) {
        shortJump = true;
      } else if (word.equalsIgnoreCase("near")) {
        near = true;
      } else if (word.equalsIgnoreCase("far")) {
        far = true;
      } else if (word.equalsIgnoreCase("ptr")) {
        masm = true;
      } else {
        break;
      }
      in.word();
    }
    AsmOperand operand = plain(column);
    if (operand.kind == AsmOperand.Kind.REGISTER && size != 0 && size != operand.size) {
      throw new AsmScanner.Complaint(
          column, "the register has " + operand.size + " bits, not " + size);
    }
    operand.size = operand.size == 0 ? size : operand.size;
    operand.strict = strict;
    operand.masm |= masm;
    operand.shortJump = shortJump;
    operand.near = near;
    operand.far = far;
    return operand;
  }

  private AsmOperand plain(int column) {
    int mark = in.mark();
    RegisterName register = RegisterName.of(in.peekWord());
    int segment = -1;
    if (register != null) {
      in.word();
      if (register.kind() == RegisterName.Kind.SEGMENT && in.accept(":")) {
        segment = register.number();
        register = null;
      }
    }
    if (register != null) {
      AsmOperand operand = new AsmOperand(AsmOperand.Kind.REGISTER, column);
      operand.register = register;
      operand.size = register.width();
      return operand;
    }
    if (in.peek() == '[') {
      AsmOperand memory = memory(column);
      memory.segment = segment >= 0 ? segment : memory.segment;
      return memory;
    }
    if (segment >= 0) {
      in.reset(mark);
      throw in.complaint("a segment override stands before brackets: [fs:rax] or fs:[rax]");
    }
    boolean offset = in.acceptWord("offset");
    String symbol = in.peekWord();
    AsmExpression.Value value = new AsmExpression(in, scope).evaluate();
    if (in.accept(":")) {
      AsmOperand pointer = new AsmOperand(AsmOperand.Kind.FAR, column);
      pointer.selector = value;
      pointer.value = new AsmExpression(in, scope).evaluate();
      return pointer;
    }
    if (in.peek() == '[') {
      throw in.complaint("write the symbol inside the brackets: [symbol+register]");
    }
    AsmOperand operand = new AsmOperand(AsmOperand.Kind.VALUE, column);
    operand.value = value;
    operand.masm = offset;
    operand.bareSymbol = !offset && in.since(mark).equals(symbol) ? symbol : null;
    return operand;
  }

  private AsmOperand memory(int column) {
    in.expect("[");
    AsmOperand m = new AsmOperand(AsmOperand.Kind.MEMORY, column);
    boolean relative = defaultRelative;
    while (true) {
      String word = in.peekWord();
      RegisterName register = RegisterName.of(word);
      if (sizeKeyword(word) != 0) {
        m.addressSize = sizeKeyword(word);
      } else if (word.equalsIgnoreCase("nosplit")) {
        m.noSplit = true;
      } else if (word.equalsIgnoreCase("rel")) {
        relative = true;
      } else if (word.equalsIgnoreCase("abs")) {
        relative = false;
      } else if (register != null && register.kind() == RegisterName.Kind.SEGMENT) {
        in.word();
        in.expect(":");
        m.segment = register.number();
        relative = relative && m.segment < 4;
        continue;
      } else {
        break;
      }
      in.word();
    }
    boolean minus = in.accept("-");
    do {
      term(m, minus);
      minus = in.peek() == '-';
    } while (in.accept("+") || in.accept("-"));
    in.expect("]");
    m.relative = relative && m.registerSize() == 0;
    return m;
  }

  private void term(AsmOperand m, boolean minus) {
    int column = in.column();
    RegisterName register = RegisterName.of(in.peekWord());
    if (register == null) {
      int mark = in.mark();
      AsmExpression.Value factor = new AsmExpression(in, scope).factor();
      if (in.accept("*")) {
        RegisterName scaled = RegisterName.of(in.peekWord());
        if (scaled != null) {
          in.word();
          add(m, scaled, factor.number(), minus, column);
          return;
        }
        in.reset(mark);
        factor = new AsmExpression(in, scope).product();
      }
      long number = minus ? m.value.number() - factor.number() : m.value.number() + factor.number();
      m.value =
          new AsmExpression.Value(
              number,
              minus
                  ? m.value.relocatable() && !factor.relocatable()
                  : m.value.relocatable() || factor.relocatable(),
              m.value.known() && factor.known());
      return;
    }
    in.word();
    long scale = 1;
    if (in.accept("*")) {
      scale = new AsmExpression(in, scope).factor().number();
    }
    add(m, register, scale, minus, column);
  }

  private static void add(
      AsmOperand m, RegisterName register, long scale, boolean minus, int column) {
    if (minus) {
      throw new AsmScanner.Complaint(column, "a register cannot be subtracted");
    }
    if (register.kind() == RegisterName.Kind.POINTER) {
      throw new AsmScanner.Complaint(column, "write [rel symbol] for an address relative to RIP");
    }
    if (register.kind().vector() && m.index == null) {
      m.index = register;
      m.scale = (int) scale;
      return;
    }
    if (register.kind() != RegisterName.Kind.GENERAL || register.width() == 8) {
      throw new AsmScanner.Complaint(column, "this register cannot address memory");
    }
    boolean plain = scale == 1 && !m.noSplit || m.index != null && m.index.kind().vector();
    if (plain && m.base == null) {
      m.base = register;
    } else if (m.index == null) {
      m.index = register;
      m.scale = (int) scale;
    } else {
      throw new AsmScanner.Complaint(column, "an address has a base and one index at most");
    }
    if (scale != 1 && scale != 2 && scale != 4 && scale != 8) {
      boolean splits = (scale == 3 || scale == 5 || scale == 9) && m.base == null;
      if (!splits) {
        throw new AsmScanner.Complaint(column, "a scale is 1, 2, 4 or 8");
      }
      m.base = register;
      m.scale = (int) scale - 1;
    }
    boolean vector = m.index != null && m.index.kind().vector();
    if (m.base != null && m.index != null && !vector && m.base.width() != m.index.width()) {
      throw new AsmScanner.Complaint(column, "base and index have different sizes");
    }
  }
}
