package io.vmxlab.isa;

import io.vmxlab.arch.CodeMode;
import java.io.ByteArrayOutputStream;
import java.util.List;

/** Encodes written operands by a row, if they fit it. */
final class Encoder {
  private final Decoder decoder;
  private final CodeMode mode;

  /** Address of the instruction's first byte. */
  private final long here;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream(16);
  private int rex;

  /** A REX prefix is needed (1), impossible (-1) or neither (0). */
  private int rexDemand;

  private int reg;
  private int rm;
  private int vvvv;
  private AsmOperand memory;
  private int effectiveSize;
  private int numberSize;
  private int addressPrefix;

  /**
   * Prepares an encoder for one instruction.
   *
   * @param decoder says which row some prefixes, opcode and ModRM mean, so that no prefix is
   *     written that the row does not need
   */
  Encoder(Decoder decoder, CodeMode mode, long here) {
    this.decoder = decoder;
    this.mode = mode;
    this.here = here;
  }

  /** The bytes, or null if the operands do not fit the row. */
  byte[] encode(Form form, List<AsmOperand> operands, AsmPrefixes prefixes) {
    Encoding e = form.pattern();
    boolean long64 = mode == CodeMode.BITS64;
    if (form.has(FormAttribute.ONLY64) && !long64 || form.has(FormAttribute.NO64) && long64) {
      return null;
    }
    if (e.rexW() == 1 && !long64 && e.space() == Encoding.Space.LEGACY) {
      return null;
    }
    reg = Math.max(e.digit(), 0);
    numberSize = numberSize(operands);
    addressPrefix = prefixes.addressSize();
    rex = e.rexW() == 1 ? 8 : 0;
    for (int i = 0; i < operands.size(); i++) {
      if (!place(form, form.operands().get(i), operands.get(i))) {
        return null;
      }
    }
    if (e.opcodeMask() != 0xFF && form.operands().stream().noneMatch(Encoder::inOpcode)) {
      return null;
    }
    return assemble(form, operands, prefixes);
  }

  /** Operand size that a keyword before a lone number asks for: {@code push word 1}. */
  private int numberSize(List<AsmOperand> operands) {
    if (operands.isEmpty()) {
      return 0;
    }
    int size = operands.get(0).size;
    boolean widened = mode == CodeMode.BITS64 && size == 32;
    return size < 16 || widened ? 0 : size;
  }

  private static boolean inOpcode(Operand o) {
    return o.place() == Operand.Place.OPCODE_LOW_BITS;
  }

  /** Puts an operand's register number where the row wants it; false if it does not fit. */
  private boolean place(Form form, Operand want, AsmOperand have) {
    switch (want.kind()) {
      case REGISTER_OR_MEMORY:
        if (have.kind == AsmOperand.Kind.MEMORY) {
          memory = have;
          return !have.far && (have.size == 0 || have.size == want.memoryWidth());
        }
        return general(want, have);
      case REGISTER:
        return general(want, have);
      case MEMORY:
        memory = have;
        return have.kind == AsmOperand.Kind.MEMORY
            && (have.size == 0 || want.width() == 0 || have.size == want.width());
      case FAR_MEMORY:
        memory = have;
        return have.kind == AsmOperand.Kind.MEMORY
            && (have.far || form.operands().size() > 1)
            && (have.size == 0 || have.size == want.width());
      case MOFFS:
        return have.kind == AsmOperand.Kind.MEMORY && offset(want, have);
      case FIXED:
        return fixed(want, have);
      case SEGMENT_REGISTER:
        reg = have.register == null ? 0 : have.register.number();
        return special(have, RegisterName.Kind.SEGMENT);
      case CONTROL_REGISTER:
        reg = have.register == null ? 0 : have.register.number();
        return special(have, RegisterName.Kind.CONTROL);
      case DEBUG_REGISTER:
        reg = have.register == null ? 0 : have.register.number();
        return special(have, RegisterName.Kind.DEBUG);
      case FAR_POINTER:
        return have.kind == AsmOperand.Kind.FAR && (have.size == 0 || have.size == want.width());
      default:
        return have.kind == AsmOperand.Kind.VALUE;
    }
  }

  private static boolean special(AsmOperand have, RegisterName.Kind kind) {
    return have.kind == AsmOperand.Kind.REGISTER && have.register.kind() == kind;
  }

