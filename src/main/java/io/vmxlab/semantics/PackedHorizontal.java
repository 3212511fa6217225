package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.E16;
import static io.vmxlab.isa.FormAttribute.E32;
import static io.vmxlab.isa.FormAttribute.E8;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Lanes;
import io.vmxlab.isa.Page;

/** Operations across the elements of packed integers. SDM Vol. 2 by instruction. */
public final class PackedHorizontal {
  // spotless:off
  static final Page PHADDW = page("PHADDW/PHADDD", Sdm.PHADDW)
      .needs(Feature.SSSE3)
      .form("NP 0F 38 01 /r", "PHADDW mm1, mm2/m64", E16)
      .form("66 0F 38 01 /r", "PHADDW xmm1, xmm2/m128", E16)
      .form("NP 0F 38 02 /r", "PHADDD mm1, mm2/m64", E32)
      .form("66 0F 38 02 /r", "PHADDD xmm1, xmm2/m128", E32)
      .does(PackedHorizontal.class, "add");

  static final Page PHADDSW = page("PHADDSW", Sdm.PHADDSW)
      .needs(Feature.SSSE3)
      .form("NP 0F 38 03 /r", "PHADDSW mm1, mm2/m64", E16)
      .form("66 0F 38 03 /r", "PHADDSW xmm1, xmm2/m128", E16)
      .does(PackedHorizontal.class, "addSigned");

  static final Page PHSUBW = page("PHSUBW/PHSUBD", Sdm.PHSUBW)
      .needs(Feature.SSSE3)
      .form("NP 0F 38 05 /r", "PHSUBW mm1, mm2/m64", E16)
      .form("66 0F 38 05 /r", "PHSUBW xmm1, xmm2/m128", E16)
      .form("NP 0F 38 06 /r", "PHSUBD mm1, mm2/m64", E32)
      .form("66 0F 38 06 /r", "PHSUBD xmm1, xmm2/m128", E32)
      .does(PackedHorizontal.class, "subtract");

  static final Page PHSUBSW = page("PHSUBSW", Sdm.PHSUBSW)
      .needs(Feature.SSSE3)
      .form("NP 0F 38 07 /r", "PHSUBSW mm1, mm2/m64", E16)
      .form("66 0F 38 07 /r", "PHSUBSW xmm1, xmm2/m128", E16)
      .does(PackedHorizontal.class, "subtractSigned");

  static final Page PHMINPOSUW = page("PHMINPOSUW", Sdm.PHMINPOSUW)
      .needs(Feature.SSE4_1)
      .form("66 0F 38 41 /r", "PHMINPOSUW xmm1, xmm2/m128", E16)
      .does(PackedHorizontal.class, "minimumPosition");

  static final Page MPSADBW = page("MPSADBW", Sdm.MPSADBW)
      .needs(Feature.SSE4_1)
      .form("66 0F 3A 42 /r ib", "MPSADBW xmm1, xmm2/m128, imm8", E8)
      .does(PackedHorizontal.class, "multipleSums");
  // spotless:on

  private PackedHorizontal() {}

  /** What is made of two neighbours. */
  private interface Pair {
    long of(int element, long lower, long upper);
  }

  private static final Pair SUM = (element, lower, upper) -> lower + upper;
  private static final Pair DIFFERENCE = (element, lower, upper) -> lower - upper;
  private static final Pair SATURATED_SUM =
      (element, lower, upper) -> PackedArithmetic.saturateSigned(element, lower + upper);
  private static final Pair SATURATED_DIFFERENCE =
      (element, lower, upper) -> PackedArithmetic.saturateSigned(element, lower - upper);

  /** Each pair of DEST, then each of SRC. */
  private static void pairs(int width, int element, long[] dest, long[] source, Pair pair) {
    int half = width / element / 2;
    for (int i = 0; i < 2 * half; i++) {
      long[] from = i < half ? dest : source;
      int at = 2 * (i % half);
      long lower = Lanes.getSigned(element, from, at);
      long upper = Lanes.getSigned(element, from, at + 1);
      Lanes.set(element, dest, i, pair.of(element, lower, upper));
    }
  }

  /** Sums of neighbours. */
  public static void add(Cpu cpu, int width, int element, long[] dest, long[] source) {
    pairs(width, element, dest, source, SUM);
  }

  /** Sums of neighbours, saturated. */
  public static void addSigned(Cpu cpu, int width, int element, long[] dest, long[] source) {
    pairs(width, element, dest, source, SATURATED_SUM);
  }

  /** Differences of neighbours, the lower less the upper. */
  public static void subtract(Cpu cpu, int width, int element, long[] dest, long[] source) {
    pairs(width, element, dest, source, DIFFERENCE);
  }

  /** Differences of neighbours, saturated. */
  public static void subtractSigned(Cpu cpu, int width, int element, long[] dest, long[] source) {
    pairs(width, element, dest, source, SATURATED_DIFFERENCE);
  }

  /** The smallest unsigned element and, above it, its position; the lowest of equal ones. */
  public static void minimumPosition(Cpu cpu, int width, int element, long[] dest, long[] source) {
    int best = 0;
    for (int i = 1; i < width / element; i++) {
      if (Lanes.get(element, source, i) < Lanes.get(element, source, best)) {
        best = i;
      }
    }
    dest[0] = (long) best << element | Lanes.get(element, source, best);
    dest[1] = 0;
  }

  /**
   * Sums of the distances of four bytes of SRC from four of DEST, which begin one byte further on
   * for each of the eight sums.
   */
  public static void multipleSums(
      Cpu cpu, int width, int element, long[] dest, long[] source, long control) {
    int from = (int) control & 4;
    int block = ((int) control & 3) * 4;
    long low = 0;
    long high = 0;
    for (int i = 0; i < 8; i++) {
      long sum = 0;
      for (int j = 0; j < 4; j++) {
        long a = Lanes.get(element, dest, from + i + j);
        sum += Math.abs(a - Lanes.get(element, source, block + j));
      }
      if (i < 4) {
        low |= sum << 16 * i;
      } else {
        high |= sum << 16 * (i - 4);
      }
    }
    dest[0] = low;
    dest[1] = high;
  }
}
