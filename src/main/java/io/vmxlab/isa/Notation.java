package io.vmxlab.isa;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.StringTokenizer;

/** Reads the manual's notation. SDM Vol. 2A "Interpreting the Instruction Reference Pages". */
final class Notation {
  private static final String[] FIXED_8 = {"AL", "CL", "DL", "BL", "AH", "CH", "DH", "BH"};
  private static final String[] FIXED_16 = {"AX", "CX", "DX", "BX", "SP", "BP", "SI", "DI"};
  private static final String[] SEGMENTS = {"ES", "CS", "SS", "DS", "FS", "GS"};

  private Notation() {}

  /** The operands of a syntax, whose places follow from the encoding. */
  static List<Operand> operands(String syntax, String encoding, Set<FormAttribute> attributes) {
    int space = syntax.indexOf(' ');
    List<Operand> operands = new ArrayList<>();
    if (space < 0) {
      return operands;
    }
    boolean digit = hasDigit(encoding);
    boolean plusRegister = encoding.indexOf("+r") >= 0;
    boolean vex = encoding.startsWith("VEX") || encoding.startsWith("EVEX");
    boolean regTaken = digit || plusRegister;
    boolean immediateTaken = false;
    boolean rmIsRegister = attributes.contains(FormAttribute.RM_IS_REGISTER);
    for (String part : syntax.substring(space + 1).split(",")) {
      Operand operand = operand(syntax, part.trim());
      Operand.Place place = Operand.Place.IMPLIED;
      switch (operand.kind()) {
        case REGISTER:
          if (rmIsRegister) {
            place = Operand.Place.MODRM_RM;
          } else if (plusRegister) {
            place = Operand.Place.OPCODE_LOW_BITS;
          } else if (!regTaken) {
            place = Operand.Place.MODRM_REG;
            regTaken = true;
          } else if (vex) {
            place = Operand.Place.VEX_VVVV;
          } else {
            place = Operand.Place.MODRM_RM;
          }
          break;
        case SEGMENT_REGISTER:
        case CONTROL_REGISTER:
        case DEBUG_REGISTER:
          place = Operand.Place.MODRM_REG;
          break;
        case REGISTER_OR_MEMORY:
        case MEMORY:
        case FAR_MEMORY:
          place = Operand.Place.MODRM_RM;
          break;
        case IMMEDIATE:
        case RELATIVE:
        case MOFFS:
        case FAR_POINTER:
          place = immediateTaken ? Operand.Place.SECOND_IMMEDIATE : Operand.Place.IMMEDIATE;
          immediateTaken = true;
          break;
        default:
          break;
      }
      operands.add(
          new Operand(operand.text(), operand.kind(), place, operand.width(), operand.register()));
    }
    return operands;
  }

  private static Operand operand(String syntax, String text) {
    int fixed = index(FIXED_8, text);
    if (fixed >= 0) {
      // AH to BH as fixed operands do not occur; their numbers would mean SPL to DIL
      return new Operand(text, Operand.Kind.FIXED, null, 8, fixed);
    }
    fixed = index(FIXED_16, text);
    if (fixed >= 0) {
      return new Operand(text, Operand.Kind.FIXED, null, 16, fixed);
    }
    if (text.length() == 3 && (text.charAt(0) == 'E' || text.charAt(0) == 'R')) {
      fixed = index(FIXED_16, text.substring(1));
      if (fixed >= 0) {
        int width = text.charAt(0) == 'E' ? 32 : 64;
        return new Operand(text, Operand.Kind.FIXED, null, width, fixed);
      }
    }
    fixed = index(SEGMENTS, text);
    if (fixed >= 0) {
      return new Operand(text, Operand.Kind.FIXED, null, 16, fixed);
    }
    if (Character.isDigit(text.charAt(0))) {
      return new Operand(text, Operand.Kind.FIXED, null, 0, Integer.parseInt(text));
    }
    if (text.equals("Sreg")) {
      return new Operand(text, Operand.Kind.SEGMENT_REGISTER, null, 16, 0);
    }
    if (text.startsWith("CR")) {
      return new Operand(text, Operand.Kind.CONTROL_REGISTER, null, 64, 0);
    }
    if (text.startsWith("DR")) {
      return new Operand(text, Operand.Kind.DEBUG_REGISTER, null, 64, 0);
    }
    return sized(syntax, text);
  }

  private static Operand sized(String syntax, String text) {
    if (text.startsWith("ptr16:")) {
      int width = Integer.parseInt(text.substring(6));
      return new Operand(text, Operand.Kind.FAR_POINTER, null, width, 0);
    }
    if (text.startsWith("m16:")) {
      return new Operand(text, Operand.Kind.FAR_MEMORY, null, number(text, 4), 0);
    }
    if (text.startsWith("moffs")) {
      return new Operand(text, Operand.Kind.MOFFS, null, number(text, 5), 0);
    }
    if (text.startsWith("imm")) {
      return new Operand(text, Operand.Kind.IMMEDIATE, null, number(text, 3), 0);
    }
    if (text.startsWith("rel")) {
      return new Operand(text, Operand.Kind.RELATIVE, null, number(text, 3), 0);
    }
    if (text.startsWith("r/m")) {
      return new Operand(text, Operand.Kind.REGISTER_OR_MEMORY, null, number(text, 3), 0);
    }
    if (text.charAt(0) == 'r' && text.length() > 1 && Character.isDigit(text.charAt(1))) {
      return new Operand(text, Operand.Kind.REGISTER, null, number(text, 1), 0);
    }
    if (text.equals("m") || text.indexOf('&') > 0) {
      return new Operand(text, Operand.Kind.MEMORY, null, 0, 0);
    }
    if (text.charAt(0) == 'm' && Character.isDigit(text.charAt(1))) {
      return new Operand(text, Operand.Kind.MEMORY, null, number(text, 1), 0);
    }
    throw new TableException(syntax, "unknown operand " + text);
  }

