package io.vmxlab.isa;

import static io.vmxlab.isa.Encoding.ANY_SIZE;
import static io.vmxlab.isa.Encoding.SIZE16;
import static io.vmxlab.isa.Encoding.SIZE32;
import static io.vmxlab.isa.Encoding.SIZE64;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import io.vmxlab.isa.Encoding.Space;
import io.vmxlab.isa.Operand.Kind;
import io.vmxlab.isa.Operand.Place;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Understands a row: joins its encoding and its syntax. Where each operand is encoded (the manual's
 * "Op/En" column) follows from the two.
 */
final class Notation {
  private final EncodingNotation code;
  private final String encoding;
  private final String syntax;
  private final Set<FormAttribute> attributes;
  private final String mnemonic;
  private final List<Operand> operands = new ArrayList<>(4);

  private Notation(String encoding, String syntax, Set<FormAttribute> attributes) {
    this.encoding = encoding;
    this.syntax = syntax;
    this.attributes = attributes;
    code = new EncodingNotation(encoding, syntax);
    int space = syntax.indexOf(' ');
    mnemonic = space < 0 ? syntax : syntax.substring(0, space);
    if (space >= 0) {
      readOperands(space + 1);
    }
  }

  /**
   * Parses a row.
   *
   * @throws TableException if the row is malformed
   */
  static Form parse(
      String page,
      Sdm citation,
      String encoding,
      String syntax,
      Set<FormAttribute> attributes,
      Feature feature,
      String owner,
      String method,
      String descriptor,
      String flags) {
    Notation n = new Notation(encoding, syntax, attributes);
    int mod = n.place();
    return new Form(
        page,
        citation,
        encoding,
        n.encoding(mod),
        n.mnemonic,
        Collections.unmodifiableList(n.operands),
        attributes,
        n.operandSize(),
        feature,
        owner,
        method,
        descriptor,
        flags);
  }

  private TableException error(String what) {
    return new TableException(encoding, syntax, what);
  }

  private void readOperands(int from) {
    int at = from;
    while (at <= syntax.length()) {
      int end = syntax.indexOf(',', at);
      if (end < 0) {
        end = syntax.length();
      }
      String text = syntax.substring(at, end).trim();
      Operand operand = text.isEmpty() ? null : OperandNotation.parse(text);
      if (operand == null) {
        throw error("unknown operand \"" + text + "\"");
      }
      operands.add(operand);
      at = end + 1;
    }
  }

  private boolean has(FormAttribute attribute) {
    return attributes.contains(attribute);
  }

  /** Gives every operand its place; returns what the row demands of ModRM.mod. */
  private int place() {
    int immediates = 0;
    int memoryAt = -1;
    for (int i = 0; i < operands.size(); i++) {
      Operand o = operands.get(i);
      if (o.addressable() && code.modrm) {
        if (memoryAt >= 0) {
          throw error("two operands in ModRM.rm");
        }
        memoryAt = i;
        operands.set(i, o.at(Place.MODRM_RM));
      } else if (o.kind() == Kind.MEMORY && !code.modrm) {
        operands.set(
            i, new Operand(o.text(), Kind.STRING, Place.IMPLIED, o.width(), o.memoryWidth(), 0));
      } else if (isImmediate(o)) {
        operands.set(i, o.at(immediates++ == 0 ? Place.IMMEDIATE : Place.SECOND_IMMEDIATE));
      } else if (o.kind() == Kind.REGISTER_OR_MEMORY || o.kind() == Kind.FAR_MEMORY) {
        throw error(o.text() + " without ModRM");
      }
    }
    int rmAt = placeRegisters(memoryAt);
    checkImmediates(immediates);
    return demandedMod(memoryAt, rmAt);
  }

  private static boolean isImmediate(Operand o) {
    switch (o.kind()) {
      case IMMEDIATE:
      case RELATIVE:
      case MOFFS:
      case FAR_POINTER:
        return true;
      default:
        return false;
    }
  }

  /** Returns the position of the operand in ModRM.rm, or -1. */
  private int placeRegisters(int memoryAt) {
    List<Integer> registers = new ArrayList<>(4);
    for (int i = 0; i < operands.size(); i++) {
      Operand o = operands.get(i);
      boolean impliedOther = o.text().startsWith("<") || o.text().equals("ST(0)");
      if (i != memoryAt && o.namesRegister() && !impliedOther) {
        registers.add(i);
      }
    }
    if (code.stackRegister) {
      return putStackRegister();
    }
    if (!code.modrm) {
      if (registers.size() > 1 || registers.size() == 1 && code.opcodeMask != 0xF8) {
        throw error("nowhere to encode a register");
      }
      if (registers.size() == 1) {
        put(registers.get(0), Place.OPCODE_LOW_BITS);
      } else if (code.opcodeMask == 0xF8) {
        throw error("no operand for the opcode's low bits");
      }
      return -1;
    }
    if (memoryAt < 0 && has(FormAttribute.RM_IS_REGISTER)) {
      return placeControlMove(registers);
    }
    return placeModrmRegisters(registers, memoryAt);
  }

  private void put(int i, Place place) {
    operands.set(i, operands.get(i).at(place));
  }

  private int putStackRegister() {
    for (int i = 0; i < operands.size(); i++) {
      if (operands.get(i).text().equals("ST(i)")) {
        put(i, Place.MODRM_RM);
        return i;
      }
    }
    throw error("no ST(i)");
  }

