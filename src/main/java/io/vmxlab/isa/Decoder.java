package io.vmxlab.isa;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Feature;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * Turns bytes into instructions, as a processor with certain features would. Not for use by several
 * threads at once. SDM Vol. 2A "Instruction Format".
 */
public final class Decoder {
  private static final int MOST = 15;

  private final InstructionTable table;
  private final Set<Feature> features;

  private byte[] code;
  private int at;
  private int from;
  private int limit;
  private InstructionDraft d;
  private boolean operandSizePrefix;
  private boolean addressSizePrefix;
  private int rex;
  private Form missing;
  private Decoded.Reason reason;

  /** No byte is left where one is needed. */
  private static final class OutOfBytes extends RuntimeException {
    private static final long serialVersionUID = 1L;
    static final OutOfBytes SIGNAL = new OutOfBytes();

    private OutOfBytes() {
      super(null, null, false, false);
    }
  }

  public Decoder(InstructionTable table, Set<Feature> features) {
    this.table = table;
    this.features = EnumSet.noneOf(Feature.class);
    this.features.addAll(features);
  }

  /**
   * Decodes the instruction that starts at {@code start}.
   *
   * @param end index behind the last byte that may be read
   */
  public Decoded decode(byte[] bytes, int start, int end, CodeMode mode) {
    code = bytes;
    from = start;
    at = start;
    limit = Math.min(end, start + MOST);
    d = new InstructionDraft();
    d.mode = mode;
    operandSizePrefix = false;
    addressSizePrefix = false;
    rex = 0;
    missing = null;
    reason = Decoded.Reason.NO_INSTRUCTION;
    try {
      Form form = instruction();
      if (form == null) {
        return new Decoded.Undefined(at - from, missing, reason);
      }
    } catch (OutOfBytes none) {
      return end - start >= MOST ? new Decoded.TooLong() : new Decoded.Truncated();
    }
    d.bytes = Arrays.copyOfRange(code, from, at);
    return new Decoded.Valid(d.finish());
  }

  private int peek() {
    if (at >= limit) {
      throw OutOfBytes.SIGNAL;
    }
    return code[at] & 0xFF;
  }

  private int next() {
    int b = peek();
    at++;
    return b;
  }

