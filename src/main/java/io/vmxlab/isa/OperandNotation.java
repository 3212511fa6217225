package io.vmxlab.isa;

import io.vmxlab.isa.Operand.Kind;
import io.vmxlab.isa.Operand.Place;

/**
 * Reads one operand of the syntax column: {@code r/m32}, {@code imm8}, {@code m16:64}, {@code CL}.
 */
final class OperandNotation {
  private static final String[] FIXED_NAMES = {
    "AL", "CL", "DL", "BL", "AH", "CH", "DH", "BH", "AX", "CX", "DX", "BX", "SP", "BP", "SI", "DI",
    "EAX", "ECX", "EDX", "EBX", "ESP", "EBP", "ESI", "EDI", "RAX", "RCX", "RDX", "RBX", "RSP",
    "RBP", "RSI", "RDI"
  };

  private OperandNotation() {}

  /** The operand without its place, or null if the text is no operand. */
  static Operand parse(String text) {
    String t = text;
    if (t.length() > 2 && (t.endsWith("a") || t.endsWith("b")) && t.charAt(0) == 'r') {
      t = t.substring(0, t.length() - 1);
    }
    char first = t.charAt(0);
    switch (first) {
      case 'r':
        return register(text, t);
      case 'm':
        return t.startsWith("mm") ? other(text) : memory(text, t);
      case 'i':
        return t.startsWith("imm") ? sized(text, Kind.IMMEDIATE, t, 3) : null;
      case 'p':
        return t.equals("ptr16:16") || t.equals("ptr16:32")
            ? operand(text, Kind.FAR_POINTER, number(t, 6), 0)
            : null;
      case 's':
        return t.equals("sibmem") ? operand(text, Kind.MEMORY, 0, 0) : null;
      case 'S':
        return t.equals("Sreg") ? operand(text, Kind.SEGMENT_REGISTER, 16, 0) : fixed(text);
      case 'C':
        return numbered(t, "CR") ? operand(text, Kind.CONTROL_REGISTER, 64, 0) : fixed(text);
      case 'D':
        return numbered(t, "DR") ? operand(text, Kind.DEBUG_REGISTER, 64, 0) : fixed(text);
      case 'x':
      case 'y':
      case 'z':
      case 'k':
      case 't':
      case 'v':
      case 'b':
      case '<':
        return other(text);
      default:
        return fixed(text);
    }
  }

  private static boolean numbered(String t, String prefix) {
    return t.startsWith(prefix);
  }

  private static Operand operand(String text, Kind kind, int width, int register) {
    return new Operand(text, kind, Place.IMPLIED, width, width, register);
  }

  /** The decimal number at {@code from}; -1 if there is none. Digits end at any other character. */
  private static int number(String t, int from) {
    int value = -1;
    for (int i = from; i < t.length(); i++) {
      int digit = t.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      value = Math.max(value, 0) * 10 + digit;
    }
    return value;
  }

  private static Operand sized(String text, Kind kind, String t, int from) {
    int width = number(t, from);
    return width > 0 ? operand(text, kind, width, 0) : null;
  }

  private static Operand register(String text, String t) {
    if (t.startsWith("r/m")) {
      return sized(text, Kind.REGISTER_OR_MEMORY, t, 3);
    }
    if (t.startsWith("rel")) {
      return sized(text, Kind.RELATIVE, t, 3);
    }
    if (t.equals("reg")) {
      return operand(text, Kind.REGISTER, 32, 0);
    }
    if (t.startsWith("reg/m")) {
      return new Operand(text, Kind.REGISTER_OR_MEMORY, Place.IMPLIED, 32, number(t, 5), 0);
    }
    int width = number(t, 1);
    if (width != 8 && width != 16 && width != 32 && width != 64) {
      return null;
    }
    int memory = t.indexOf("/m");
    if (memory >= 0) {
      // r16/r32/m16: the widest register is what the row is about
      int last = t.lastIndexOf("/r");
      int widest = last > 0 ? number(t, last + 2) : width;
      int inMemory = number(t, memory + 2);
      return new Operand(text, Kind.REGISTER_OR_MEMORY, Place.IMPLIED, widest, inMemory, 0);
    }
    return operand(text, Kind.REGISTER, width, 0);
  }

  private static Operand memory(String text, String t) {
    if (t.equals("m") || t.equals("mem")) {
      return operand(text, Kind.MEMORY, 0, 0);
    }
    if (t.startsWith("moffs")) {
      return sized(text, Kind.MOFFS, t, 5);
    }
    int width = number(t, 1);
    if (width < 0) {
      return null;
    }
    int colon = t.indexOf(':');
    if (colon > 0) {
      return operand(text, Kind.FAR_MEMORY, number(t, colon + 1), 0);
    }
    if (t.indexOf('&') > 0 || t.indexOf('/') > 0) {
      return operand(text, Kind.MEMORY, 0, 0);
    }
    return operand(text, Kind.MEMORY, t.endsWith("byte") ? width * 8 : width, 0);
  }

  /** Registers of files that are not modelled, alone or as the alternative to memory. */
  private static Operand other(String text) {
    int memory = text.indexOf("/m");
    int width = memory >= 0 ? number(text, memory + 2) : 0;
    if (text.startsWith("vm")) {
      width = number(text, 2);
    }
    return new Operand(text, Kind.OTHER, Place.IMPLIED, 0, width, 0);
  }

  private static Operand fixed(String text) {
    for (int i = 0; i < FIXED_NAMES.length; i++) {
      if (FIXED_NAMES[i].equals(text)) {
        return operand(text, Kind.FIXED, 8 << (i / 8), i % 8);
      }
    }
    int segment = "ES CS SS DS FS GS".indexOf(text);
    if (text.length() == 2 && segment >= 0 && segment % 3 == 0) {
      return operand(text, Kind.FIXED, 16, segment / 3);
    }
    if (text.startsWith("ST")) {
      return new Operand(text, Kind.OTHER, Place.IMPLIED, 0, 0, 0);
    }
    int constant = number(text, 0);
    return constant >= 0 && text.length() < 3 ? operand(text, Kind.FIXED, 0, constant) : null;
  }
}
