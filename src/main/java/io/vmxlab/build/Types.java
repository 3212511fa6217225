package io.vmxlab.build;

import java.util.ArrayList;
import java.util.List;

/** Descriptors of types and methods. JVM specification, "Descriptors". */
final class Types {
  static final String OBJECT = "Ljava/lang/Object;";

  private Types() {}

  static List<String> parameters(String method) {
    List<String> types = new ArrayList<>();
    int at = 1;
    while (method.charAt(at) != ')') {
      int end = at;
      while (method.charAt(end) == '[') {
        end++;
      }
      end = method.charAt(end) == 'L' ? method.indexOf(';', end) + 1 : end + 1;
      types.add(method.substring(at, end));
      at = end;
    }
    return types;
  }

  static String result(String method) {
    return method.substring(method.indexOf(')') + 1);
  }

  static boolean isPrimitive(String type) {
    return type.length() == 1;
  }

  /** How the JVM keeps values of a type on its stack: I, J, F, D, A, or V for none. */
  static char kept(String type) {
    switch (type.charAt(0)) {
      case 'Z':
      case 'B':
      case 'S':
      case 'C':
        return 'I';
      case 'L':
      case '[':
        return 'A';
      default:
        return type.charAt(0);
    }
  }

  /** Words that a value takes on the stack and among the locals. */
  static int words(String type) {
    char kept = kept(type);
    return kept == 'V' ? 0 : kept == 'J' || kept == 'D' ? 2 : 1;
  }

  /** What a class constant says of a reference type. */
  static String internal(String type) {
    return type.charAt(0) == 'L' ? type.substring(1, type.length() - 1) : type;
  }

  /** Internal name of the class that boxes a primitive type. */
  static String box(String primitive) {
    switch (primitive) {
      case "Z":
        return "java/lang/Boolean";
      case "B":
        return "java/lang/Byte";
      case "S":
        return "java/lang/Short";
      case "C":
        return "java/lang/Character";
      case "I":
        return "java/lang/Integer";
      case "J":
        return "java/lang/Long";
      case "F":
        return "java/lang/Float";
      default:
        return "java/lang/Double";
    }
  }

  /** Method of a box that gives the value. */
  static String unboxing(String primitive) {
    switch (primitive) {
      case "Z":
        return "booleanValue";
      case "B":
        return "byteValue";
      case "S":
        return "shortValue";
      case "C":
        return "charValue";
      case "I":
        return "intValue";
      case "J":
        return "longValue";
      case "F":
        return "floatValue";
      default:
        return "doubleValue";
    }
  }

  /** The primitive type that a class boxes, or null. */
  static String boxed(String type) {
    for (String primitive : List.of("Z", "B", "S", "C", "I", "J", "F", "D")) {
      if (type.equals("L" + box(primitive) + ";")) {
        return primitive;
      }
    }
    return null;
  }
}
