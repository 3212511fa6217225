package io.vmxlab.platform;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads mangled names: namespaces, classes, templates, operators, constructors and destructors,
 * with the types of parameters. Itanium C++ ABI "External Names (a.k.a. Mangling)".
 */
final class CppNameParser extends CppTypeReader {
  // spotless:off
  private static final Map<String, String> OPERATORS = Map.ofEntries(
      Map.entry("nw", "new"), Map.entry("na", "new[]"), Map.entry("dl", "delete"), Map.entry("da", "delete[]"),
      Map.entry("ps", "+"), Map.entry("ng", "-"), Map.entry("ad", "&"), Map.entry("de", "*"), Map.entry("co", "~"),
      Map.entry("pl", "+"), Map.entry("mi", "-"), Map.entry("ml", "*"), Map.entry("dv", "/"), Map.entry("rm", "%"),
      Map.entry("an", "&"), Map.entry("or", "|"), Map.entry("eo", "^"), Map.entry("aS", "="), Map.entry("pL", "+="),
      Map.entry("mI", "-="), Map.entry("mL", "*="), Map.entry("dV", "/="), Map.entry("rM", "%="), Map.entry("aN", "&="),
      Map.entry("oR", "|="), Map.entry("eO", "^="), Map.entry("ls", "<<"), Map.entry("rs", ">>"), Map.entry("lS", "<<="),
      Map.entry("rS", ">>="), Map.entry("eq", "=="), Map.entry("ne", "!="), Map.entry("lt", "<"), Map.entry("gt", ">"),
      Map.entry("le", "<="), Map.entry("ge", ">="), Map.entry("nt", "!"), Map.entry("aa", "&&"), Map.entry("oo", "||"),
      Map.entry("pp", "++"), Map.entry("mm", "--"), Map.entry("cm", ","), Map.entry("pm", "->*"), Map.entry("pt", "->"),
      Map.entry("cl", "()"), Map.entry("ix", "[]"), Map.entry("ss", "<=>"));
  // spotless:on

  /**
   * A name taken apart.
   *
   * @param name qualified, with template arguments
   * @param parameters with their parentheses and what qualifies the function; empty for a variable
   * @param derived the compiler has made it of another function
   */
  record Result(String name, String parameters, boolean derived) {
    String whole() {
      return name + parameters;
    }

    /** The name without the template arguments that it ends in. */
    String template() {
      int depth = 0;
      for (int i = name.length() - 1; i >= 0 && name.endsWith(">"); i--) {
        depth += name.charAt(i) == '>' ? 1 : name.charAt(i) == '<' ? -1 : 0;
        if (depth == 0) {
          return name.substring(0, i);
        }
      }
      return name;
    }
  }

  private CppNameParser(String text) {
    super(text);
  }

  /** Empty for anything that is no mangled name, or goes beyond this grammar. */
  static Optional<Result> parse(String symbol) {
    boolean mangled = symbol.startsWith("_Z") && symbol.length() <= MOST_CHARACTERS;
    if (!mangled) {
      return Optional.empty();
    }
    try {
      CppNameParser parser = new CppNameParser(symbol);
      parser.at = 2;
      return Optional.of(parser.encoding());
    } catch (Unknown e) {
      return Optional.empty();
    }
  }

  private Result encoding() {
    String name = name();
    boolean ends = at == text.length() || peek() == '.';
    String parameters = "";
    if (!ends) {
      String own = qualifiers;
      if (endsInArguments && !withoutReturnType) {
        type();
      }
      parameters = parameters() + own;
    }
    return new Result(withoutHash(name), parameters, derived());
  }

  /** {@code .constprop.0}, {@code .cold} and the like stand behind the name. */
  private boolean derived() {
    if (at != text.length() && peek() != '.') {
      throw new Unknown();
    }
    return at != text.length();
  }

  /** Older Rust names end in a component of 17 characters, h and a hash. */
  private static String withoutHash(String name) {
    return name.replaceFirst("::h[0-9a-f]{16}$", "");
  }

  @Override
  String name() {
    enter();
    String name;
    if (take("N")) {
      name = nested();
    } else if (take("Z")) {
      name = local();
    } else {
      boolean substitution = peek() == 'S' && !text.startsWith("St", at);
      name = substitution ? substitution() : unscoped();
      if (peek() == 'I') {
        if (!substitution) {
          substitutions.add(name);
        }
        name = bounded(name + arguments());
        endsInArguments = true;
      } else {
        endsInArguments = false;
      }
    }
    depth--;
    return name;
  }

  private String unscoped() {
    return take("St") ? "std::" + component("std") : component("");
  }

  /** A function's local name: the function, then the name. */
  private String local() {
    Result outer = enclosed();
    if (!take("E")) {
      throw new Unknown();
    }
    if (take("s")) {
      return outer.whole() + "::string literal";
    }
    String inner = name();
    if (take("_")) {
      while (Character.isDigit(peek())) {
        at++;
      }
    }
    return bounded(outer.whole() + "::" + inner);
  }

