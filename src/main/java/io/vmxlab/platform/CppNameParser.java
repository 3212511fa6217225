package io.vmxlab.platform;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads mangled names: namespaces, classes, templates, operators, constructors and destructors,
 * with the types of parameters. Itanium C++ ABI "External Names (a.k.a. Mangling)".
 */
final class CppNameParser {
  /** Substitutions can double a name again and again. */
  private static final int MOST_CHARACTERS = 4096;

  private static final int MOST_DEPTH = 64;

  // spotless:off
  private static final Map<Character, String> BUILTIN = Map.ofEntries(
      Map.entry('v', "void"), Map.entry('w', "wchar_t"), Map.entry('b', "bool"), Map.entry('c', "char"),
      Map.entry('a', "signed char"), Map.entry('h', "unsigned char"), Map.entry('s', "short"),
      Map.entry('t', "unsigned short"), Map.entry('i', "int"), Map.entry('j', "unsigned int"),
      Map.entry('l', "long"), Map.entry('m', "unsigned long"), Map.entry('x', "long long"),
      Map.entry('y', "unsigned long long"), Map.entry('n', "__int128"), Map.entry('o', "unsigned __int128"),
      Map.entry('f', "float"), Map.entry('d', "double"), Map.entry('e', "long double"),
      Map.entry('g', "__float128"), Map.entry('z', "..."));

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

  private static final Map<Character, String> STANDARD = Map.of(
      't', "std", 'a', "std::allocator", 'b', "std::basic_string", 's', "std::string",
      'i', "std::istream", 'o', "std::ostream", 'd', "std::iostream");

  private static final Map<Character, String> LONGER_BUILTIN = Map.of(
      'n', "decltype(nullptr)", 'i', "char32_t", 's', "char16_t", 'u', "char8_t", 'a', "auto",
      'c', "decltype(auto)", 'd', "decimal64", 'e', "decimal128", 'f', "decimal32");
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

