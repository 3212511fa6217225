package io.vmxlab.isa;

import static io.vmxlab.isa.FormAttribute.A16;
import static io.vmxlab.isa.FormAttribute.A32;
import static io.vmxlab.isa.FormAttribute.A64;
import static io.vmxlab.isa.FormAttribute.DEFAULT64;
import static io.vmxlab.isa.FormAttribute.FORCE64;
import static io.vmxlab.isa.FormAttribute.NO64;
import static io.vmxlab.isa.FormAttribute.ONLY64;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.isa.Encoding.Space;

/**
 * What must hold for a row to be the meaning of some bytes, packed into a long. The index of rows
 * carries it, so that a row is parsed only when it has been met.
 */
final class MatchKey {
  // spotless:off
  static final int PREFIX_NONE = 0;
  static final int PREFIX_NP   = 1;
  static final int PREFIX_66   = 2;
  static final int PREFIX_F2   = 3;
  static final int PREFIX_F3   = 4;
  static final int PREFIX_NFX  = 5;

  private static final int PREFIX    = 0;   // 3 bits
  private static final int REX_W     = 3;   // 2: 0 either, 1 demanded, 2 forbidden
  private static final int W_OUTSIDE = 5;   // VEX.W is ignored outside 64-bit mode
  private static final int REX_R     = 6;
  private static final int MODRM     = 7;
  private static final int DIGIT     = 8;   // 4: 8 is none
  private static final int RM        = 12;  // 8
  private static final int RM_FIXED  = 20;
  private static final int MOD       = 21;  // 2: 0 either, 1 register, 2 memory
  private static final int SIZES     = 23;  // 3
  private static final int MODES     = 26;  // 2: 0 all, 1 only 64-bit, 2 not 64-bit
  private static final int SIZE64    = 28;  // 2: 0 plain, 1 default 64, 2 forced 64
  private static final int ADDRESS   = 30;  // 2: 0 any, 1 16, 2 32, 3 64
  private static final int LOW_BITS  = 32;
  private static final int VEX_L     = 33;  // 2: 0 ignored, 1 + value
  private static final int NO_VVVV   = 35;
  private static final int LEGACY    = 36;
  private static final int ALIAS     = 37;
  private static final int FEATURE   = 40;  // 8: 0 none, 1 + ordinal
  // spotless:on

  /** {@link #failure}: the row is the meaning of the bytes. */
  static final int MATCH = 0;

  static final int OTHER_BYTES = 1;
  static final int WRONG_PREFIX = 2;
  static final int REGISTER_NEEDED = 3;
  static final int MEMORY_NEEDED = 4;
  static final int WRONG_MODE = 5;

  private MatchKey() {}

  static long of(Form form) {
    Encoding e = form.pattern();
    boolean vex = e.space() != Space.LEGACY;
    boolean general = false;
    boolean vvvv = false;
    for (Operand o : form.operands()) {
      general |= o.kind() == Operand.Kind.REGISTER || o.kind() == Operand.Kind.REGISTER_OR_MEMORY;
      vvvv |= o.place() == Operand.Place.VEX_VVVV;
    }
    // Outside 64-bit mode VEX.W does not choose the size of a general-purpose register.
    boolean only64 = form.has(ONLY64) || vex && general && e.rexW() == 1;
    int modes = only64 ? 1 : form.has(NO64) ? 2 : 0;
    int size64 = form.has(FORCE64) ? 2 : form.has(DEFAULT64) ? 1 : 0;
    int address = form.has(A16) ? 1 : form.has(A32) ? 2 : form.has(A64) ? 3 : 0;
    long key = put(PREFIX, prefix(e.prefix()));
    key |= put(REX_W, e.rexW() < 0 ? 0 : 2 - e.rexW());
    key |= put(W_OUTSIDE, vex && general && e.rexW() == 0 ? 1 : 0);
    key |= put(REX_R, e.rexR() ? 1 : 0);
    key |= put(MODRM, e.modrm() ? 1 : 0);
    key |= put(DIGIT, e.digit() < 0 ? 8 : e.digit());
    key |= put(RM, Math.max(e.rm(), 0));
    key |= put(RM_FIXED, e.rm() < 0 ? 0 : 1);
    key |= put(MOD, e.mod() < 0 ? 0 : e.mod() == 3 ? 1 : 2);
    key |= put(SIZES, e.sizes());
    key |= put(MODES, modes);
    key |= put(SIZE64, size64);
    key |= put(ADDRESS, address);
    key |= put(LOW_BITS, e.opcodeMask() == 0xFF ? 0 : 1);
    key |= put(VEX_L, e.vexL() + 1);
    key |= put(NO_VVVV, e.space() == Space.VEX && !vvvv ? 1 : 0);
    key |= put(LEGACY, vex ? 0 : 1);
    key |= put(ALIAS, form.has(FormAttribute.ALIAS) ? 1 : 0);
    key |= put(FEATURE, form.feature() == null ? 0 : form.feature().ordinal() + 1);
    return key;
  }

  private static int prefix(int prefix) {
    switch (prefix) {
      case Encoding.NO_PREFIX:
        return PREFIX_NP;
      case Encoding.NO_REPEAT:
        return PREFIX_NFX;
      case 0x66:
        return PREFIX_66;
      case 0xF2:
        return PREFIX_F2;
      case 0xF3:
        return PREFIX_F3;
      default:
        return PREFIX_NONE;
    }
  }

  private static long put(int shift, int value) {
    return (long) value << shift;
  }

  private static int get(long key, int shift, int bits) {
    return (int) (key >>> shift) & ((1 << bits) - 1);
  }