  /** A function within another name, up to its E. */
  private Result enclosed() {
    String name = name();
    String own = qualifiers;
    String parameters = "";
    if (peek() != 'E') {
      if (endsInArguments && !withoutReturnType) {
        type();
      }
      parameters = parameters() + own;
    }
    qualifiers = "";
    return new Result(name, parameters, false);
  }

  private String nested() {
    String own = "";
    while (peek() == 'r' || peek() == 'V' || peek() == 'K') {
      char q = next();
      own = (q == 'K' ? " const" : q == 'V' ? " volatile" : " restrict") + own;
    }
    own += take("R") ? " &" : take("O") ? " &&" : "";
    String name = "";
    String last = "";
    boolean arguments = false;
    while (!take("E")) {
      if (peek() == 'I') {
        name = bounded(name + arguments());
        arguments = true;
      } else if (peek() == 'S' && !text.startsWith("St", at)) {
        name = substitution();
        last = lastPart(name);
        arguments = false;
        continue;
      } else if (name.isEmpty() && take("St")) {
        name = "std";
        continue;
      } else if (peek() == 'T' && name.isEmpty()) {
        name = templateParameter();
      } else {
        last = component(last);
        name = bounded(name.isEmpty() ? last : name + "::" + last);
        arguments = false;
      }
      if (peek() != 'E') {
        substitutions.add(name);
      }
    }
    if (name.isEmpty()) {
      throw new Unknown();
    }
    qualifiers = own;
    endsInArguments = arguments;
    return name;
  }

  private static String lastPart(String name) {
    int end = name.indexOf('<') < 0 ? name.length() : name.indexOf('<');
    return name.substring(
        name.lastIndexOf("::", end - 1) < 0 ? 0 : name.lastIndexOf("::", end - 1) + 2, end);
  }

  /**
   * One part of a name.
   *
   * @param before the part before it, which constructors and destructors repeat
   */
  private String component(String before) {
    withoutReturnType = false;
    take("L"); // internal linkage
    String part;
    char c = peek();
    if (Character.isDigit(c)) {
      part = source();
    } else if (c == 'C' || c == 'D') {
      at++;
      char kind = next();
      if (kind < '0' || kind > '5' || before.isEmpty()) {
        throw new Unknown();
      }
      withoutReturnType = true;
      part = c == 'C' ? before : "~" + before;
    } else if (c == 'U') {
      part = unnamed();
    } else {
      part = operator();
    }
    while (take("B")) {
      part = part + "[abi:" + source() + "]";
    }
    return part;
  }

  private String unnamed() {
    if (take("Ut")) {
      return "{unnamed type#" + discriminator() + "}";
    }
    if (!take("Ul")) {
      throw new Unknown();
    }
    String parameters = parameters();
    if (!take("E")) {
      throw new Unknown();
    }
    return "{lambda" + parameters + "#" + discriminator() + "}";
  }

  private int discriminator() {
    int number = Character.isDigit(peek()) ? number() + 2 : 1;
    if (!take("_")) {
      throw new Unknown();
    }
    return number;
  }

  private String operator() {
    if (take("cv")) {
      String target = type();
      withoutReturnType = true;
      return "operator " + target;
    }
    if (take("li")) {
      return "operator\"\" " + source();
    }
    String code = "" + next() + next();
    String symbol = OPERATORS.get(code);
    if (symbol == null) {
      throw new Unknown();
    }
    boolean word = Character.isLetter(symbol.charAt(0));
    return "operator" + (word ? " " : "") + symbol;
  }

  @Override
  String arguments() {
    next();
    List<String> arguments = new ArrayList<>();
    while (!take("E")) {
      arguments.add(argument());
    }
    templateArguments = arguments;
    return bounded("<" + String.join(", ", arguments) + ">");
  }

  private String argument() {
    enter();
    String argument;
    if (take("L")) {
      argument = literal();
    } else if (take("J")) {
      List<String> pack = new ArrayList<>();
      while (!take("E")) {
        pack.add(argument());
      }
      argument = String.join(", ", pack);
    } else {
      argument = type();
    }
    depth--;
    return bounded(argument);
  }

  private String literal() {
    if (take("_Z")) {
      String function = enclosed().whole();
      if (!take("E")) {
        throw new Unknown();
      }
      return "&" + function;
    }
    String type = type();
    int from = at;
    while (peek() != 'E') {
      next();
    }
    String digits = text.substring(from, at++).replace('n', '-');
    if (type.equals("bool")) {
      return digits.equals("0") ? "false" : "true";
    }
    return type.equals("int") ? digits : "(" + type + ")" + digits;
  }
}
