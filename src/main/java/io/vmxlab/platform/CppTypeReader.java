package io.vmxlab.platform;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads types of mangled names. Itanium C++ ABI "Type encodings". */
abstract class CppTypeReader extends CppCursor {
  // spotless:off
  private static final Map<Character, String> BUILTIN = Map.ofEntries(
      Map.entry('v', "void"), Map.entry('w', "wchar_t"), Map.entry('b', "bool"), Map.entry('c', "char"),
      Map.entry('a', "signed char"), Map.entry('h', "unsigned char"), Map.entry('s', "short"),
      Map.entry('t', "unsigned short"), Map.entry('i', "int"), Map.entry('j', "unsigned int"),
      Map.entry('l', "long"), Map.entry('m', "unsigned long"), Map.entry('x', "long long"),
      Map.entry('y', "unsigned long long"), Map.entry('n', "__int128"), Map.entry('o', "unsigned __int128"),
      Map.entry('f', "float"), Map.entry('d', "double"), Map.entry('e', "long double"),
      Map.entry('g', "__float128"), Map.entry('z', "..."));

  private static final Map<Character, String> STANDARD = Map.of(
      't', "std", 'a', "std::allocator", 'b', "std::basic_string", 's', "std::string",
      'i', "std::istream", 'o', "std::ostream", 'd', "std::iostream");

  private static final Map<Character, String> LONGER_BUILTIN = Map.of(
      'n', "decltype(nullptr)", 'i', "char32_t", 's', "char16_t", 'u', "char8_t", 'a', "auto",
      'c', "decltype(auto)", 'd', "decimal64", 'e', "decimal128", 'f', "decimal32");
  // spotless:on

  final List<String> substitutions = new ArrayList<>();
  List<String> templateArguments = List.of();

  /** Qualifiers of the member function that is being read. */
  String qualifiers = "";

  /** The name that is being read ends in template arguments, so a return type follows. */
  boolean endsInArguments;

  /** It names a constructor, a destructor or a conversion, which have no return type. */
  boolean withoutReturnType;

  CppTypeReader(String text) {
    super(text);
  }

  abstract String name();

  /** Template arguments with their brackets. */
  abstract String arguments();

  String parameters() {
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

  String templateParameter() {
    next();
    int index = Character.isDigit(peek()) ? number() + 1 : 0;
    if (!take("_") || index >= templateArguments.size()) {
      throw new Unknown();
    }
    return templateArguments.get(index);
  }

  String substitution() {
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

  String type() {
    enter();
    String type = bounded(typeWithoutDepth());
    depth--;
    return type;
  }

  String remember(String type) {
    substitutions.add(bounded(type));
    return type;
  }

  String typeWithoutDepth() {
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

  String classType() {
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
  String substituted() {
    String name = substitution();
    return peek() == 'I' ? remember(name + typeArguments()) : name;
  }

  /** Arguments of a type's template are not those that T_ means. */
  String typeArguments() {
    List<String> outer = templateArguments;
    String arguments = arguments();
    templateArguments = outer;
    return arguments;
  }

  String templateType() {
    String type = remember(templateParameter());
    return peek() == 'I' ? remember(type + typeArguments()) : type;
  }

  String longer() {
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
  String function() {
    next();
    take("Y");
    String result = type();
    String parameters = parameters();
    if (!take("E")) {
      throw new Unknown();
    }
    return result + " ()" + parameters;
  }

  String array() {
    next();
    String size = Character.isDigit(peek()) ? Integer.toString(number()) : "";
    if (!take("_")) {
      throw new Unknown();
    }
    return type() + " () [" + size + "]";
  }

  static String pointer(String type, String mark) {
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