  static boolean modrm(long key) {
    return get(key, MODRM, 1) != 0;
  }

  /** The row demands one value of the whole ModRM byte. */
  static boolean wholeModrm(long key) {
    return get(key, RM_FIXED, 1) != 0;
  }

  static boolean lowBits(long key) {
    return get(key, LOW_BITS, 1) != 0;
  }

  /** The opcode byte is fixed and there is no mandatory prefix. */
  static boolean isPlain(long key) {
    return !lowBits(key) && get(key, PREFIX, 3) == PREFIX_NONE;
  }

  /** Ordinal of the feature that the row needs, or -1. */
  static int feature(long key) {
    return get(key, FEATURE, 8) - 1;
  }

  /** The mandatory prefix that the row takes away from the instruction's other prefixes. */
  static int takenPrefix(long key) {
    return get(key, PREFIX, 3);
  }

  /** Why the row is not the meaning of the bytes, or {@link #MATCH}. */
  static int failure(long key, DecodeState s) {
    boolean prefix = prefixMatches(key, s) && vexMatches(key, s);
    int digit = get(key, DIGIT, 4);
    if (digit < 8 && digit != ((s.modrm >> 3) & 7)
        || get(key, RM_FIXED, 1) != 0 && get(key, RM, 8) != s.modrm
        || !rexMatches(key, s)) {
      return OTHER_BYTES;
    }
    if (!prefix) {
      return WRONG_PREFIX;
    }
    int address = get(key, ADDRESS, 2);
    if (address != 0 && 8 << address != s.addressSize) {
      return OTHER_BYTES;
    }
    int mod = get(key, MOD, 2);
    if (mod == 1 && s.modrm < 0xC0) {
      return REGISTER_NEEDED;
    }
    if (mod == 2 && s.modrm >= 0xC0) {
      return MEMORY_NEEDED;
    }
    int modes = get(key, MODES, 2);
    if (modes != 0 && (modes == 1) != (s.mode == CodeMode.BITS64)) {
      return WRONG_MODE;
    }
    return MATCH;
  }

  private static boolean prefixMatches(long key, DecodeState s) {
    int prefix = get(key, PREFIX, 3);
    if (s.vex != 0) {
      return prefix == PREFIX_NONE || prefix == s.vexPrefix;
    }
    switch (prefix) {
      case PREFIX_NP:
        return s.repeat == 0 && !s.size66;
      case PREFIX_66:
        return s.repeat == 0 && s.size66;
      case PREFIX_F2:
        return s.repeat == 0xF2;
      case PREFIX_F3:
        return s.repeat == 0xF3;
      case PREFIX_NFX:
        return s.repeat == 0;
      default:
        return true;
    }
  }

  private static boolean rexMatches(long key, DecodeState s) {
    int w = get(key, REX_W, 2);
    boolean ignored = get(key, W_OUTSIDE, 1) != 0 && s.mode != CodeMode.BITS64;
    return (w == 0 || (w == 1) == s.rexW || ignored) && (get(key, REX_R, 1) == 0 || s.rexR != 0);
  }

  private static boolean vexMatches(long key, DecodeState s) {
    int l = get(key, VEX_L, 2);
    return (l == 0 || l - 1 == s.vexL) && (get(key, NO_VVVV, 1) == 0 || s.vvvv == 0);
  }

  /** Size of the operation after prefixes and defaults, were the row the one: 16, 32 or 64. */
  static int effectiveSize(long key, DecodeState s) {
    if (get(key, LEGACY, 1) == 0) {
      return s.rexW && s.mode == CodeMode.BITS64 ? 64 : 32;
    }
    boolean size66 = s.size66 && get(key, PREFIX, 3) != PREFIX_66;
    if (s.mode != CodeMode.BITS64) {
      return (s.mode == CodeMode.BITS16) != size66 ? 16 : 32;
    }
    int size64 = get(key, SIZE64, 2);
    if (s.rexW || size64 == 2) {
      return 64;
    }
    return size66 ? 16 : size64 == 1 ? 64 : 32;
  }

  /**
   * How specific the row is for bytes it matches; of several rows the highest value is meant. The
   * mandatory prefix counts most, then the fixed parts of ModRM, REX.W, the opcode and last how
   * near the row's operand size is. An alias gives way to the row it stands for.
   */
  static int specificity(long key, DecodeState s) {
    int prefix = get(key, PREFIX, 3);
    int value = prefix == PREFIX_NONE ? 0 : prefix == PREFIX_NP || prefix == PREFIX_NFX ? 1 : 2;
    value = value << 1 | get(key, RM_FIXED, 1);
    value = value << 1 | (get(key, DIGIT, 4) < 8 ? 1 : 0);
    value = value << 1 | (get(key, MOD, 2) != 0 ? 1 : 0);
    value = value << 1 | get(key, REX_R, 1);
    value = value << 1 | (get(key, REX_W, 2) == 1 ? 1 : 0);
    value = value << 1 | (lowBits(key) ? 0 : 1);
    value = value << 3 | nearness(get(key, SIZES, 3), effectiveSize(key, s));
    return value << 1 | (get(key, ALIAS, 1) ^ 1);
  }

  /** 5 if the size is among the row's, 4 and 3 for the next smaller ones, 2 and 1 for larger. */
  private static int nearness(int sizes, int size) {
    int wanted = size / 16 == 4 ? 2 : size / 16 - 1;
    for (int distance = 0; distance < 3; distance++) {
      int smaller = wanted - distance;
      if (smaller >= 0 && (sizes >> smaller & 1) != 0) {
        return 5 - distance;
      }
    }
    return (sizes >> (wanted + 1) & 1) != 0 ? 2 : 1;
  }
}
