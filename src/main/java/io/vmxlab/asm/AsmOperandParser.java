package io.vmxlab.asm;

import io.vmxlab.isa.RegisterName;
import io.vmxlab.isa.WrittenValue;
import java.util.Locale;
import java.util.Set;

/** Reads the operands of one line. */
final class AsmOperandParser {
  private static final Set<String> MODIFIERS = Set.of("strict", "short", "near", "far", "ptr");

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
      case "fword":
        return 48;
      case "qword":
      case "mmword":
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
    refuseAtAndT();
    int size = 0;
    boolean strict = false;
    boolean shortJump = false;
    boolean near = false;
    boolean far = false;
    boolean pointer = false;
    while (true) {
      String word = in.peekWord().toLowerCase(Locale.ROOT);
      int keyword = sizeKeyword(word);
      if (keyword != 0) {
        size = keyword;
      }
      strict |= word.equals("strict");
      shortJump |= word.equals("short");
      near |= word.equals("near");
      far |= word.equals("far") || word.equals("fword");
      pointer |= word.equals("ptr");
      if (keyword == 0 && !MODIFIERS.contains(word)) {
        break;
      }
      in.word();
    }
    if (pointer) {
      scope.dialect().masmOrGas();
    } else if (size != 0 || strict) {
      scope.dialect().notMasm();
    }
    AsmOperand operand = plain(column);
    boolean named = operand.kind == AsmOperand.Kind.VALUE && operand.value.relocatable();
    if (pointer && size != 0 && named && !operand.offset) {
      operand = memory(operand);
    }
    if (operand.kind == AsmOperand.Kind.REGISTER && size != 0 && size != operand.size) {
      throw new AsmScanner.Complaint(
          column, "the register has " + operand.size + " bits, not " + size);
    }
    operand.size = operand.size == 0 ? size : operand.size;
    operand.strict = strict;
    operand.shortJump = shortJump;
    operand.near = near;
    operand.far = far;
    return operand;
  }

  private void refuseAtAndT() {
    boolean dollar = in.looksAt("$") && !in.looksAt("$$") && Character.isLetterOrDigit(in.peek(1));
    if (in.looksAt("%") || dollar) {
      throw in.complaint(
          "this is AT&T syntax: write Intel syntax, destination first, without % and $"
              + " (mov eax, 5); gcc prints it with -masm=intel");
    }
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
      AsmOperand memory = brackets(new AsmOperand(AsmOperand.Kind.MEMORY, column));
      memory.segment = segment >= 0 ? segment : memory.segment;
      scope.dialect().refuseNumberInBrackets(memory);
      return memory;
    }
    boolean offset = in.acceptWord("offset");
    if (offset) {
      scope.dialect().masmOrGas();
      if (in.acceptWord("flat")) {
        in.expect(":");
      }
    }
    WrittenValue value = new AsmExpression(in, scope).evaluate();
    AsmOperand operand = new AsmOperand(AsmOperand.Kind.VALUE, column);
    operand.value = value;
    operand.offset = offset;
    operand.text = in.since(mark);
    if (in.accept(":")) {
      AsmOperand pointer = new AsmOperand(AsmOperand.Kind.FAR, column);
      pointer.selector = value;
      pointer.value = new AsmExpression(in, scope).evaluate();
      return pointer;
    }
    if (segment >= 0 || in.peek() == '[') {
      scope.dialect().masmOrGas();
      operand = memory(operand);
      operand.segment = segment >= 0 ? segment : operand.segment;
    }
    return operand;
  }

  /** The memory at a value, and what stands in brackets behind it: {@code x[rax]}. */
  private AsmOperand memory(AsmOperand at) {
    AsmOperand m = at.asMemory();
    if (in.peek() == '[') {
      return brackets(m);
    }
    m.relative = defaultRelative;
    return m;
  }

  /** Brackets, further ones and numbers behind them: all are added. */
  private AsmOperand brackets(AsmOperand m) {
    insideBrackets(m);
    while (in.peek() == '[' || in.peek() == '+' || in.peek() == '-') {
      scope.dialect().masmOrGas();
      if (in.peek() == '[') {
        insideBrackets(m);
      } else {
        boolean minus = in.accept("-");
        if (!minus) {
          in.expect("+");
        }
        WrittenValue more = new AsmExpression(in, scope).product();
        m.value = minus ? m.value.minus(more) : m.value.plus(more);
      }
    }
    boolean pointer = m.relative && m.base != null && m.base.kind() == RegisterName.Kind.POINTER;
    if (pointer) {
      m.base = null;
      m.distance = !m.value.relocatable();
    }
    m.relative = (m.relative || pointer) && m.registerSize() == 0;
    m.noSplit |= scope.dialect().isGas();
    return m;
  }

  private void insideBrackets(AsmOperand m) {
    in.expect("[");
    boolean relative = m.relative || defaultRelative;
    while (true) {
      String word = in.peekWord();
      RegisterName register = RegisterName.of(word);
      if (sizeKeyword(word) != 0) {
        in.word();
        if (in.acceptWord("ptr")) {
          scope.dialect().masmOrGas();
          m.size = sizeKeyword(word);
        } else {
          scope.dialect().notMasm();
          m.addressSize = sizeKeyword(word);
        }
        continue;
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
      scope.dialect().notMasm();
      in.word();
    }
    m.relative = relative;
    boolean minus = in.accept("-");
    do {
      term(m, minus);
      minus = in.peek() == '-';
    } while (in.accept("+") || in.accept("-"));
    if (in.peek() == '[') {
      scope.dialect().masmOrGas();
      insideBrackets(m);
    }
    in.expect("]");
  }

  private void term(AsmOperand m, boolean minus) {
    int column = in.column();
    RegisterName register = RegisterName.of(in.peekWord());
    if (register == null) {
      int mark = in.mark();
      WrittenValue factor = new AsmExpression(in, scope).factor();
      if (in.accept("*")) {
        RegisterName scaled = RegisterName.of(in.peekWord());
        if (scaled != null) {
          in.word();
          scaled(m, scaled, factor.number(), minus, column);
          return;
        }
        in.reset(mark);
        factor = new AsmExpression(in, scope).product();
      }
      m.value = minus ? m.value.minus(factor) : m.value.plus(factor);
      return;
    }
    in.word();
    if (in.accept("*")) {
      scaled(m, register, new AsmExpression(in, scope).factor().number(), minus, column);
    } else {
      add(m, register, 1, minus, column);
    }
  }

  /** NASM makes a base of an index where that is shorter, which may change the segment. */
  private void scaled(AsmOperand m, RegisterName register, long scale, boolean minus, int column) {
    m.noSplit |= scope.dialect().isGas();
    add(m, register, scale, minus, column);
  }

  private static void add(
      AsmOperand m, RegisterName register, long scale, boolean minus, int column) {
    if (minus) {
      throw new AsmScanner.Complaint(column, "a register cannot be subtracted");
    }
    if (register.kind() == RegisterName.Kind.POINTER) {
      if (scale != 1 || m.base != null || m.index != null) {
        throw new AsmScanner.Complaint(column, "RIP stands alone: [rip+symbol] or [rip+number]");
      }
      m.base = register;
      m.relative = true;
      return;
    }
    if (m.base != null && m.base.kind() == RegisterName.Kind.POINTER) {
      throw new AsmScanner.Complaint(column, "RIP stands alone: [rip+symbol] or [rip+number]");
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