  private static int number(String text, int from) {
    int value = 0;
    for (int i = from; i < text.length() && Character.isDigit(text.charAt(i)); i++) {
      value = value * 10 + text.charAt(i) - '0';
    }
    return value;
  }

  private static int index(String[] names, String name) {
    for (int i = 0; i < names.length; i++) {
      if (names[i].equals(name)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean hasDigit(String encoding) {
    int slash = encoding.indexOf('/');
    return slash >= 0 && encoding.charAt(slash + 1) != 'r';
  }

  /** The parsed encoding of a row. */
  static Encoding encoding(String text, List<Operand> operands, Set<FormAttribute> attributes) {
    StringTokenizer tokens = new StringTokenizer(text, " ");
    int map = 0;
    int opcode = -1;
    int mask = 0xFF;
    int prefix = 0;
    int rexW = -1;
    int digit = -1;
    int rm = -1;
    boolean modrm = false;
    int first = 0;
    int second = 0;
    int vexL = -1;
    Encoding.Space space = Encoding.Space.LEGACY;
    while (tokens.hasMoreTokens()) {
      String t = tokens.nextToken();
      if (t.startsWith("VEX.") || t.startsWith("EVEX.")) {
        space = t.charAt(0) == 'V' ? Encoding.Space.VEX : Encoding.Space.EVEX;
        prefix = -1;
        for (String f : t.split("\\.")) {
          switch (f) {
            case "128", "LZ", "L0" -> vexL = 0;
            case "256", "L1" -> vexL = 1;
            case "66" -> prefix = 0x66;
            case "F2" -> prefix = 0xF2;
            case "F3" -> prefix = 0xF3;
            case "0F" -> map = 1;
            case "0F38" -> map = 2;
            case "0F3A" -> map = 3;
            case "W0" -> rexW = 0;
            case "W1" -> rexW = 1;
            default -> {}
          }
        }
        continue;
      }
      switch (t) {
        case "NP":
          prefix = -1;
          break;
        case "REX.W":
          rexW = 1;
          break;
        case "REX":
        case "+":
          break;
        case "/r":
          modrm = true;
          break;
        case "ib", "cb":
          if (first == 0) first = 1;
          else second = 1;
          break;
        case "iw", "cw":
          if (first == 0) first = 2;
          else second = 2;
          break;
        case "id", "cd":
          if (first == 0) first = 4;
          else second = 4;
          break;
        case "io":
          first = 8;
          break;
        case "cp":
          first = 4;
          second = 2;
          break;
        case "moffs":
          first = -1;
          break;
        default:
          if (t.charAt(0) == '/') {
            digit = t.charAt(1) - '0';
            modrm = true;
          } else {
            int plus = t.indexOf('+');
            int b = Integer.parseInt(plus < 0 ? t : t.substring(0, plus), 16);
            if (plus >= 0) {
              mask = 0xF8;
            }
            if (opcode < 0
                && (b == 0x66 || b == 0xF2 || b == 0xF3)
                && tokens.countTokens() > 0
                && map == 0
                && moreOpcode(text, t)) {
              prefix = b;
            } else if (opcode < 0 && map == 0 && b == 0x0F && space == Encoding.Space.LEGACY) {
              map = 1;
            } else if (opcode < 0 && map == 1 && b == 0x38 && space == Encoding.Space.LEGACY) {
              map = 2;
            } else if (opcode < 0 && map == 1 && b == 0x3A && space == Encoding.Space.LEGACY) {
              map = 3;
            } else if (opcode < 0) {
              opcode = b;
            } else {
              rm = b;
              modrm = true;
            }
          }
          break;
      }
    }
    int mod = -1;
    for (Operand o : operands) {
      if (o.kind() == Operand.Kind.MEMORY || o.kind() == Operand.Kind.FAR_MEMORY) {
        mod = 0;
      }
      if (o.kind() == Operand.Kind.MOFFS) {
        first = -1;
      }
      if (o.kind() == Operand.Kind.FAR_POINTER) {
        first = o.width() / 8;
        second = 2;
      }
      if (o.kind() == Operand.Kind.REGISTER
          && o.place() == Operand.Place.MODRM_RM
          && !attributes.contains(FormAttribute.RM_IS_REGISTER)) {
        mod = 3;
      }
    }
    return new Encoding(
        map, opcode, mask, prefix, rexW, modrm, digit, rm, mod, first, second, space, vexL);
  }

  /** Whether an opcode byte follows the token: then 66H, F2H, F3H are mandatory prefixes. */
  private static boolean moreOpcode(String text, String token) {
    String rest = text.substring(text.indexOf(token) + 2).trim();
    if (rest.startsWith("REX")) {
      return true;
    }
    return rest.length() >= 2
        && Character.digit(rest.charAt(0), 16) >= 0
        && Character.digit(rest.charAt(1), 16) >= 0;
  }
}
