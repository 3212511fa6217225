package io.vmxlab.isa;

/**
 * Evaluates NASM's expressions: C's operators on 64 bits, {@code //} and {@code %%} signed, {@code
 * $} and {@code $$} for addresses.
 */
final class AsmExpression {
  /** Symbols while assembling. */
  interface Scope {
    /** The value, or null if the symbol has none yet. */
    Value symbol(String name);

    /** Address of the line. */
    long here();

    /** Address of the first byte. */
    long origin();
  }

  /**
   * A value.
   *
   * @param relocatable it is an address rather than a number, so that its size must not depend on
   *     where the program stands
   * @param known false while a symbol in it has not been met
   */
  record Value(long number, boolean relocatable, boolean known) {
    static Value of(long number) {
      return new Value(number, false, true);
    }

    /** Written out: the generated one takes milliseconds to link. */
    @Override
    public boolean equals(Object other) {
      return other instanceof Value v
          && number == v.number
          && relocatable == v.relocatable
          && known == v.known;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(number);
    }
  }

  private static final String[][] LEVELS = {
    {"|"}, {"^"}, {"&"}, {"<<", ">>"}, {"+", "-"}, {"*", "//", "/", "%%", "%"}
  };

  private final AsmScanner in;
  private final Scope scope;

  AsmExpression(AsmScanner in, Scope scope) {
    this.in = in;
    this.scope = scope;
  }

  Value evaluate() {
    return level(0);
  }

  /** A number, a symbol or an expression in parentheses, with its sign. */
  Value factor() {
    return unary();
  }

  /** Factors multiplied and divided. */
  Value product() {
    return level(LEVELS.length - 1);
  }

  private Value level(int level) {
    if (level == LEVELS.length) {
      return unary();
    }
    Value left = level(level + 1);
    while (true) {
      String operator = null;
      for (String candidate : LEVELS[level]) {
        if (in.accept(candidate)) {
          operator = candidate;
          break;
        }
      }
      if (operator == null) {
        return left;
      }
      int column = in.column();
      left = apply(operator, left, level(level + 1), column);
    }
  }

  private static Value apply(String operator, Value a, Value b, int column) {
    boolean known = a.known && b.known;
    long x = a.number;
    long y = b.number;
    if (y == 0 && (operator.charAt(0) == '/' || operator.charAt(0) == '%')) {
      if (known) {
        throw new AsmScanner.Complaint(column, "division by zero");
      }
      y = 1;
    }
    switch (operator) {
      case "|":
        return new Value(x | y, false, known);
      case "^":
        return new Value(x ^ y, false, known);
      case "&":
        return new Value(x & y, false, known);
      case "<<":
        return new Value(y < 64 ? x << y : 0, false, known);
      case ">>":
        return new Value(y < 64 ? x >>> y : 0, false, known);
      case "+":
        return new Value(x + y, a.relocatable || b.relocatable, known);
      case "-":
        return new Value(x - y, a.relocatable && !b.relocatable, known);
      case "*":
        return new Value(x * y, false, known);
      case "/":
        return new Value(Long.divideUnsigned(x, y), false, known);
      case "%":
        return new Value(Long.remainderUnsigned(x, y), false, known);
      case "//":
        return new Value(x / y, false, known);
      default:
        return new Value(x % y, false, known);
    }
  }

  private Value unary() {
    if (in.accept("-")) {
      Value v = unary();
      return new Value(-v.number, false, v.known);
    }
    if (in.accept("+")) {
      return unary();
    }
    if (in.accept("~")) {
      Value v = unary();
      return new Value(~v.number, false, v.known);
    }
    if (in.accept("!")) {
      Value v = unary();
      return new Value(v.number == 0 ? 1 : 0, false, v.known);
    }
    return primary();
  }

  private Value primary() {
    if (in.accept("(")) {
      Value v = evaluate();
      in.expect(")");
      return v;
    }
    if (in.accept("$$")) {
      return new Value(scope.origin(), true, true);
    }
    if (in.accept("$")) {
      return new Value(scope.here(), true, true);
    }
    if (in.atNumber()) {
      return Value.of(in.number());
    }
    if (in.atString()) {
      byte[] text = in.string();
      long value = 0;
      for (int i = Math.min(text.length, 8) - 1; i >= 0; i--) {
        value = value << 8 | (text[i] & 0xFF);
      }
      return Value.of(value);
    }
    int column = in.column();
    String name = in.peekWord();
    if (name.isEmpty() || RegisterName.of(name) != null) {
      throw in.complaint("expected a number or a symbol, found " + in.found());
    }
    in.word();
    Value value = scope.symbol(name);
    if (value == null) {
      throw new AsmScanner.Complaint(column, "symbol '" + name + "' is not defined");
    }
    return value;
  }
}