  /** The grammar has no such name, or this class has not. */
  private static final class Unknown extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unknown() {
      super(null, null, false, false);
    }
  }

  private final String text;
  private int at;
  private int depth;
  private final List<String> substitutions = new ArrayList<>();
  private List<String> templateArguments = List.of();

  /** Qualifiers of the member function that is being read. */
  private String qualifiers = "";

  /** The name that is being read ends in template arguments, so a return type follows. */
  private boolean endsInArguments;

  /** It names a constructor, a destructor or a conversion, which have no return type. */
  private boolean withoutReturnType;

  private CppNameParser(String text) {
    this.text = text;
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

  private char peek() {
    return at < text.length() ? text.charAt(at) : 0;
  }

  private char next() {
    if (at >= text.length()) {
      throw new Unknown();
    }
    return text.charAt(at++);
  }

  private boolean take(String expected) {
    boolean there = text.startsWith(expected, at);
    at += there ? expected.length() : 0;
    return there;
  }

  private static String bounded(String made) {
    if (made.length() > MOST_CHARACTERS) {
      throw new Unknown();
    }
    return made;
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

  private String parameters() {
    List<String> types = new ArrayList<>();
    while (at < text.length() && peek() != 'E' && peek() != '.') {
      types.add(type());
    }
    if (types.isEmpty()) {
      throw new Unknown();
    }
    boolean none = types.size() == 1 && types.get(0).equals("void");
    return bounded("(" + (none ? "" : String.join(", ", types)) + ")");
  }

  private String name() {
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

  private void enter() {
    if (++depth > MOST_DEPTH) {
      throw new Unknown();
    }
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

  private int number() {
    int number = 0;
    while (Character.isDigit(peek())) {
      number = number * 10 + next() - '0';
      if (number > MOST_CHARACTERS) {
        throw new Unknown();
      }
    }
    return number;
  }

  private String source() {
    int length = number();
    if (length == 0 || length > text.length() - at) {
      throw new Unknown();
    }
    String name = text.substring(at, at + length);
    at += length;
    return name.startsWith("_GLOBAL__N") ? "(anonymous namespace)" : name;
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

  private String arguments() {
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

  private String templateParameter() {
    next();
    int index = Character.isDigit(peek()) ? number() + 1 : 0;
    if (!take("_") || index >= templateArguments.size()) {
      throw new Unknown();
    }
    return templateArguments.get(index);
  }

  private String substitution() {
    next();
    String standard = STANDARD.get(peek());
    if (standard != null) {
      at++;
      return standard;
    }
    int index = 0;
    if (peek() != '_') {
      while (Character.isDigit(peek()) || peek() >= 'A' && peek() <= 'Z') {
        index = index * 36 + Character.digit(next(), 36);
        if (index > MOST_CHARACTERS) {
          throw new Unknown();
        }
      }
      index++;
    }
    if (!take("_") || index >= substitutions.size()) {
      throw new Unknown();
    }
    return substitutions.get(index);
  }

  private String type() {
    enter();
    String type = bounded(typeWithoutDepth());
    depth--;
    return type;
  }

  private String remember(String type) {
    substitutions.add(bounded(type));
    return type;
  }

  private String typeWithoutDepth() {
    char c = peek();
    String builtin = BUILTIN.get(c);
    if (builtin != null) {
      at++;
      return builtin;
    }
    switch (c) {
      case 'P':
        at++;
        return remember(pointer(type(), "*"));
      case 'R':
        at++;
        return remember(pointer(type(), "&"));
      case 'O':
        at++;
        return remember(pointer(type(), "&&"));
      case 'K':
        at++;
        return remember(type() + " const");
      case 'V':
        at++;
        return remember(type() + " volatile");
      case 'r':
        at++;
        return remember(type() + " restrict");
      case 'F':
        return remember(function());
      case 'A':
        return remember(array());
      case 'T':
        return templateType();
      case 'D':
        return longer();
      case 'u':
        at++;
        return source();
      case 'S':
        return text.startsWith("St", at) ? classType() : substituted();
      default:
        return classType();
    }
  }

  private String classType() {
    String own = qualifiers;
    boolean ends = endsInArguments;
    boolean without = withoutReturnType;
    List<String> outer = templateArguments;
    String name = name();
    templateArguments = outer;
    qualifiers = own;
    endsInArguments = ends;
    withoutReturnType = without;
    return remember(name);
  }

  /** A substitution as a type, with template arguments if it is a template. */
  private String substituted() {
    String name = substitution();
    return peek() == 'I' ? remember(name + typeArguments()) : name;
  }

  /** Arguments of a type's template are not those that T_ means. */
  private String typeArguments() {
    List<String> outer = templateArguments;
    String arguments = arguments();
    templateArguments = outer;
    return arguments;
  }

  private String templateType() {
    String type = remember(templateParameter());
    return peek() == 'I' ? remember(type + typeArguments()) : type;
  }

  private String longer() {
    at++;
    if (take("p")) {
      return type();
    }
    String type = LONGER_BUILTIN.get(next());
    if (type == null) {
      throw new Unknown();
    }
    return type;
  }

  /** {@code int (*)(char)} keeps a place for what points to it. */
  private String function() {
    next();
    take("Y");
    String result = type();
    String parameters = parameters();
    if (!take("E")) {
      throw new Unknown();
    }
    return result + " ()" + parameters;
  }

  private String array() {
    next();
    String size = Character.isDigit(peek()) ? Integer.toString(number()) : "";
    if (!take("_")) {
      throw new Unknown();
    }
    return type() + " () [" + size + "]";
  }

  private static String pointer(String type, String mark) {
    int place = type.indexOf(" ()");
    int deeper = type.indexOf("*)(");
    if (place >= 0) {
      return type.substring(0, place + 2) + mark + type.substring(place + 2);
    }
    return deeper >= 0 && type.contains("(*")
        ? type.substring(0, deeper + 1) + mark + type.substring(deeper + 1)
        : type + mark;
  }
}
