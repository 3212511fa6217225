package io.vmxlab.isa;

/**
 * Reads the encoding column of a row: {@code 66 REX.W + 0F 38 F6 /r ib}, {@code VEX.LZ.0F38.W0 F2
 * /r}.
 */
final class EncodingNotation {
  private final String encoding;
  private final String syntax;

  int map;
  int opcode = -1;
  int opcodeMask = 0xFF;
  int prefix;
  int rexW = -1;
  boolean rexR;
  boolean modrm;
  int digit = -1;
  int rm = -1;

  /** ModRM is {@code C0+i}: a register in its low bits. */
  boolean stackRegister;

  int immediate;
  int secondImmediate;
  Encoding.Space space = Encoding.Space.LEGACY;
  int vexL = -1;

  /** 66H stands before a mandatory F2H or F3H, so it is the operand size. */
  boolean size16;

  private boolean opcodeComplete;

  EncodingNotation(String encoding, String syntax) {
    this.encoding = encoding;
    this.syntax = syntax;
    int at = 0;
    int n = encoding.length();
    while (at < n) {
      int end = encoding.indexOf(' ', at);
      if (end < 0) {
        end = n;
      }
      if (end > at) {
        token(encoding.substring(at, end));
      }
      at = end + 1;
    }
    if (opcode < 0) {
      throw error("no opcode");
    }
  }

  private TableException error(String what) {
    return new TableException(encoding, syntax, what);
  }

  private void token(String t) {
    char first = t.charAt(0);
    if (first == '+') {
      if (t.length() > 1) {
        lowBits(t.substring(1));
      }
    } else if (first == '/') {
      slash(t);
    } else if (t.startsWith("REX")) {
      rex(t);
    } else if (t.startsWith("VEX.") || t.startsWith("EVEX.")) {
      vex(t);
    } else if (t.equals("NP")) {
      prefix = Encoding.NO_PREFIX;
    } else if (t.equals("NFx")) {
      prefix = Encoding.NO_REPEAT;
    } else if (t.equals("xx")) {
      opcode = 0;
      opcodeMask = 0;
      opcodeComplete = true;
    } else if (hex(first) && t.length() >= 2 && hex(t.charAt(1))) {
      number(t);
    } else {
      size(t);
    }
  }

  private static boolean hex(char c) {
    return c >= '0' && c <= '9' || c >= 'A' && c <= 'F';
  }

  private void rex(String t) {
    if (t.equals("REX.W") || t.equals("REX.W+")) {
      rexW = 1;
    } else if (t.equals("REX.R") || t.equals("REX.R+")) {
      rexR = true;
    } else if (!t.equals("REX") && !t.equals("REX+")) {
      throw error("unknown " + t);
    }
  }

  private void number(String t) {
    int value = Integer.parseInt(t.substring(0, 2), 16);
    boolean legacy = space == Encoding.Space.LEGACY;
    if (opcodeComplete) {
      if (rm >= 0 || modrm) {
        throw error("a byte too many: " + t);
      }
      // AAM and AAD without operand: the byte is the immediate 10
      modrm = map != 0 || !legacy || (opcode & 0xFE) != 0xD4;
      if (t.endsWith("+i")) {
        stackRegister = true;
        digit = (value >> 3) & 7;
      } else {
        rm = value;
      }
      return;
    }
    if (legacy && opcode < 0 && map == 0 && (value == 0x66 || value == 0xF2 || value == 0xF3)) {
      size16 |= prefix == 0x66;
      prefix = value;
    } else if (legacy && map == 0 && value == 0x0F) {
      map = 1;
    } else if (legacy && map == 1 && (value == 0x38 || value == 0x3A)) {
      map = value == 0x38 ? 2 : 3;
    } else {
      opcode = value;
      opcodeComplete = true;
      if (t.length() > 2) {
        lowBits(t.substring(3));
      }
    }
  }

  private void lowBits(String t) {
    if (!t.equals("rb") && !t.equals("rw") && !t.equals("rd") && !t.equals("ro")) {
      throw error("unknown +" + t);
    }
    if ((opcode & 7) != 0) {
      throw error("the opcode of a +" + t + " row must be a multiple of eight");
    }
    opcodeMask = 0xF8;
  }

  private void slash(String t) {
    char kind = t.charAt(1);
    if (t.equals("/is4")) {
      addImmediate(1);
    } else if (t.length() == 2 && kind == 'r') {
      modrm = true;
    } else if (t.length() == 2 && kind >= '0' && kind <= '7') {
      modrm = true;
      digit = kind - '0';
    } else {
      throw error("unknown " + t);
    }
  }

  private void size(String t) {
    if (t.equals("moffs")) {
      immediate = -1;
      return;
    }
    if (t.length() != 2 || t.charAt(0) != 'i' && t.charAt(0) != 'c') {
      throw error("unknown " + t);
    }
    switch (t.charAt(1)) {
      case 'b':
        addImmediate(1);
        break;
      case 'w':
        addImmediate(2);
        break;
      case 'd':
        addImmediate(4);
        break;
      case 'p':
        addImmediate(4);
        secondImmediate = 2;
        break;
      case 'o':
        addImmediate(8);
        break;
      default:
        throw error("unknown " + t);
    }
  }

  private void addImmediate(int size) {
    if (immediate == 0) {
      immediate = size;
    } else if (secondImmediate == 0) {
      secondImmediate = size;
    } else {
      throw error("an immediate too many");
    }
  }

  private void vex(String t) {
    space = t.charAt(0) == 'E' ? Encoding.Space.EVEX : Encoding.Space.VEX;
    prefix = Encoding.NO_PREFIX;
    int at = t.indexOf('.') + 1;
    while (at <= t.length()) {
      int end = t.indexOf('.', at);
      if (end < 0) {
        end = t.length();
      }
      vexPart(t.substring(at, end));
      at = end + 1;
    }
    if (map == 0) {
      throw error("no opcode map");
    }
  }

  private void vexPart(String part) {
    switch (part) {
      case "128":
      case "L0":
      case "LZ":
        vexL = 0;
        break;
      case "256":
      case "L1":
        vexL = 1;
        break;
      case "512":
        vexL = 2;
        break;
      case "LIG":
      case "WIG":
      case "NP":
      case "NDS":
      case "NDD":
      case "DDS":
        break;
      case "66":
        prefix = 0x66;
        break;
      case "F2":
        prefix = 0xF2;
        break;
      case "F3":
        prefix = 0xF3;
        break;
      case "PIG":
        prefix = 0;
        break;
      case "0F":
        map = 1;
        break;
      case "0F38":
        map = 2;
        break;
      case "0F3A":
        map = 3;
        break;
      case "MAP5":
        map = 5;
        break;
      case "MAP6":
        map = 6;
        break;
      case "W0":
        rexW = 0;
        break;
      case "W1":
        rexW = 1;
        break;
      default:
        throw error("unknown " + part);
    }
  }
}