  private long next(int bytes) {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (long) next() << (8 * i);
    }
    return value;
  }

  private long nextSigned(int bytes) {
    int unused = 64 - 8 * bytes;
    return bytes == 0 ? 0 : next(bytes) << unused >> unused;
  }

  private Form instruction() {
    int opcode = prefixes();
    boolean long64 = d.mode == CodeMode.BITS64;
    if ((opcode == 0xC4 || opcode == 0xC5) && (long64 || (peek() & 0xC0) == 0xC0)) {
      return vex(opcode);
    }
    if (opcode == 0x62 && (long64 || (peek() & 0xC0) == 0xC0)) {
      return evex();
    }
    int map = 0;
    if (opcode == 0x0F) {
      map = 1;
      opcode = next();
      if (opcode == 0x38 || opcode == 0x3A) {
        map = opcode == 0x38 ? 2 : 3;
        opcode = next();
      }
    }
    return select(Encoding.Space.LEGACY, map, opcode, d.repeat, (rex & 8) != 0 ? 1 : 0, 0);
  }

  private int prefixes() {
    boolean long64 = d.mode == CodeMode.BITS64;
    while (true) {
      int b = next();
      int segment = -1;
      switch (b) {
        case 0x66:
          operandSizePrefix = true;
          break;
        case 0x67:
          addressSizePrefix = true;
          break;
        case 0xF0:
          d.lock = true;
          break;
        case 0xF2:
        case 0xF3:
          d.repeat = b;
          break;
        case 0x26:
        case 0x2E:
        case 0x36:
        case 0x3E:
          segment = long64 ? -1 : (b >> 3) & 3;
          break;
        case 0x64:
        case 0x65:
          segment = b & 7;
          break;
        default:
          if (long64 && (b & 0xF0) == 0x40) {
            rex = b;
            d.rex = true;
            continue;
          }
          return b;
      }
      rex = 0; // a REX prefix counts only immediately before the opcode
      d.rex = false;
      if (segment >= 0) {
        d.segment = segment;
        d.segmentOverride = true;
      }
    }
  }

  private Form vex(int escape) {
    boolean refused = operandSizePrefix || d.repeat != 0 || d.lock || d.rex;
    int second = next();
    int map = 1;
    int last = second;
    rex = (second & 0x80) == 0 ? 4 : 0;
    if (escape == 0xC4) {
      map = second & 0x1F;
      last = next();
      rex |= (second & 0x40) == 0 ? 2 : 0;
      rex |= (second & 0x20) == 0 ? 1 : 0;
      rex |= (last & 0x80) >> 4;
    }
    d.rex = true; // SPL to DIL rather than AH to BH, should a row ever have bytes
    if (d.mode != CodeMode.BITS64) {
      rex = 0;
      last |= 0x40; // the top bit of vvvv is ignored
    }
    d.vvvv = ~(last >> 3) & 15;
    int opcode = next();
    if (refused || map == 0 || map > 3) {
      reason = refused ? Decoded.Reason.PREFIX_NOT_ALLOWED : reason;
      return null;
    }
    int[] prefixes = {-1, 0x66, 0xF3, 0xF2};
    int w = (rex & 8) != 0 ? 1 : 0;
    return select(Encoding.Space.VEX, map, opcode, prefixes[last & 3], w, last >> 2 & 1);
  }

  private Form evex() {
    int p0 = next();
    int p1 = next();
    next();
    rex = (~p0 >> 5 & 4) | (~p0 >> 5 & 2) | (~p0 >> 5 & 1) | (p1 >> 4 & 8);
    int opcode = next();
    int map = p0 & 7;
    if (map == 0 || map > 3 || d.lock || d.repeat != 0 || operandSizePrefix || d.rex) {
      return null;
    }
    int[] prefixes = {-1, 0x66, 0xF3, 0xF2};
    return select(Encoding.Space.EVEX, map, opcode, prefixes[p1 & 3], (rex & 8) >> 3, -1);
  }

  private Form select(Encoding.Space space, int map, int opcode, int prefix, int w, int vexL) {
    Form[] candidates = table.candidates(space, map, opcode);
    int modrm = -1;
    for (Form form : candidates) {
      Encoding e = form.pattern();
      if (e.modrm() && modrm < 0) {
        modrm = peek();
      }
      if (!shaped(e, modrm) || !prefixed(e, prefix, w, vexL)) {
        continue;
      }
      if (!sized(form, w)) {
        continue;
      }
      Decoded.Reason obstacle = obstacle(form, modrm);
      if (obstacle != null) {
        if (missing == null) {
          missing = form;
          reason = obstacle;
        }
        continue;
      }
      missing = null;
      complete(form, opcode, modrm);
      if (d.lock && !(form.has(FormAttribute.LOCK) && d.mod != 3)) {
        missing = form;
        reason = Decoded.Reason.LOCK_NOT_ALLOWED;
        return null;
      }
      return form;
    }
    return null;
  }

  private boolean shaped(Encoding e, int modrm) {
    if (!e.modrm()) {
      // 90H is NOP or PAUSE only where it would exchange rAX with itself
      return e.opcode() != 0x90 || e.map() != 0 || e.opcodeMask() != 0xFF || (rex & 1) == 0;
    }
    return (e.digit() < 0 || (modrm >> 3 & 7) == e.digit()) && (e.rm() < 0 || modrm == e.rm());
  }

  private boolean prefixed(Encoding e, int prefix, int w, int vexL) {
    if (e.space() != Encoding.Space.LEGACY) {
      boolean ignoresW = e.rexW() < 0 || d.mode != CodeMode.BITS64;
      return (e.prefix() == prefix)
          && (ignoresW ? e.rexW() <= 0 || d.mode == CodeMode.BITS64 : e.rexW() == w)
          && (e.vexL() < 0 || vexL < 0 || e.vexL() == vexL);
    }
    if (e.rexW() == 1 && w == 0) {
      return false;
    }
    switch (e.prefix()) {
      case 0:
        return true;
      case -1:
        return prefix == 0 && !operandSizePrefix;
      case 0x66:
        return prefix == 0 && operandSizePrefix;
      default:
        return e.prefix() == prefix;
    }
  }

  /** The row's operand size is the one in effect; sets that size. */
  private boolean sized(Form form, int w) {
    boolean long64 = d.mode == CodeMode.BITS64;
    int defaultAddress = d.mode.bits;
    d.addressSize = !addressSizePrefix ? defaultAddress : defaultAddress == 32 ? 16 : 32;
    int row = OperandSize.of(form);
    Encoding e = form.pattern();
    boolean toggled = operandSizePrefix && e.prefix() != 0x66;
    int size;
    if (e.space() != Encoding.Space.LEGACY) {
      size = w == 1 && long64 ? 64 : 32;
    } else if (long64) {
      boolean forced =
          form.has(FormAttribute.FORCE64)
              || (row == 64 && e.rexW() != 1 && !form.has(FormAttribute.DEFAULT64));
      boolean wide = forced || w == 1 || (form.has(FormAttribute.DEFAULT64) && !toggled);
      size = wide ? 64 : toggled ? 16 : 32;
    } else {
      size = (d.mode == CodeMode.BITS32) != toggled ? 32 : 16;
    }
    d.operandSize = size;
    boolean counts = row != 0 && !(long64 && form.has(FormAttribute.FORCE64));
    if (counts && row != size && (row != OperandSize.NOT_16 || size == 16)) {
      return false;
    }
    return !(form.has(FormAttribute.A16) && d.addressSize != 16)
        && !(form.has(FormAttribute.A32) && d.addressSize != 32)
        && !(form.has(FormAttribute.A64) && d.addressSize != 64);
  }

  /** Why the processor does not execute a row that the bytes fit, or null. */
  private Decoded.Reason obstacle(Form form, int modrm) {
    boolean long64 = d.mode == CodeMode.BITS64;
    if (form.has(FormAttribute.ONLY64) && !long64 || form.has(FormAttribute.NO64) && long64) {
      return Decoded.Reason.NOT_IN_THIS_MODE;
    }
    int mod = form.pattern().mod();
    if (mod == 0 && modrm >= 0xC0) {
      return Decoded.Reason.MEMORY_OPERAND_REQUIRED;
    }
    if (mod == 3 && modrm < 0xC0) {
      return Decoded.Reason.REGISTER_OPERAND_REQUIRED;
    }
    if (form.feature() != null && !features.contains(form.feature())) {
      return Decoded.Reason.FEATURE_ABSENT;
    }
    return null;
  }

  private void complete(Form form, int opcode, int modrm) {
    d.form = form;
    Encoding e = form.pattern();
    d.rm = (opcode & 7) | (rex & 1) << 3;
    if (e.modrm()) {
      next();
      d.mod = modrm >> 6;
      d.reg = (modrm >> 3 & 7) | (rex & 4) << 1;
      d.rm = (modrm & 7) | (rex & 1) << 3;
      if (d.mod != 3 && !form.has(FormAttribute.RM_IS_REGISTER)) {
        if (d.addressSize == 16) {
          memory16(modrm & 7);
        } else {
          memory(modrm & 7);
        }
      }
    }
    int first = e.immediate() < 0 ? d.addressSize / 8 : e.immediate();
    d.immediate = e.immediate() < 0 ? next(first) : nextSigned(first);
    d.secondImmediate = next(e.secondImmediate());
  }

  private void memory(int low) {
    int base = low;
    if (low == 4) {
      int sib = next();
      d.scale = sib >> 6;
      int index = (sib >> 3 & 7) | (rex & 2) << 2;
      d.index = index == 4 ? Instruction.NO_REGISTER : index;
      base = sib & 7;
    }
    if (d.mod == 0 && base == 5) {
      d.ripRelative = low == 5 && d.mode == CodeMode.BITS64;
      d.displacement = nextSigned(4);
    } else {
      d.base = base | (rex & 1) << 3;
      d.displacement = nextSigned(d.mod == 1 ? 1 : d.mod == 2 ? 4 : 0);
      if (!d.segmentOverride && (d.base == 4 || d.base == 5)) {
        d.segment = 2;
      }
    }
  }

  private void memory16(int low) {
    int[] bases = {3, 3, 5, 5, 6, 7, 5, 3};
    int[] indexes = {6, 7, 6, 7};
    if (d.mod == 0 && low == 6) {
      d.displacement = nextSigned(2);
      return;
    }
    d.base = bases[low];
    if (low < 4) {
      d.index = indexes[low];
    }
    d.displacement = nextSigned(d.mod);
    if (!d.segmentOverride && d.base == 5) {
      d.segment = 2;
    }
  }
}
