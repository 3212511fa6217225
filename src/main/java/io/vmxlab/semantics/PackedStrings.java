package io.vmxlab.semantics;

import static io.vmxlab.arch.Gpr.RAX;
import static io.vmxlab.arch.Gpr.RCX;
import static io.vmxlab.arch.Gpr.RDX;
import static io.vmxlab.isa.FormAttribute.UNALIGNED;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Lanes;
import io.vmxlab.cpu.Operands;
import io.vmxlab.cpu.Width;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/** Comparisons of strings in XMM registers. SDM Vol. 2 by instruction. */
public final class PackedStrings {
  // spotless:off
  static final Page PCMPESTRI = page("PCMPESTRI", Sdm.PCMPESTRI)
      .needs(Feature.SSE4_2)
      .form("66 0F 3A 61 /r ib", "PCMPESTRI xmm1, xmm2/m128, imm8", UNALIGNED)
      .flags("CF OF ZF SF: by result; AF PF: 0")
      .does(PackedStrings.class, "explicitIndex");

  static final Page PCMPESTRM = page("PCMPESTRM", Sdm.PCMPESTRM)
      .needs(Feature.SSE4_2)
      .form("66 0F 3A 60 /r ib", "PCMPESTRM xmm1, xmm2/m128, imm8", UNALIGNED)
      .flags("CF OF ZF SF: by result; AF PF: 0")
      .does(PackedStrings.class, "explicitMask");

  static final Page PCMPISTRI = page("PCMPISTRI", Sdm.PCMPISTRI)
      .needs(Feature.SSE4_2)
      .form("66 0F 3A 63 /r ib", "PCMPISTRI xmm1, xmm2/m128, imm8", UNALIGNED)
      .flags("CF OF ZF SF: by result; AF PF: 0")
      .does(PackedStrings.class, "implicitIndex");

  static final Page PCMPISTRM = page("PCMPISTRM", Sdm.PCMPISTRM)
      .needs(Feature.SSE4_2)
      .form("66 0F 3A 62 /r ib", "PCMPISTRM xmm1, xmm2/m128, imm8", UNALIGNED)
      .flags("CF OF ZF SF: by result; AF PF: 0")
      .does(PackedStrings.class, "implicitMask");
  // spotless:on

  private PackedStrings() {}

  private static final int WORDS = 1 << 0;
  private static final int SIGNED = 1 << 1;
  private static final int AGGREGATION = 2;
  private static final int EQUAL_ANY = 0;
  private static final int RANGES = 1;
  private static final int EQUAL_EACH = 2;
  private static final int NEGATIVE = 1 << 4;
  private static final int MASKED = 1 << 5;

  /** The most significant index instead of the least, or a mask of elements instead of bits. */
  private static final int OTHER_OUTPUT = 1 << 6;

  private static final int BITS = 128;

  /** ECX := an index; lengths in EAX and EDX. */
  public static void explicitIndex(Cpu cpu, Instruction insn) {
    index(cpu, insn, true);
  }

  /** XMM0 := a mask; lengths in EAX and EDX. */
  public static void explicitMask(Cpu cpu, Instruction insn) {
    mask(cpu, insn, true);
  }

  /** ECX := an index; the strings end with an element that is 0. */
  public static void implicitIndex(Cpu cpu, Instruction insn) {
    index(cpu, insn, false);
  }

  /** XMM0 := a mask; the strings end with an element that is 0. */
  public static void implicitMask(Cpu cpu, Instruction insn) {
    mask(cpu, insn, false);
  }

  private static void index(Cpu cpu, Instruction insn, boolean explicit) {
    int result = compare(cpu, insn, explicit);
    int count = BITS / element(insn);
    int highest = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(result);
    int lowest = Integer.numberOfTrailingZeros(result);
    boolean high = (insn.immediate & OTHER_OUTPUT) != 0;
    cpu.r[RCX] = result == 0 ? count : high ? highest : lowest;
  }

