package io.vmxlab.isa;

import io.vmxlab.arch.CodeMode;
import java.io.ByteArrayOutputStream;
import java.util.List;

/** Encodes written operands by a row, if they fit it. */
public final class Encoder {
  private final Decoder decoder;
  private final CodeMode mode;

  /** Address of the instruction's first byte. */
  private final long here;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream(16);
  private int rex;

  private OperandPlaces places;
  private int effectiveSize;
  private int numberSize;
  private int addressPrefix;

  /**
   * Prepares an encoder for one instruction.
   *
   * @param decoder says which row some prefixes, opcode and ModRM mean, so that no prefix is
   *     written that the row does not need
   */
  public Encoder(Decoder decoder, CodeMode mode, long here) {
    this.decoder = decoder;
    this.mode = mode;
    this.here = here;
  }

  /** The bytes, or null if the operands do not fit the row. */
  public byte[] encode(
      Form form, List<? extends WrittenOperand> operands, WrittenPrefixes prefixes) {
    Encoding e = form.pattern();
    boolean long64 = mode == CodeMode.BITS64;
    if (form.has(FormAttribute.ONLY64) && !long64 || form.has(FormAttribute.NO64) && long64) {
      return null;
    }
    if (e.rexW() == 1 && !long64 && e.space() == Encoding.Space.LEGACY) {
      return null;
    }
    numberSize = numberSize(operands);
    addressPrefix = prefixes.addressSize();
    places = new OperandPlaces(mode, addressPrefix);
    places.reg = Math.max(e.digit(), 0);
    rex = e.rexW() == 1 ? 8 : 0;
    for (int i = 0; i < operands.size(); i++) {
      if (!places.put(form, form.operands().get(i), operands.get(i))) {
        return null;
      }
    }
    if (e.opcodeMask() != 0xFF && form.operands().stream().noneMatch(Encoder::inOpcode)) {
      return null;
    }
    return assemble(form, operands, prefixes);
  }

  /** Operand size that a keyword before a lone number asks for: {@code push word 1}. */
  private int numberSize(List<? extends WrittenOperand> operands) {
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

  private byte[] assemble(
      Form form, List<? extends WrittenOperand> operands, WrittenPrefixes prefixes) {
    Encoding e = form.pattern();
    if (e.mod() == 0 && places.memory == null
        || e.mod() == 3 && e.rm() < 0 && places.memory != null) {
      return null;
    }
    AddressWriter address = null;
    if (places.memory != null) {
      address = AddressWriter.of(places.memory, mode, addressPrefix);
      if (address == null || form.needsSib() && places.memory.relative) {
        return null;
      }
      rex |= address.rex;
      places.rm = 0;
    }
    int addressSize = addressSize(form, operands, address);
    rex |= (places.reg & 8) >> 1 | (places.rm & 8) >> 3;
    Boolean toggle = operandSizeToggle(form, addressSize, prefixes.operandSize());
    if (toggle == null) {
      return null;
    }
    out.writeBytes(prefixes.bytes());
    for (WrittenOperand operand : operands) {
      if (operand.kind == WrittenOperand.Kind.MEMORY && operand.segment >= 0) {
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
        address.write(out, places.reg & 7, here, immediateBytes(e, addressSize), form.needsSib());
      }
    }
    int size = form.operandSize() != 0 ? form.operandSize() : effectiveSize;
    return immediates(form, operands, addressSize, size) ? out.toByteArray() : null;
  }

  private static int immediateBytes(Encoding e, int addressSize) {
    return (e.immediate() < 0 ? addressSize / 8 : e.immediate()) + e.secondImmediate();
  }

  private int addressSize(
      Form form, List<? extends WrittenOperand> operands, AddressWriter address) {
    if (form.has(FormAttribute.A16)) {
      return 16;
    } else if (form.has(FormAttribute.A32)) {
      return 32;
    } else if (address != null) {
      return address.size;
    }
    for (WrittenOperand o : operands) {
      if (o.kind == WrittenOperand.Kind.MEMORY) {
        return AddressWriter.size(o, mode, addressPrefix);
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
    s.modrm = !e.modrm() ? -1 : e.rm() >= 0 ? e.rm() : modrm(places.memory == null ? 3 : 0);
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
    if (effectiveSize == 0) {
      return null;
    }
    rex &= e.rexW() == 1 ? ~0 : ~8; // the size of a spelling is a register's name
    return sizePrefix != 0 && sizePrefix != 64 && sizePrefix != Math.min(mode.bits, 32);
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
    return e.opcodeMask() == 0xFF ? e.opcode() : e.opcode() | (places.rm & 7);
  }

  private int modrm(int mod) {
    return mod << 6 | (places.reg & 7) << 3 | (places.rm & 7);
  }

  private boolean opcode(Encoding e) {
    if (e.space() == Encoding.Space.VEX) {
      vex(e);
      return true;
    }
    if (e.prefix() > 0) {
      out.write(e.prefix());
    }
    boolean needed = rex != 0 || places.rexDemand == 1;
    if (places.rexDemand == 2 || needed && (places.rexDemand == -1 || mode != CodeMode.BITS64)) {
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
    int last = (~places.vvvv & 15) << 3 | Math.max(e.vexL(), 0) << 2 | pp;
    if (e.map() == 1 && (rex & 3) == 0 && e.rexW() != 1) {
      out.write(0xC5);
      out.write((rex & 4) == 0 ? last | 0x80 : last);
      return;
    }
    out.write(0xC4);
    out.write((~rex & 7) << 5 | e.map());
    out.write((rex & 8) << 4 | last);
  }

  private boolean immediates(
      Form form, List<? extends WrittenOperand> operands, int addressSize, int size) {
    Encoding e = form.pattern();
    boolean first = true;
    for (int i = 0; i < operands.size(); i++) {
      Operand want = form.operands().get(i);
      WrittenOperand have = operands.get(i);
      int bytes = first ? e.immediate() : e.secondImmediate();
      switch (want.kind()) {
        case IMMEDIATE:
          boolean anywhere = form.page().equals("MOV") && places.memory == null && size == 64;
          boolean address = have.value.known() && have.value.relocatable();
          boolean whole = address || have.strict && have.size == 0;
          if (!ImmediateFit.fits(form, want, have, bytes, size) || anywhere && bytes < 8 && whole) {
            return false; // MOV of an address takes the field that holds every address
          }
          little(have.value.number(), bytes);
          first = false;
          break;
        case RELATIVE:
          long distance = have.value.number() - (here + out.size() + bytes);
          distance = size == 16 ? (short) distance : size == 32 ? (int) distance : distance;
          if (!ImmediateFit.reaches(have, distance, bytes)) {
            return false;
          }
          little(distance, bytes);
          break;
        case OTHER:
          if (want.place() == Operand.Place.IMMEDIATE) {
            out.write(places.immediateRegister << 4);
          }
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
