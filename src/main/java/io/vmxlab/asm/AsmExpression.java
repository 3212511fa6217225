package io.vmxlab.asm;

import io.vmxlab.isa.RegisterName;
import io.vmxlab.isa.WrittenValue;

/**
 * Evaluates NASM's expressions: C's operators on 64 bits, {@code //} and {@code %%} signed, {@code
 * $} and {@code $$} for addresses.
 */
final class AsmExpression {
  /** Symbols while assembling. */
  interface Scope {
    /** The value, or null if the symbol has none yet. */
    WrittenValue symbol(String name, int column);

    /** Address of the line. */
    long here();

    /** Address of the item of data within the line: GAS's dot. */
    long item();

    /** Address of the section's first byte. */
    long origin();

    AsmDialect dialect();

    /** The symbol's name for a reference such as {@code 1f}. */
    String nearest(String label, char direction);
  }

  private static final String[][] LEVELS = {
    {"|", "or", "xor"},
    {"^"},
    {"&", "and"},
    {"<<", ">>"},
    {"+", "-"},
    {"*", "//", "/", "%%", "%", "shl", "shr", "mod"}
  };

  private static final int ADDITIVE = 4;
  private static final int MULTIPLICATIVE = LEVELS.length - 1;
  private static final int SHIFTS = 1 << 3;
  private static final int ARITHMETIC = 1 << ADDITIVE | 1 << MULTIPLICATIVE;

  private final AsmScanner in;
  private final Scope scope;

  /** Operators of the innermost parentheses: a bit for a level, above them one for OR and XOR. */
  private int used;

  /** Operators may be words. */
  private boolean words = true;

  AsmExpression(AsmScanner in, Scope scope) {
    this.in = in;
    this.scope = scope;
  }

  /** For an expression that an instruction such as OR may follow. */
  AsmExpression withoutWords() {
    words = false;
    return this;
  }

  WrittenValue evaluate() {
    int outside = used;
    int column = in.column();
    used = 0;
    WrittenValue value = level(0);
    refuseMixture(column);
    used = outside;
    return value;
  }

  /**
   * In GAS shifts bind like multiplication, and AND, OR and XOR alike and tighter than addition.
   */
  private void refuseMixture(int column) {
    int logical = used & ~(SHIFTS | ARITHMETIC);
    boolean shifted = (used & SHIFTS) != 0 && (used & ARITHMETIC) != 0;
    boolean added = logical != 0 && (used & 1 << ADDITIVE) != 0;
    if (shifted || added || Integer.bitCount(logical) > 1) {
      scope.dialect().refusePrecedence(column);
    }
  }

  /** A number, a symbol or an expression in parentheses, with its sign. */
  WrittenValue factor() {
    return unary();
  }

  /** Factors multiplied and divided. */
  WrittenValue product() {
    return level(LEVELS.length - 1);
  }

  private WrittenValue level(int level) {
    if (level == LEVELS.length) {
      return unary();
    }
    WrittenValue left = level(level + 1);
    while (true) {
      String operator = null;
      for (String candidate : LEVELS[level]) {
        if (accept(candidate)) {
          operator = candidate;
          break;
        }
      }
      if (operator == null) {
        return left;
      }
      used |= operator.equals("xor") ? 1 << LEVELS.length : 1 << level;
      int column = in.column();
      left = apply(operator, left, level(level + 1), column);
    }
  }

  /** Operators that are words are MASM's and GAS's, other signs than these not MASM's. */
  private boolean accept(String operator) {
    if (Character.isLetter(operator.charAt(0))) {
      boolean accepted = words && in.acceptWord(operator);
      if (accepted) {
        scope.dialect().masmOrGas();
      }
      return accepted;
    }
    boolean accepted = in.accept(operator);
    if (accepted && !"+-*/".contains(operator)) {
      scope.dialect().notMasm();
    }
    return accepted;
  }

