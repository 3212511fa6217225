package io.vmxlab.asm;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.isa.RegisterName;
import io.vmxlab.isa.WrittenValue;
import java.util.Locale;
import java.util.Set;

/** Reads the operands of one line. */
final class AsmOperandParser {
  private static final Set<String> MODIFIERS =
      Set.of("strict", "short", "near", "far", "ptr", "to");

  private final AsmScanner in;
  private final AsmExpression.Scope scope;
  private final boolean defaultRelative;

  /** Addresses can be relative to the next instruction. */
  private final boolean long64;

  AsmOperandParser(
      AsmScanner in, AsmExpression.Scope scope, CodeMode mode, boolean defaultRelative) {
    this.in = in;
    this.scope = scope;
    this.long64 = mode == CodeMode.BITS64;
    this.defaultRelative = defaultRelative && long64;
  }

  static int sizeKeyword(String word) {
    switch (word.toLowerCase(Locale.ROOT)) {
      case "byte":
        return 8;
      case "word":
        return 16;
      case "dword":
      case "long":
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
    Avx512.refuseBraces(in);
    int size = 0;
    boolean strict = false;
    boolean shortJump = false;
    boolean near = false;
    boolean far = false;
    boolean pointer = false;
    boolean to = false;
    while (true) {
      String word = in.peekWord().toLowerCase(Locale.ROOT);
      int keyword = word.equals("long") && !scope.dialect().mayBeNasm() ? 0 : sizeKeyword(word);
      if (keyword != 0) {
        size = keyword;
      }
      strict |= word.equals("strict");
      shortJump |= word.equals("short");
      near |= word.equals("near");
      far |= word.equals("far") || word.equals("fword");
      pointer |= word.equals("ptr");
      to |= word.equals("to");
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
    operand.to = to;
    operand.far = far;
    return operand;
  }

  private void refuseAtAndT() {
    boolean name = in.looksAt("$") && Character.isLetter(in.peek(1)) && !scope.dialect().hasNasm();
    boolean prefixed = in.looksAt("$") && Character.toLowerCase(in.peek(2)) == 'x';
    boolean registers = in.looksAt("$") && Character.isDigit(in.peek(1)) && in.restHas("%");
    boolean dereferenced = in.looksAt("*") || in.restHasMarkedRegister();
    if (in.looksAt("%") || name || registers || prefixed || dereferenced) {
      throw in.complaint(
          "this is AT&T syntax: write Intel syntax, destination first, without % and $ (mov eax, 5;"
              + " gcc -S -masm=intel prints it), or run the object file of gcc -c, with --call"
              + " NAME");
    }
  }

  private AsmOperand plain(int column) {
    int mark = in.mark();
    RegisterName register = register(in.peekWord());
    int segment = -1;
    if (register != null) {
      in.word();
      register = stackRegister(register);
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
      pointer.size = sizeKeyword(in.peekWord());
      if (pointer.size != 0) {
        scope.dialect().notMasm();
        in.word();
      }
      pointer.value = new AsmExpression(in, scope).evaluate();
      return pointer;
    }
    if (segment >= 0 || in.peek() == '[') {
      if (!scope.dialect().hasNasm()) {
        scope.dialect().masmOrGas();
      }
      operand = memory(operand);
      operand.segment = segment >= 0 ? segment : operand.segment;
    }
    return operand;
  }

  private static RegisterName register(String word) {
    return RegisterName.of(word.equalsIgnoreCase("st") ? "st0" : word);
  }

  /** {@code st(1)}, as MASM and GAS write it. */
  private RegisterName stackRegister(RegisterName register) {
    if (register.kind() != RegisterName.Kind.X87 || in.peek() != '(') {
      return register;
    }
    scope.dialect().masmOrGas();
    in.expect("(");
    int column = in.column();
    long number = new AsmExpression(in, scope).evaluate().number();
    in.expect(")");
    if (number < 0 || number > 7) {
      throw new AsmScanner.Complaint(column, "a register of the x87 stack is st(0) to st(7)");
    }
    return RegisterName.of("st" + number);
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
    boolean said = m.relative;
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
        relative = long64;
        said = true;
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
    boolean byDefault = relative && !said;
    m.value = sum(m, m.value, 1, false);
    boolean pointer = m.base != null && m.base.kind() == RegisterName.Kind.POINTER;
    boolean number = m.value.known() && !m.value.relocatable();
    m.relative = m.relative && !(byDefault && number && !pointer); // a number does not move
    if (in.peek() == '[') {
      scope.dialect().masmOrGas();
      insideBrackets(m);
    }
    in.expect("]");
  }

  /**
   * Adds the registers of terms to an address.
   *
   * @param first number that the terms are added to
   * @param times each term counts
   * @param subtracted registers are
   * @return the number
   */
  private WrittenValue sum(AsmOperand m, WrittenValue first, long times, boolean subtracted) {
    WrittenValue plus = first;
    WrittenValue minus = WrittenValue.of(0);
    boolean negative = in.accept("-");
    do {
      WrittenValue term = term(m, times, negative != subtracted);
      if (negative) {
        minus = minus.plus(term);
      } else {
        plus = plus.plus(term);
      }
      negative = in.peek() == '-';
    } while (in.accept("+") || in.accept("-"));
    return plus.minus(minus); // all at once: addresses may cancel each other
  }

  private WrittenValue term(AsmOperand m, long times, boolean minus) {
    int column = in.column();
    if (in.parenthesesHold(AsmOperandParser::isRegister)) {
      return nested(m, times, minus);
    }
    RegisterName register = RegisterName.of(in.peekWord());
    if (register == null) {
      return numberOrScaled(m, times, minus);
    }
    in.word();
    long scale = in.accept("*") ? new AsmExpression(in, scope).factor().number() : 0;
    if (scale == 0 && times == 1) {
      add(m, register, 1, minus, column);
    } else {
      scaled(m, register, times * (scale == 0 ? 1 : scale), minus, column);
    }
    return WrittenValue.of(0);
  }

  private WrittenValue numberOrScaled(AsmOperand m, long times, boolean minus) {
    int column = in.column();
    int mark = in.mark();
    WrittenValue factor = new AsmExpression(in, scope).factor();
    if (in.accept("*")) {
      if (in.parenthesesHold(AsmOperandParser::isRegister)) {
        return nested(m, times * factor.number(), minus);
      }
      RegisterName register = RegisterName.of(in.peekWord());
      if (register != null) {
        in.word();
        scaled(m, register, times * factor.number(), minus, column);
        return WrittenValue.of(0);
      }
      in.reset(mark);
      factor = new AsmExpression(in, scope).product();
    }
    return factor.times(times);
  }

  /** Parentheses around registers, and what they are multiplied by: {@code (rcx+1)*4}. */
  private WrittenValue nested(AsmOperand m, long times, boolean minus) {
    in.deeper();
    scope.dialect().notMasm();
    int mark = in.mark();
    in.skipParentheses();
    long factor = in.accept("*") ? new AsmExpression(in, scope).factor().number() : 1;
    int end = in.mark();
    in.reset(mark);
    in.expect("(");
    WrittenValue number = sum(m, WrittenValue.of(0), times * factor, minus);
    in.expect(")");
    in.reset(end);
    in.shallower();
    return number;
  }

  private static boolean isRegister(String word) {
    return RegisterName.of(word) != null;
  }

  /** NASM makes a base of an index where that is shorter, which may change the segment. */
  private void scaled(AsmOperand m, RegisterName register, long scale, boolean minus, int column) {
    m.noSplit |= scope.dialect().isGas();
    if (scale == 1 && m.index == null && !minus && usable(m, register)) {
      m.index = register; // written with a scale, though it is none
      return;
    }
    add(m, register, scale, minus, column);
  }

  private static boolean usable(AsmOperand m, RegisterName register) {
    return register.kind() == RegisterName.Kind.GENERAL
        && register.width() > 16
        && (m.base == null || m.base.width() == register.width());
  }

  private void add(AsmOperand m, RegisterName register, long scale, boolean minus, int column) {
    if (minus) {
      if (scale == 1 && register.equals(m.base)) {
        m.base = null;
        return;
      } else if (scale == 1 && m.scale == 1 && register.equals(m.index)) {
        m.index = null;
        return;
      }
      throw new AsmScanner.Complaint(column, "a register cannot be subtracted");
    }
    if (register.kind() == RegisterName.Kind.POINTER) {
      if (!long64) {
        throw new AsmScanner.Complaint(column, "RIP addresses memory in 64-bit code only");
      }
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