  private boolean offset(Operand want, AsmOperand have) {
    boolean fits = have.size == 0 || have.size == want.width();
    boolean asked = mode != CodeMode.BITS64 || have.addressSize == 64 || addressPrefix == 32;
    memory = null;
    return fits && asked && have.registerSize() == 0 && !have.relative;
  }

  private static boolean fixed(Operand want, AsmOperand have) {
    if (Character.isDigit(want.text().charAt(0))) {
      return have.kind == AsmOperand.Kind.VALUE
          && have.value.known()
          && !have.value.relocatable()
          && have.value.number() == want.register()
          && !have.strict;
    }
    return have.kind == AsmOperand.Kind.REGISTER
        && have.register.equals(RegisterName.of(want.text()));
  }

  private boolean general(Operand want, AsmOperand have) {
    if (!have.isGeneral(want.width())) {
      return false;
    }
    RegisterName r = have.register;
    if (mode != CodeMode.BITS64 && (r.number() > 7 || r.width() == 64)) {
      return false;
    }
    if (r.width() == 8 && r.number() >= 4 && r.number() < 8) {
      if (!r.high() && mode != CodeMode.BITS64) {
        return false;
      }
      rexDemand = demand(r.high() ? -1 : 1);
    }
    switch (want.place()) {
      case MODRM_REG:
        reg = r.number();
        break;
      case VEX_VVVV:
        vvvv = r.number();
        break;
      default:
        rm = r.number();
        break;
    }
    return true;
  }

  private int demand(int now) {
    return rexDemand == 0 || rexDemand == now ? now : 2;
  }

  private byte[] assemble(Form form, List<AsmOperand> operands, AsmPrefixes prefixes) {
    Encoding e = form.pattern();
    if (e.mod() == 0 && memory == null || e.mod() == 3 && e.rm() < 0 && memory != null) {
      return null;
    }
    AsmAddress address = null;
    if (memory != null) {
      address = AsmAddress.of(memory, mode, addressPrefix);
      if (address == null) {
        return null;
      }
      rex |= address.rex;
      rm = 0;
    }
    int addressSize = addressSize(form, operands, address);
    rex |= (reg & 8) >> 1 | (rm & 8) >> 3;
    Boolean toggle = operandSizeToggle(form, addressSize, prefixes.operandSize());
    if (toggle == null) {
      return null;
    }
    out.writeBytes(prefixes.bytes());
    for (AsmOperand operand : operands) {
      if (operand.kind == AsmOperand.Kind.MEMORY && operand.segment >= 0) {
        int[] overrides = {0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65};
        out.write(overrides[operand.segment]);
      }
    }
    if (toggle) {
      out.write(0x66);
    }
    if (addressSize != mode.bits) {
      out.write(0x67);
    }
    if (!opcode(e)) {
      return null;
    }
    out.write(opcodeByte(e));
    if (e.rm() >= 0) {
      out.write(e.rm());
    } else if (e.modrm()) {
      if (address == null) {
        out.write(modrm(3));
      } else {
        address.write(out, reg & 7, here, immediateBytes(e, addressSize));
      }
    }
    int size = form.operandSize() != 0 ? form.operandSize() : effectiveSize;
    return immediates(form, operands, addressSize, size) ? out.toByteArray() : null;
  }

  private static int immediateBytes(Encoding e, int addressSize) {
    return (e.immediate() < 0 ? addressSize / 8 : e.immediate()) + e.secondImmediate();
  }

  private int addressSize(Form form, List<AsmOperand> operands, AsmAddress address) {
    if (form.has(FormAttribute.A16)) {
      return 16;
    } else if (form.has(FormAttribute.A32)) {
      return 32;
    } else if (address != null) {
      return address.size;
    }
    for (AsmOperand o : operands) {
      if (o.kind == AsmOperand.Kind.MEMORY) {
        return AsmAddress.size(o, mode, addressPrefix);
      }
    }
    return addressPrefix != 0 ? addressPrefix : mode.bits;
  }

