package io.vmxlab.asm;

import io.vmxlab.isa.RegisterName;
import io.vmxlab.isa.WrittenValue;
import java.util.Locale;

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

    /** An address of this scope as a value. */
    WrittenValue at(long address);

    /** The symbol's name for a reference such as {@code 1f}. */
    String nearest(String label, char direction);
  }

  /** From the loosest. Of operators that begin alike the longer one stands first. */
  private static final String[][] LEVELS = {
    {"||"},
    {"^^"},
    {"&&"},
    {"<=>", "==", "<>", "!=", "<=", ">=", "=", "<", ">"},
    {"|", "or", "xor"},
    {"^"},
    {"&", "and"},
    {"<<<", "<<", ">>>", ">>"},
    {"+", "-"},
    {"*", "//", "/", "%%", "%", "shl", "shr", "mod"}
  };

  private static final int RELATIONAL = 3;
  private static final int ADDITIVE = 8;
  private static final int MULTIPLICATIVE = LEVELS.length - 1;
  private static final int COMPARISONS = (1 << RELATIONAL + 1) - 1;
  private static final int SHIFTS = 1 << 7;
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
    in.deeper();
    int outside = used;
    int column = in.column();
    used = 0;
    WrittenValue value = binary(0);
    refuseMixture(column);
    used = outside;
    if (in.peek() == '?' && words) {
      value = choice(value);
    }
    in.shallower();
    return value;
  }

  /** {@code condition ? this : that}. */
  private WrittenValue choice(WrittenValue condition) {
    in.expect("?");
    scope.dialect().notMasm();
    WrittenValue one = evaluate();
    in.expect(":");
    WrittenValue other = evaluate();
    return condition.number() != 0 ? one : other;
  }

  /**
   * In GAS shifts bind like multiplication, AND, OR and XOR alike and tighter than addition, and
   * what is true is -1.
   */
  private void refuseMixture(int column) {
    int logical = used & ~(SHIFTS | ARITHMETIC | COMPARISONS);
    boolean shifted = (used & SHIFTS) != 0 && (used & ARITHMETIC) != 0;
    boolean added = logical != 0 && (used & 1 << ADDITIVE) != 0;
    if (shifted || added || Integer.bitCount(logical) > 1) {
      scope.dialect().refusePrecedence(column);
    }
    if ((used & COMPARISONS) != 0) {
      scope.dialect().refuseComparison(column);
    }
  }

  /** A number, a symbol or an expression in parentheses, with its sign. */
  WrittenValue factor() {
    return unary();
  }

  /** Factors multiplied and divided. */
  WrittenValue product() {
    return binary(MULTIPLICATIVE);
  }

  /** Operators of a level and of tighter ones. */
  private WrittenValue binary(int loosest) {
    WrittenValue left = unary();
    for (int level = MULTIPLICATIVE; level >= loosest; level--) {
      String operator = accept(level);
      while (operator != null) {
        used |= operator.equals("xor") ? 1 << LEVELS.length : 1 << level;
        int column = in.column();
        left = apply(operator, left, binary(level + 1), column);
        operator = accept(level);
      }
    }
    return left;
  }

  /** The operator of a level that stands here, or null. */
  private String accept(int level) {
    if (in.atEnd() || in.peek() == ',') {
      return null;
    }
    for (String candidate : LEVELS[level]) {
      if (accept(candidate)) {
        return candidate;
      }
    }
    return null;
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
    if (!in.looksAt(operator) || startsLonger(operator)) {
      return false;
    }
    in.accept(operator);
    if (!"+-*/".contains(operator)) {
      scope.dialect().notMasm();
    }
    return true;
  }

  /** {@code ||} is not {@code |}, nor {@code <<} a {@code <}. */
  private boolean startsLonger(String operator) {
    char next = in.peek(operator.length());
    switch (operator) {
      case "|", "&", "^":
        return next == operator.charAt(0);
      case "<", ">":
        return next == operator.charAt(0);
      default:
        return false;
    }
  }

  private WrittenValue apply(String operator, WrittenValue a, WrittenValue b, int column) {
    long x = a.number();
    long y = b.number();
    switch (operator) {
      case "+":
        return a.plus(b);
      case "-":
        return a.minus(b);
      case "/", "//", "%", "%%", "mod":
        boolean known = a.known() && b.known();
        if (y == 0 && known) {
          throw new AsmScanner.Complaint(column, "division by zero");
        }
        scope.dialect().refuseDivision(x, y, column);
        return new WrittenValue(quotient(operator, x, y == 0 ? 1 : y), false, known);
      default:
        return new WrittenValue(number(operator, x, y), false, a.known() && b.known());
    }
  }

  private static long quotient(String operator, long x, long y) {
    switch (operator) {
      case "/":
        return Long.divideUnsigned(x, y);
      case "//":
        return x / y;
      case "%%":
        return x % y;
      default:
        return Long.remainderUnsigned(x, y);
    }
  }

  private static long number(String operator, long x, long y) {
    switch (operator) {
      case "|", "or":
        return x | y;
      case "^", "xor":
        return x ^ y;
      case "&", "and":
        return x & y;
      case "<<", "shl", "<<<":
        return shifts(y) ? x << y : 0;
      case ">>", "shr":
        return shifts(y) ? x >>> y : 0;
      case ">>>":
        return x >> (shifts(y) ? y : Long.SIZE - 1);
      case "*":
        return x * y;
      case "<=>":
        return Long.compare(x, y);
      default:
        return holds(operator, x, y) ? 1 : 0;
    }
  }

  private static boolean shifts(long count) {
    return count >= 0 && count < Long.SIZE;
  }

  private static boolean holds(String operator, long x, long y) {
    switch (operator) {
      case "||":
        return x != 0 || y != 0;
      case "&&":
        return x != 0 && y != 0;
      case "^^":
        return x != 0 ^ y != 0;
      case "<":
        return x < y;
      case "<=":
        return x <= y;
      case ">":
        return x > y;
      case ">=":
        return x >= y;
      case "<>", "!=":
        return x != y;
      default:
        return x == y;
    }
  }

  private WrittenValue unary() {
    in.deeper();
    WrittenValue value = signed();
    in.shallower();
    return value;
  }

  private WrittenValue signed() {
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
      WrittenValue v = binary(ADDITIVE);
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
    if (in.atNumber()) {
      return number();
    }
    if (in.accept("$$")) {
      scope.dialect().notMasm();
      return scope.at(scope.origin());
    }
    boolean name = in.acceptEscape();
    if (!name && in.accept("$")) {
      return scope.at(scope.here());
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
    return symbol(name);
  }

  /**
   * A symbol.
   *
   * @param escaped it may have the name of a register
   */
  private WrittenValue symbol(boolean escaped) {
    int column = in.column();
    String name = in.peekWord();
    if (name.isEmpty() || RegisterName.of(name) != null && !escaped) {
      throw in.complaint("expected a number or a symbol, found " + in.found());
    }
    refuseSegment(name);
    if (Avx512.isRegister(name)) {
      throw in.complaint(Avx512.register(name, scope.dialect()));
    }
    in.word();
    if (name.equals(".") && !scope.dialect().isSurelyNasm()) {
      scope.dialect().gas();
      return scope.at(scope.item());
    }
    boolean anonymous = name.equalsIgnoreCase("@f") || name.equalsIgnoreCase("@b");
    String meant = anonymous ? scope.nearest("@@", name.charAt(1)) : name;
    return symbol(meant, name, column);
  }

  private WrittenValue symbol(String name, String written, int column) {
    WrittenValue value = scope.symbol(name, column);
    if (value == null) {
      String shown = AsmScanner.clip(written);
      throw new AsmScanner.Complaint(
          column, "symbol '" + shown + "' is not defined" + scope.dialect().undefined());
    }
    refuseSegment(in.peekWord());
    return value;
  }

  /** A flat program has no segments that a linker places. */
  private void refuseSegment(String word) {
    if (word.equalsIgnoreCase("seg") || word.equalsIgnoreCase("wrt")) {
      throw in.complaint(
          word.toLowerCase(Locale.ROOT)
              + " is for object files: a program that is assembled flat has no segments to name");
    }
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
    if (text.charAt(0) == '$') {
      scope.dialect().refuseDollar(text, column);
    }
    if (text.length() > 1
        && text.charAt(0) == '0'
        && Character.toLowerCase(text.charAt(1)) == 'x') {
      scope.dialect().notMasm();
    }
    return WrittenValue.of(in.number());
  }
}