  private int placeControlMove(List<Integer> registers) {
    int rmAt = -1;
    for (int i : registers) {
      boolean general = operands.get(i).kind() == Kind.REGISTER;
      put(i, general ? Place.MODRM_RM : Place.MODRM_REG);
      rmAt = general ? i : rmAt;
    }
    return rmAt;
  }

  /**
   * The order of fields in which registers are named: reg, vvvv, rm, of tiles reg, rm, vvvv; with
   * the memory operand first vvvv, reg, of general-purpose registers reg, vvvv; with an opcode
   * extension vvvv, rm. A register after all these is in an immediate.
   */
  private int placeModrmRegisters(List<Integer> registers, int memoryAt) {
    boolean vex = code.space != Space.LEGACY;
    boolean reg = code.digit < 0 && code.rm < 0;
    boolean rm = memoryAt < 0 && code.rm < 0;
    int free = (reg ? 1 : 0) + (rm ? 1 : 0);
    boolean vvvv = vex && registers.size() > free;
    int rmAt = memoryAt;
    for (int i : registers) {
      boolean vector = operands.get(i).kind() == Kind.OTHER;
      boolean tile = vector && operands.get(i).text().startsWith("tmm");
      if (vvvv && (memoryAt == 0 && vector || !reg && !tile)) {
        put(i, Place.VEX_VVVV);
        vvvv = false;
      } else if (reg) {
        put(i, Place.MODRM_REG);
        reg = false;
      } else if (vvvv && !(tile && rm)) {
        put(i, Place.VEX_VVVV);
        vvvv = false;
      } else if (rm) {
        put(i, Place.MODRM_RM);
        rmAt = i;
        rm = false;
      } else if (vex && operands.get(i).kind() == Kind.OTHER && code.immediate == 1) {
        put(i, Place.IMMEDIATE);
      } else {
        throw error("nowhere to encode " + operands.get(i).text());
      }
    }
    return rmAt;
  }

  private void checkImmediates(int immediates) {
    int places = (code.immediate != 0 ? 1 : 0) + (code.secondImmediate != 0 ? 1 : 0);
    for (Operand o : operands) {
      if (o.kind() == Kind.FAR_POINTER) {
        code.immediate = o.width() / 8;
        code.secondImmediate = 2;
        return;
      }
      if (o.kind() == Kind.MOFFS) {
        code.immediate = -1;
        return;
      }
    }
    if (code.space == Space.LEGACY && immediates != places) {
      throw error(immediates + " immediates in the syntax, " + places + " in the encoding");
    }
  }

  private int demandedMod(int memoryAt, int rmAt) {
    if (has(FormAttribute.RM_IS_REGISTER) || !code.modrm || code.rm >= 0) {
      return -1;
    }
    if (memoryAt >= 0) {
      Operand o = operands.get(memoryAt);
      boolean alsoRegister =
          o.kind() == Kind.REGISTER_OR_MEMORY || o.kind() == Kind.OTHER && o.namesRegister();
      return alsoRegister ? -1 : 0;
    }
    // Without an operand in ModRM.rm the row is one of those that hardware knows by mod = 3.
    return rmAt >= 0 || code.digit >= 0 || code.space == Space.LEGACY ? 3 : -1;
  }

  private Encoding encoding(int mod) {
    return new Encoding(
        code.map,
        code.opcode,
        code.opcodeMask,
        code.prefix,
        code.rexW,
        code.rexR,
        code.modrm,
        code.digit,
        code.rm,
        mod,
        code.immediate,
        code.secondImmediate,
        code.space,
        code.vexL,
        sizes());
  }

  /** The size that attributes or a general-purpose operand fix, or 0. */
  private int operandSize() {
    if (has(FormAttribute.O8)) {
      return 8;
    }
    int sizes = attributeSizes();
    if (sizes != 0) {
      return sizes == SIZE16 ? 16 : sizes == SIZE32 ? 32 : 64;
    }
    int fallback = 0;
    for (Operand o : operands) {
      switch (o.kind()) {
        case REGISTER:
        case REGISTER_OR_MEMORY:
        case MOFFS:
        case STRING:
          return o.width();
        case FIXED:
          if (o.width() == 0 || o.text().endsWith("S")) {
            break; // a constant or a segment register
          }
          if (!o.text().equals("DX") && !o.text().equals("CL")) {
            return o.width();
          }
          break;
        case FAR_MEMORY:
          fallback = o.width();
          break;
        default:
          break;
      }
    }
    return fallback;
  }

  private int attributeSizes() {
    return (has(FormAttribute.O16) || code.size16 ? SIZE16 : 0)
        | (has(FormAttribute.O32) ? SIZE32 : 0)
        | (has(FormAttribute.O64) ? SIZE64 : 0);
  }

  private int sizes() {
    if (code.space != Space.LEGACY) {
      return ANY_SIZE;
    }
    int sizes = attributeSizes();
    if (sizes != 0) {
      return sizes;
    }
    switch (operandSize()) {
      case 8:
        return ANY_SIZE;
      case 16:
        return SIZE16;
      case 32:
        return SIZE32;
      case 64:
        return SIZE64;
      default:
        return sizesOfImmediate();
    }
  }

  /** PUSH imm16, CALL rel32: the immediate alone shows the size; 32 bits serve for 64 too. */
  private int sizesOfImmediate() {
    for (Operand o : operands) {
      if (isImmediate(o) && o.width() == 16) {
        return SIZE16;
      }
      if (isImmediate(o) && o.width() == 32) {
        return SIZE32 | SIZE64;
      }
    }
    return ANY_SIZE;
  }
}