  private WrittenValue apply(String operator, WrittenValue a, WrittenValue b, int column) {
    boolean known = a.known() && b.known();
    long x = a.number();
    long y = b.number();
    if (y == 0 && (operator.charAt(0) == '/' || operator.charAt(0) == '%')) {
      if (known) {
        throw new AsmScanner.Complaint(column, "division by zero");
      }
      y = 1;
    }
    switch (operator) {
      case "|":
      case "or":
        return new WrittenValue(x | y, false, known);
      case "^":
      case "xor":
        return new WrittenValue(x ^ y, false, known);
      case "&":
      case "and":
        return new WrittenValue(x & y, false, known);
      case "<<":
      case "shl":
        return new WrittenValue(y < 64 ? x << y : 0, false, known);
      case ">>":
      case "shr":
        return new WrittenValue(y < 64 ? x >>> y : 0, false, known);
      case "+":
        return a.plus(b);
      case "-":
        return a.minus(b);
      case "*":
        return new WrittenValue(x * y, false, known);
      case "/":
        scope.dialect().refuseDivision(x, y, column);
        return new WrittenValue(Long.divideUnsigned(x, y), false, known);
      case "%":
      case "mod":
        scope.dialect().refuseDivision(x, y, column);
        return new WrittenValue(Long.remainderUnsigned(x, y), false, known);
      case "//":
        return new WrittenValue(x / y, false, known);
      default:
        return new WrittenValue(x % y, false, known);
    }
  }

  private WrittenValue unary() {
    if (in.accept("-")) {
      WrittenValue v = unary();
      return new WrittenValue(-v.number(), false, v.known());
    }
    if (in.accept("+")) {
      return unary();
    }
    if (in.accept("~")) {
      WrittenValue v = unary();
      return new WrittenValue(~v.number(), false, v.known());
    }
    if (accept("not")) {
      used |= 1 << LEVELS.length + 1;
      WrittenValue v = level(ADDITIVE);
      return new WrittenValue(~v.number(), false, v.known());
    }
    if (in.accept("!")) {
      WrittenValue v = unary();
      return new WrittenValue(v.number() == 0 ? 1 : 0, false, v.known());
    }
    return primary();
  }

  private WrittenValue primary() {
    if (in.accept("(")) {
      WrittenValue v = evaluate();
      in.expect(")");
      return v;
    }
    if (in.accept("$$")) {
      scope.dialect().notMasm();
      return new WrittenValue(scope.origin(), true, true);
    }
    if (in.accept("$")) {
      return new WrittenValue(scope.here(), true, true);
    }
    if (in.atNumber()) {
      return number();
    }
    if (in.atString()) {
      int column = in.column();
      byte[] text = in.string();
      long value = 0;
      for (int i = Math.min(text.length, 8) - 1; i >= 0; i--) {
        value = value << 8 | (text[i] & 0xFF);
      }
      scope.dialect().refuseCharacters(text.length, column);
      return WrittenValue.of(value);
    }
    int column = in.column();
    String name = in.peekWord();
    if (name.isEmpty() || RegisterName.of(name) != null) {
      throw in.complaint("expected a number or a symbol, found " + in.found());
    }
    in.word();
    if (name.equals(".")) {
      scope.dialect().gas();
      return new WrittenValue(scope.item(), true, true);
    }
    boolean anonymous = name.equalsIgnoreCase("@f") || name.equalsIgnoreCase("@b");
    String meant = anonymous ? scope.nearest("@@", name.charAt(1)) : name;
    return symbol(meant, name, column);
  }

  private WrittenValue symbol(String name, String written, int column) {
    WrittenValue value = scope.symbol(name, column);
    if (value == null) {
      throw new AsmScanner.Complaint(column, "symbol '" + written + "' is not defined");
    }
    return value;
  }

  /** A number; {@code 1f} is the next label {@code 1:}, in GAS {@code 1b} the one above. */
  private WrittenValue number() {
    int column = in.column();
    String text = in.peekNumber();
    String digits = text.substring(0, text.length() - 1);
    char last = Character.toLowerCase(text.charAt(text.length() - 1));
    boolean label = !digits.isEmpty() && digits.chars().allMatch(Character::isDigit);
    if (label && (last == 'f' || last == 'b' && scope.dialect().isGas())) {
      scope.dialect().gas();
      in.number(text);
      return symbol(scope.nearest(digits, last), text, column);
    }
    scope.dialect().refuseOctal(text, column);
    if (text.length() > 1
        && text.charAt(0) == '0'
        && Character.toLowerCase(text.charAt(1)) == 'x') {
      scope.dialect().notMasm();
    }
    return WrittenValue.of(in.number());
  }
}