  /** Whether 66H is needed for the operand size; null if the row cannot be had at all. */
  private Boolean operandSizeToggle(Form form, int addressSize, int sizePrefix) {
    Encoding e = form.pattern();
    if (e.space() != Encoding.Space.LEGACY) {
      effectiveSize = 32;
      return false;
    }
    if (sizePrefix == 64) {
      rex |= 8;
    }
    int wanted = sizePrefix;
    DecodeState s = new DecodeState();
    s.mode = mode;
    s.addressSize = addressSize;
    s.repeat = e.prefix() == 0xF2 || e.prefix() == 0xF3 ? e.prefix() : 0;
    s.rex = rex != 0;
    s.rexW = (rex & 8) != 0;
    s.rexR = (rex & 4) << 1;
    s.rexB = (rex & 1) << 3;
    s.modrm = !e.modrm() ? -1 : e.rm() >= 0 ? e.rm() : modrm(memory == null ? 3 : 0);
    if (wanted == 0 && onlyNumbers(form)) {
      wanted = numberSize != 0 ? numberSize : MatchKey.effectiveSize(MatchKey.of(form), s);
    }
    for (boolean toggle : new boolean[] {false, true}) {
      s.size66 = toggle || e.prefix() == 0x66;
      int size = decoder.sizeIfMeant(form, opcodeByte(e), s);
      if (size != 0 && (wanted == 0 || size == wanted)) {
        effectiveSize = size;
        return toggle && e.prefix() != 0x66;
      }
    }
    s.size66 = e.prefix() == 0x66;
    effectiveSize = decoder.sizeIfSpelled(form, opcodeByte(e), s);
    return effectiveSize != 0 ? false : null;
  }

  /** Nothing but the immediate shows the operand size: PUSH imm, JMP rel. */
  private static boolean onlyNumbers(Form form) {
    for (Operand o : form.operands()) {
      if (o.kind() != Operand.Kind.IMMEDIATE
          && o.kind() != Operand.Kind.RELATIVE
          && o.kind() != Operand.Kind.FAR_POINTER) {
        return false;
      }
    }
    return !form.operands().isEmpty();
  }

  private int opcodeByte(Encoding e) {
    return e.opcodeMask() == 0xFF ? e.opcode() : e.opcode() | (rm & 7);
  }

  private int modrm(int mod) {
    return mod << 6 | (reg & 7) << 3 | (rm & 7);
  }

  private boolean opcode(Encoding e) {
    if (e.space() == Encoding.Space.VEX) {
      vex(e);
      return true;
    }
    if (e.prefix() > 0) {
      out.write(e.prefix());
    }
    boolean needed = rex != 0 || rexDemand == 1;
    if (rexDemand == 2 || needed && (rexDemand == -1 || mode != CodeMode.BITS64)) {
      return false;
    }
    if (needed) {
      out.write(0x40 | rex);
    }
    int[][] maps = {{}, {0x0F}, {0x0F, 0x38}, {0x0F, 0x3A}};
    for (int b : maps[e.map()]) {
      out.write(b);
    }
    return true;
  }

  private void vex(Encoding e) {
    int p = e.prefix();
    int pp = p == 0x66 ? 1 : p == 0xF3 ? 2 : p == 0xF2 ? 3 : 0;
    int last = (~vvvv & 15) << 3 | Math.max(e.vexL(), 0) << 2 | pp;
    if (e.map() == 1 && (rex & 3) == 0 && e.rexW() != 1) {
      out.write(0xC5);
      out.write((rex & 4) == 0 ? last | 0x80 : last);
      return;
    }
    out.write(0xC4);
    out.write((~rex & 7) << 5 | e.map());
    out.write((rex & 8) << 4 | last);
  }

  private boolean immediates(Form form, List<AsmOperand> operands, int addressSize, int size) {
    Encoding e = form.pattern();
    boolean first = true;
    for (int i = 0; i < operands.size(); i++) {
      Operand want = form.operands().get(i);
      AsmOperand have = operands.get(i);
      int bytes = first ? e.immediate() : e.secondImmediate();
      switch (want.kind()) {
        case IMMEDIATE:
          boolean anywhere = form.page().equals("MOV") && memory == null && size == 64;
          if (!AsmImmediate.fits(form, want, have, bytes, size)
              || anywhere && bytes < 8 && have.value.relocatable()) {
            return false; // MOV of an address takes the field that holds every address
          }
          little(have.value.number(), bytes);
          first = false;
          break;
        case RELATIVE:
          long distance = have.value.number() - (here + out.size() + bytes);
          distance = size == 16 ? (short) distance : size == 32 ? (int) distance : distance;
          if (!AsmImmediate.reaches(have, distance, bytes)) {
            return false;
          }
          little(distance, bytes);
          break;
        case MOFFS:
          little(have.value.number(), addressSize / 8);
          break;
        case FAR_POINTER:
          little(have.value.number(), want.width() / 8);
          little(have.selector.number(), 2);
          break;
        default:
          break;
      }
    }
    return true;
  }

  private void little(long value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      out.write((int) (value >>> (8 * i)));
    }
  }
}