  private static void mask(Cpu cpu, Instruction insn, boolean explicit) {
    int result = compare(cpu, insn, explicit);
    long[] mask = cpu.simd.dest;
    if ((insn.immediate & OTHER_OUTPUT) == 0) {
      mask[0] = result;
      mask[1] = 0;
    } else {
      int element = element(insn);
      for (int i = 0; i < BITS / element; i++) {
        Lanes.set(element, mask, i, -(result >> i & 1));
      }
    }
    cpu.simd.store(0, mask);
  }

  private static int element(Instruction insn) {
    return (insn.immediate & WORDS) != 0 ? 16 : 8;
  }

  /** Sets the flags; a bit of the result for each element of the second string. */
  private static int compare(Cpu cpu, Instruction insn, boolean explicit) {
    cpu.simd.requireSse();
    long[] first = cpu.simd.dest;
    long[] second = cpu.simd.source;
    Operands.readVector(cpu, insn, second);
    cpu.simd.load(insn.reg, first);
    int control = (int) insn.immediate;
    int element = element(insn);
    int count = BITS / element;
    int width = insn.operandSize == 64 ? 64 : 32;
    int length1 = explicit ? length(width, cpu.r[RAX], count) : length(element, first);
    int length2 = explicit ? length(width, cpu.r[RDX], count) : length(element, second);
    int result = aggregate(control, first, length1, second, length2);
    if ((control & NEGATIVE) != 0) {
      int valid = (control & MASKED) != 0 ? length2 : count;
      result ^= (1 << valid) - 1;
    }
    cpu.setStatus(
        (result != 0 ? Rflags.CF : 0)
            | (length2 < count ? Rflags.ZF : 0)
            | (length1 < count ? Rflags.SF : 0)
            | ((result & 1) != 0 ? Rflags.OF : 0));
    return result;
  }

  private static int length(int width, long register, int count) {
    long magnitude = Math.abs(Width.signExtend(width, register));
    return Long.compareUnsigned(magnitude, count) < 0 ? (int) magnitude : count;
  }

  private static int length(int element, long[] string) {
    int length = 0;
    while (length < BITS / element && Lanes.get(element, string, length) != 0) {
      length++;
    }
    return length;
  }

  private static int aggregate(int control, long[] first, int length1, long[] second, int length2) {
    int element = (control & WORDS) != 0 ? 16 : 8;
    boolean signed = (control & SIGNED) != 0;
    int result = 0;
    for (int j = 0; j < BITS / element; j++) {
      boolean found;
      switch (control >> AGGREGATION & 3) {
        case EQUAL_ANY:
          found = j < length2 && isAny(element, first, length1, Lanes.get(element, second, j));
          break;
        case RANGES:
          found =
              j < length2
                  && inRange(element, signed, first, length1, get(element, signed, second, j));
          break;
        case EQUAL_EACH:
          found =
              j < length1 && j < length2
                  ? Lanes.get(element, first, j) == Lanes.get(element, second, j)
                  : j >= length1 && j >= length2;
          break;
        default:
          found = beginsWith(element, first, length1, second, length2, j);
          break;
      }
      result |= found ? 1 << j : 0;
    }
    return result;
  }

  private static long get(int element, boolean signed, long[] string, int i) {
    return signed ? Lanes.getSigned(element, string, i) : Lanes.get(element, string, i);
  }

  private static boolean isAny(int element, long[] set, int length, long value) {
    for (int i = 0; i < length; i++) {
      if (Lanes.get(element, set, i) == value) {
        return true;
      }
    }
    return false;
  }

  /** Of the ranges whose bounds stand in pairs; half a pair is none. */
  private static boolean inRange(
      int element, boolean signed, long[] ranges, int length, long value) {
    for (int i = 0; i + 1 < length; i += 2) {
      if (get(element, signed, ranges, i) <= value
          && value <= get(element, signed, ranges, i + 1)) {
        return true;
      }
    }
    return false;
  }

  /** The first string stands in the second from a place on, as far as the register reaches. */
  private static boolean beginsWith(
      int element, long[] first, int length1, long[] second, int length2, int from) {
    for (int i = 0; i < length1 && from + i < BITS / element; i++) {
      boolean same = Lanes.get(element, first, i) == Lanes.get(element, second, from + i);
      if (from + i >= length2 || !same) {
        return false;
      }
    }
    return true;
  }
}
