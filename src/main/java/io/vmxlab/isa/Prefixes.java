package io.vmxlab.isa;

import io.vmxlab.arch.CodeMode;

/** Reads what stands before the opcode. SDM Vol. 2A "Instruction Prefixes", "REX", "VEX". */
final class Prefixes {
  private Prefixes() {}

  /** Reads legacy prefixes and REX; returns the first byte after them, which it takes too. */
  static int read(ByteCursor in, DecodeState s) {
    boolean long64 = s.mode == CodeMode.BITS64;
    boolean address67 = false;
    int rex = 0;
    int b;
    while (true) {
      b = in.next();
      if (long64 && (b & 0xF0) == 0x40) {
        rex = b;
        continue;
      }
      if (!legacy(b, s, long64)) {
        if (b != 0x67) {
          break;
        }
        address67 = true;
      }
      rex = 0; // REX counts only where the opcode follows
    }
    s.addressSize = addressSize(s.mode, address67);
    s.rex = rex != 0;
    s.rexW = (rex & 8) != 0;
    s.rexR = (rex & 4) << 1;
    s.rexX = (rex & 2) << 2;
    s.rexB = (rex & 1) << 3;
    boolean vexByte = b == 0xC4 || b == 0xC5 || b == 0x62;
    if (vexByte && !in.overrun && (long64 || in.peek() >= 0xC0)) {
      s.vex = b;
    }
    return b;
  }

  private static int addressSize(CodeMode mode, boolean address67) {
    switch (mode) {
      case BITS16:
        return address67 ? 32 : 16;
      case BITS32:
        return address67 ? 16 : 32;
      default:
        return address67 ? 32 : 64;
    }
  }

  private static boolean legacy(int b, DecodeState s, boolean long64) {
    switch (b) {
      case 0x26:
      case 0x2E:
      case 0x36:
      case 0x3E:
        if (!long64) {
          s.segmentOverride = (b >> 3) & 3;
        }
        return true;
      case 0x64:
      case 0x65:
        s.segmentOverride = b & 7;
        return true;
      case 0x66:
        s.size66 = true;
        return true;
      case 0xF0:
        s.lock = true;
        return true;
      case 0xF2:
      case 0xF3:
        s.repeat = b;
        return true;
      default:
        return false;
    }
  }

  /** Reads the rest of a VEX or EVEX prefix; false if no instruction has such a prefix. */
  static boolean readVex(ByteCursor in, DecodeState s) {
    int first = in.next();
    int second = s.vex == 0xC5 ? first : in.next();
    int inverted = ~first;
    int map = s.vex == 0xC5 ? 1 : first & 0x1F;
    s.rexR = (inverted & 0x80) >> 4;
    if (s.vex != 0xC5) {
      s.rexX = (inverted & 0x40) >> 3;
      s.rexB = (inverted & 0x20) >> 2;
      s.rexW = (second & 0x80) != 0;
    }
    s.vvvv = (~second >> 3) & 0xF;
    if (s.mode != CodeMode.BITS64) {
      s.rexR = 0;
      s.rexX = 0;
      s.rexB = 0;
      s.vvvv &= 7;
    }
    s.vexPrefix =
        new int[] {MatchKey.PREFIX_NP, MatchKey.PREFIX_66, MatchKey.PREFIX_F3, MatchKey.PREFIX_F2}
            [second & 3];
    if (s.vex == 0x62) {
      return readEvex(in, s, first, second);
    }
    s.vexL = (second >> 2) & 1;
    s.map = 4 + map;
    return map >= 1 && map <= 3;
  }

  private static boolean readEvex(ByteCursor in, DecodeState s, int first, int second) {
    int third = in.next();
    int map = first & 7;
    s.vexL = (third >> 5) & 3;
    s.map = 8 + map;
    return (first & 8) == 0 && (second & 4) != 0 && map != 0 && map != 4 && map != 7;
  }
}
