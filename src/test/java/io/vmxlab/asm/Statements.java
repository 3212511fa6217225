package io.vmxlab.asm;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.isa.RegisterName;
import java.util.SplittableRandom;

/** Makes assembly statements in the ways people write them: addresses, numbers, expressions. */
final class Statements {
  private static final String[] BINARY = {"add", "or", "adc", "sbb", "and", "sub", "xor", "cmp"};
  private static final String[] UNARY = {"inc", "dec", "neg", "not", "mul", "div", "idiv", "imul"};
  private static final String[] SHIFTS = {"shl", "sal", "shr", "sar", "rol", "ror", "rcl", "rcr"};
  private static final String[] JUMPS = {"jmp", "call", "jz", "jnbe", "jc", "js", "jpe", "jng"};
  private static final String[] SIZES = {"byte", "word", "dword", "qword"};
  private static final int[] SCALES = {1, 2, 4, 8};

  private final SplittableRandom random;
  private CodeMode mode;

  Statements(long seed) {
    random = new SplittableRandom(seed);
  }

  String next(CodeMode codeMode) {
    mode = codeMode;
    int width = pick(mode == CodeMode.BITS64 ? 4 : 3);
    String memory = memory();
    String sized = SIZES[width] + " " + memory;
    switch (pick(18)) {
      case 0:
        return one(BINARY) + " " + register(width) + ", " + immediate(width);
      case 1:
        return one(BINARY) + " " + sized + ", " + immediate(width);
      case 2:
        return one(BINARY) + " " + register(width) + ", " + memory;
      case 3:
        return one(BINARY) + " " + memory + ", " + register(width);
      case 4:
        return "mov " + register(width) + ", " + number(width);
      case 5:
        return "mov " + sized + ", " + immediate(width);
      case 6:
        return "mov " + register(width) + ", " + memory;
      case 7:
        return "lea " + register(Math.max(width, 1)) + ", " + memory;
      case 8:
        return one(SHIFTS) + " " + (pick(2) == 0 ? register(width) : sized) + ", " + count();
      case 9:
        return one(UNARY) + " " + (pick(2) == 0 ? register(width) : sized);
      case 10:
        return "imul " + register(Math.max(width, 1)) + ", " + immediate(width);
      case 11:
        return "push " + number(0);
      case 12:
        return "test " + register(width) + ", " + (pick(2) == 0 ? number(0) : memory);
      case 13:
        return one(JUMPS) + " origin+" + pick(Nasm.MOST * Nasm.SLOT);
      case 14:
        return "mov " + memory + ", " + register(width);
      case 15:
        return "movzx " + register(Math.max(width, 1)) + ", byte " + memory;
      case 16:
        return "d" + "bwdq".charAt(width) + " " + number(width) + ", " + number(width);
      default:
        return "times " + pick(4) + " " + one(BINARY) + " " + register(width) + ", " + number(0);
    }
  }

  private int pick(int bound) {
    return random.nextInt(bound);
  }

  private String one(String[] words) {
    return words[pick(words.length)];
  }

  private String count() {
    return pick(3) == 0 ? "cl" : String.valueOf(pick(32));
  }

  private String register(int width) {
    int n = pick(mode == CodeMode.BITS64 ? 16 : 8);
    boolean high = width == 0 && n >= 4 && n < 8;
    return RegisterName.general(n, 8 << width, high);
  }

  /** A number that an instruction of a width can have: 64 bits take 32, sign-extended. */
  private String immediate(int width) {
    return width < 3 ? number(width) : Integer.toString(random.nextInt() >> pick(32));
  }

  private String number(int width) {
    long value = random.nextLong() >> random.nextInt(64);
    int bits = 8 << width;
    value = bits == 64 ? value : value << (64 - bits) >> (64 - bits);
    switch (pick(12)) {
      case 0:
        return Long.toString(value);
      case 1:
        return "0" + Long.toHexString(value & mask(bits)) + "h";
      case 2:
        return "0b" + Long.toBinaryString(value & mask(bits));
      case 3:
        return "(" + (value >> 1) + "+" + (value - (value >> 1)) + ")";
      case 4:
        return "~" + (value & mask(bits - 1));
      case 5:
        return pick(12) + "*" + pick(10) + "-" + pick(30);
      case 6:
        return "(" + pick(8) + "<<" + pick(4) + "|" + pick(16) + "^1)&7fh";
      case 7:
        return "'" + (char) ('a' + pick(26)) + "'";
      case 8:
        return "origin+" + pick(100) + "-origin";
      case 9:
        return "(" + pick(100) + " % 7)/2>>1";
      default:
        return "0x" + Long.toHexString(value & mask(bits));
    }
  }

  private static long mask(int bits) {
    return bits == 64 ? -1 : (1L << bits) - 1;
  }

  private String memory() {
    StringBuilder text = new StringBuilder("[");
    if (pick(12) == 0) {
      text.append(pick(2) == 0 ? "fs:" : "gs:");
    }
    if (mode == CodeMode.BITS16 && pick(4) != 0) {
      String[] bases = {"bx+si", "di+bx", "bp+si", "bp+di", "si", "di", "bp", "bx"};
      text.append(one(bases));
    } else {
      String plus = "";
      int width = mode == CodeMode.BITS64 ? 2 + pick(2) : 2;
      if (pick(4) != 0) {
        text.append(register(width));
        plus = "+";
      }
      if (pick(2) == 0) {
        text.append(plus).append(index(width));
        plus = "+";
      }
      if (plus.isEmpty()) {
        return text.append("0x").append(Integer.toHexString(pick(0x8000))).append(']').toString();
      }
    }
    switch (pick(5)) {
      case 0:
        text.append('+').append(pick(256));
        break;
      case 1:
        text.append('-').append(pick(256));
        break;
      case 2:
        text.append("+0x").append(Integer.toHexString(pick(0x7FFF)));
        break;
      case 3:
        text.append("+(").append(pick(9)).append("*4)");
        break;
      default:
        break;
    }
    return text.append(']').toString();
  }

  private String index(int width) {
    String register = register(width);
    while (register.endsWith("sp")) {
      register = register(width);
    }
    int scale = SCALES[pick(4)];
    return pick(2) == 0 ? register + "*" + scale : scale + "*" + register;
  }
}
