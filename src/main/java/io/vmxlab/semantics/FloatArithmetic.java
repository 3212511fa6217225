package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.E32;
import static io.vmxlab.isa.FormAttribute.E64;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Lanes;
import io.vmxlab.fpu.Format;
import io.vmxlab.fpu.FpEnvironment;
import io.vmxlab.fpu.Sse;
import io.vmxlab.isa.Page;

/** Floating-point arithmetic on elements of XMM registers. SDM Vol. 2 by instruction. */
public final class FloatArithmetic {
  // spotless:off
  static final Page ADDPS = page("ADDPS", Sdm.ADDPS)
      .needs(Feature.SSE)
      .form("NP 0F 58 /r", "ADDPS xmm1, xmm2/m128", E32)
      .does(FloatArithmetic.class, "add");

  static final Page ADDPD = page("ADDPD", Sdm.ADDPD)
      .needs(Feature.SSE2)
      .form("66 0F 58 /r", "ADDPD xmm1, xmm2/m128", E64)
      .does(FloatArithmetic.class, "add");

  static final Page ADDSS = page("ADDSS", Sdm.ADDSS)
      .needs(Feature.SSE)
      .form("F3 0F 58 /r", "ADDSS xmm1, xmm2/m32", E32)
      .does(FloatArithmetic.class, "add");

  static final Page ADDSD = page("ADDSD", Sdm.ADDSD)
      .needs(Feature.SSE2)
      .form("F2 0F 58 /r", "ADDSD xmm1, xmm2/m64", E64)
      .does(FloatArithmetic.class, "add");

  static final Page SUBPS = page("SUBPS", Sdm.SUBPS)
      .needs(Feature.SSE)
      .form("NP 0F 5C /r", "SUBPS xmm1, xmm2/m128", E32)
      .does(FloatArithmetic.class, "subtract");

  static final Page SUBPD = page("SUBPD", Sdm.SUBPD)
      .needs(Feature.SSE2)
      .form("66 0F 5C /r", "SUBPD xmm1, xmm2/m128", E64)
      .does(FloatArithmetic.class, "subtract");

  static final Page SUBSS = page("SUBSS", Sdm.SUBSS)
      .needs(Feature.SSE)
      .form("F3 0F 5C /r", "SUBSS xmm1, xmm2/m32", E32)
      .does(FloatArithmetic.class, "subtract");

  static final Page SUBSD = page("SUBSD", Sdm.SUBSD)
      .needs(Feature.SSE2)
      .form("F2 0F 5C /r", "SUBSD xmm1, xmm2/m64", E64)
      .does(FloatArithmetic.class, "subtract");

  static final Page MULPS = page("MULPS", Sdm.MULPS)
      .needs(Feature.SSE)
      .form("NP 0F 59 /r", "MULPS xmm1, xmm2/m128", E32)
      .does(FloatArithmetic.class, "multiply");

  static final Page MULPD = page("MULPD", Sdm.MULPD)
      .needs(Feature.SSE2)
      .form("66 0F 59 /r", "MULPD xmm1, xmm2/m128", E64)
      .does(FloatArithmetic.class, "multiply");

  static final Page MULSS = page("MULSS", Sdm.MULSS)
      .needs(Feature.SSE)
      .form("F3 0F 59 /r", "MULSS xmm1, xmm2/m32", E32)
      .does(FloatArithmetic.class, "multiply");

  static final Page MULSD = page("MULSD", Sdm.MULSD)
      .needs(Feature.SSE2)
      .form("F2 0F 59 /r", "MULSD xmm1, xmm2/m64", E64)
      .does(FloatArithmetic.class, "multiply");

  static final Page DIVPS = page("DIVPS", Sdm.DIVPS)
      .needs(Feature.SSE)
      .form("NP 0F 5E /r", "DIVPS xmm1, xmm2/m128", E32)
      .does(FloatArithmetic.class, "divide");

  static final Page DIVPD = page("DIVPD", Sdm.DIVPD)
      .needs(Feature.SSE2)
      .form("66 0F 5E /r", "DIVPD xmm1, xmm2/m128", E64)
      .does(FloatArithmetic.class, "divide");

  static final Page DIVSS = page("DIVSS", Sdm.DIVSS)
      .needs(Feature.SSE)
      .form("F3 0F 5E /r", "DIVSS xmm1, xmm2/m32", E32)
      .does(FloatArithmetic.class, "divide");

  static final Page DIVSD = page("DIVSD", Sdm.DIVSD)
      .needs(Feature.SSE2)
      .form("F2 0F 5E /r", "DIVSD xmm1, xmm2/m64", E64)
      .does(FloatArithmetic.class, "divide");

  static final Page MINPS = page("MINPS", Sdm.MINPS)
      .needs(Feature.SSE)
      .form("NP 0F 5D /r", "MINPS xmm1, xmm2/m128", E32)
      .does(FloatArithmetic.class, "minimum");

  static final Page MINPD = page("MINPD", Sdm.MINPD)
      .needs(Feature.SSE2)
      .form("66 0F 5D /r", "MINPD xmm1, xmm2/m128", E64)
      .does(FloatArithmetic.class, "minimum");

  static final Page MINSS = page("MINSS", Sdm.MINSS)
      .needs(Feature.SSE)
      .form("F3 0F 5D /r", "MINSS xmm1, xmm2/m32", E32)
      .does(FloatArithmetic.class, "minimum");

  static final Page MINSD = page("MINSD", Sdm.MINSD)
      .needs(Feature.SSE2)
      .form("F2 0F 5D /r", "MINSD xmm1, xmm2/m64", E64)
      .does(FloatArithmetic.class, "minimum");

  static final Page MAXPS = page("MAXPS", Sdm.MAXPS)
      .needs(Feature.SSE)
      .form("NP 0F 5F /r", "MAXPS xmm1, xmm2/m128", E32)
      .does(FloatArithmetic.class, "maximum");

  static final Page MAXPD = page("MAXPD", Sdm.MAXPD)
      .needs(Feature.SSE2)
      .form("66 0F 5F /r", "MAXPD xmm1, xmm2/m128", E64)
      .does(FloatArithmetic.class, "maximum");

  static final Page MAXSS = page("MAXSS", Sdm.MAXSS)
      .needs(Feature.SSE)
      .form("F3 0F 5F /r", "MAXSS xmm1, xmm2/m32", E32)
      .does(FloatArithmetic.class, "maximum");

  static final Page MAXSD = page("MAXSD", Sdm.MAXSD)
      .needs(Feature.SSE2)
      .form("F2 0F 5F /r", "MAXSD xmm1, xmm2/m64", E64)
      .does(FloatArithmetic.class, "maximum");

  static final Page SQRTPS = page("SQRTPS", Sdm.SQRTPS)
      .needs(Feature.SSE)
      .form("NP 0F 51 /r", "SQRTPS xmm1, xmm2/m128", E32)
      .does(FloatArithmetic.class, "squareRoot");

  static final Page SQRTPD = page("SQRTPD", Sdm.SQRTPD)
      .needs(Feature.SSE2)
      .form("66 0F 51 /r", "SQRTPD xmm1, xmm2/m128", E64)
      .does(FloatArithmetic.class, "squareRoot");

  static final Page SQRTSS = page("SQRTSS", Sdm.SQRTSS)
      .needs(Feature.SSE)
      .form("F3 0F 51 /r", "SQRTSS xmm1, xmm2/m32", E32)
      .does(FloatArithmetic.class, "squareRoot");

  static final Page SQRTSD = page("SQRTSD", Sdm.SQRTSD)
      .needs(Feature.SSE2)
      .form("F2 0F 51 /r", "SQRTSD xmm1, xmm2/m64", E64)
      .does(FloatArithmetic.class, "squareRoot");

  static final Page RCPPS = page("RCPPS", Sdm.RCPPS)
      .needs(Feature.SSE)
      .form("NP 0F 53 /r", "RCPPS xmm1, xmm2/m128", E32)
      .does(FloatArithmetic.class, "reciprocal");

  static final Page RCPSS = page("RCPSS", Sdm.RCPSS)
      .needs(Feature.SSE)
      .form("F3 0F 53 /r", "RCPSS xmm1, xmm2/m32", E32)
      .does(FloatArithmetic.class, "reciprocal");

  static final Page RSQRTPS = page("RSQRTPS", Sdm.RSQRTPS)
      .needs(Feature.SSE)
      .form("NP 0F 52 /r", "RSQRTPS xmm1, xmm2/m128", E32)
      .does(FloatArithmetic.class, "reciprocalRoot");

  static final Page RSQRTSS = page("RSQRTSS", Sdm.RSQRTSS)
      .needs(Feature.SSE)
      .form("F3 0F 52 /r", "RSQRTSS xmm1, xmm2/m32", E32)
      .does(FloatArithmetic.class, "reciprocalRoot");

  static final Page ADDSUBPS = page("ADDSUBPS", Sdm.ADDSUBPS)
      .needs(Feature.SSE3)
      .form("F2 0F D0 /r", "ADDSUBPS xmm1, xmm2/m128", E32)
      .does(FloatArithmetic.class, "addSubtract");

  static final Page ADDSUBPD = page("ADDSUBPD", Sdm.ADDSUBPD)
      .needs(Feature.SSE3)
      .form("66 0F D0 /r", "ADDSUBPD xmm1, xmm2/m128", E64)
      .does(FloatArithmetic.class, "addSubtract");

  static final Page HADDPS = page("HADDPS", Sdm.HADDPS)
      .needs(Feature.SSE3)
      .form("F2 0F 7C /r", "HADDPS xmm1, xmm2/m128", E32)
      .does(FloatArithmetic.class, "addNeighbours");

  static final Page HADDPD = page("HADDPD", Sdm.HADDPD)
      .needs(Feature.SSE3)
      .form("66 0F 7C /r", "HADDPD xmm1, xmm2/m128", E64)
      .does(FloatArithmetic.class, "addNeighbours");

  static final Page HSUBPS = page("HSUBPS", Sdm.HSUBPS)
      .needs(Feature.SSE3)
      .form("F2 0F 7D /r", "HSUBPS xmm1, xmm2/m128", E32)
      .does(FloatArithmetic.class, "subtractNeighbours");

  static final Page HSUBPD = page("HSUBPD", Sdm.HSUBPD)
      .needs(Feature.SSE3)
      .form("66 0F 7D /r", "HSUBPD xmm1, xmm2/m128", E64)
      .does(FloatArithmetic.class, "subtractNeighbours");

  static final Page DPPS = page("DPPS", Sdm.DPPS)
      .needs(Feature.SSE4_1)
      .form("66 0F 3A 40 /r ib", "DPPS xmm1, xmm2/m128, imm8", E32)
      .does(FloatArithmetic.class, "dotProduct");

  static final Page DPPD = page("DPPD", Sdm.DPPD)
      .needs(Feature.SSE4_1)
      .form("66 0F 3A 41 /r ib", "DPPD xmm1, xmm2/m128, imm8", E64)
      .does(FloatArithmetic.class, "dotProduct");
  // spotless:on

  private FloatArithmetic() {}

  private static final int SIGN = 1 << 31;
  private static final int INFINITY = 0x7F80_0000;
  private static final int QUIET = 1 << 22;
  private static final int SMALLEST_NORMAL = 1 << 23;
  private static final int INDEFINITE = 0xFFC0_0000;

  /** The half of the last bit of 12 in a single's significand. */
  private static final int HALF_OF_LAST = 1 << 11;

  static Format format(int width) {
    return width == Format.SINGLE.width ? Format.SINGLE : Format.DOUBLE;
  }

  /** DEST + SRC */
  public static long add(Cpu cpu, int width, long dest, long src) {
    return Sse.add(cpu.simd.environment(), format(width), dest, src);
  }

  /** DEST - SRC */
  public static long subtract(Cpu cpu, int width, long dest, long src) {
    return Sse.subtract(cpu.simd.environment(), format(width), dest, src);
  }

  /** DEST * SRC */
  public static long multiply(Cpu cpu, int width, long dest, long src) {
    return Sse.multiply(cpu.simd.environment(), format(width), dest, src);
  }

  /** DEST / SRC */
  public static long divide(Cpu cpu, int width, long dest, long src) {
    return Sse.divide(cpu.simd.environment(), format(width), dest, src);
  }

  /** The smaller one; SRC if both are zeros or one is a NaN. */
  public static long minimum(Cpu cpu, int width, long dest, long src) {
    return Sse.minimum(cpu.simd.environment(), format(width), dest, src);
  }

  /** The larger one; SRC if both are zeros or one is a NaN. */
  public static long maximum(Cpu cpu, int width, long dest, long src) {
    return Sse.maximum(cpu.simd.environment(), format(width), dest, src);
  }

  /** The square root of SRC. */
  public static long squareRoot(Cpu cpu, int width, long src) {
    return Sse.squareRoot(cpu.simd.environment(), format(width), src);
  }

  /** 1 / SRC, rounded to 12 bits. Raises nothing; a denormal is 0. */
  public static long reciprocal(Cpu cpu, int width, long src) {
    int x = (int) src;
    int magnitude = x & ~SIGN;
    if (magnitude > INFINITY) {
      return x | QUIET;
    }
    if (magnitude < SMALLEST_NORMAL) {
      return x & SIGN | INFINITY;
    }
    int result = approximate(1.0 / Float.intBitsToFloat(x));
    return (result & ~SIGN) < SMALLEST_NORMAL ? x & SIGN : result;
  }

  /** 1 / the square root of SRC, rounded to 12 bits. Raises nothing; a denormal is 0. */
  public static long reciprocalRoot(Cpu cpu, int width, long src) {
    int x = (int) src;
    int magnitude = x & ~SIGN;
    if (magnitude > INFINITY) {
      return x | QUIET;
    }
    if (magnitude < SMALLEST_NORMAL) {
      return x & SIGN | INFINITY;
    }
    return x < 0 ? INDEFINITE : approximate(1.0 / Math.sqrt(Float.intBitsToFloat(x)));
  }

  /** The manual wants a relative error of at most 1.5 * 2^-12; which, it leaves to processors. */
  private static int approximate(double value) {
    return Float.floatToRawIntBits((float) value) + HALF_OF_LAST & -2 * HALF_OF_LAST;
  }

  /** Differences in elements with even numbers, sums in the others. */
  public static void addSubtract(Cpu cpu, int width, int element, long[] dest, long[] source) {
    FpEnvironment env = cpu.simd.environment();
    Format format = format(element);
    for (int i = 0; i < width / element; i++) {
      long a = Lanes.get(element, dest, i);
      long b = Lanes.get(element, source, i);
      boolean sum = (i & 1) != 0;
      Lanes.set(
          element, dest, i, sum ? Sse.add(env, format, a, b) : Sse.subtract(env, format, a, b));
    }
  }

  /** Sums of neighbours: of the pairs of DEST, then of SRC. */
  public static void addNeighbours(Cpu cpu, int width, int element, long[] dest, long[] source) {
    neighbours(cpu, width, element, dest, source, true);
  }

  /** Differences of neighbours, the lower less the upper. */
  public static void subtractNeighbours(
      Cpu cpu, int width, int element, long[] dest, long[] source) {
    neighbours(cpu, width, element, dest, source, false);
  }

  private static void neighbours(
      Cpu cpu, int width, int element, long[] dest, long[] source, boolean sum) {
    FpEnvironment env = cpu.simd.environment();
    Format format = format(element);
    int half = width / element / 2;
    for (int i = 0; i < 2 * half; i++) {
      long[] from = i < half ? dest : source;
      long a = Lanes.get(element, from, 2 * (i % half));
      long b = Lanes.get(element, from, 2 * (i % half) + 1);
      Lanes.set(
          element, dest, i, sum ? Sse.add(env, format, a, b) : Sse.subtract(env, format, a, b));
    }
  }

  /**
   * The sum of the products of elements that bits 7:4 choose, in the elements that bits 3:0 choose;
   * elsewhere 0. Of several NaNs each element gets the one that Intel processors give it, where the
   * manual's operation gives all the same.
   */
  public static void dotProduct(
      Cpu cpu, int width, int element, long[] dest, long[] source, long control) {
    FpEnvironment env = cpu.simd.environment();
    Format format = format(element);
    int count = width / element;
    for (int i = 0; i < count; i++) {
      long product = 0;
      if ((control >> (4 + i) & 1) != 0) {
        long a = Lanes.get(element, dest, i);
        product = Sse.multiply(env, format, a, Lanes.get(element, source, i));
      }
      Lanes.set(element, source, i, product);
    }
    cpu.simd.settle(); // every multiplication is before every addition
    for (int step = 1; step < count; step *= 2) {
      boolean last = 2 * step == count;
      for (int i = 0; i < count; i++) {
        if ((i & step) == 0) {
          long a = Lanes.get(element, source, i);
          long b = Lanes.get(element, source, i + step);
          // Which operand is first decides which of two NaNs survives, in each element by itself.
          long ab = Sse.add(env, format, a, b);
          long ba = Sse.add(env, format, b, a);
          Lanes.set(element, source, i, last ? ab : ba);
          Lanes.set(element, source, i + step, last ? ba : ab);
        }
      }
      cpu.simd.settle();
    }
    for (int i = 0; i < count; i++) {
      long sum = Lanes.get(element, source, i);
      Lanes.set(element, dest, i, (control >> i & 1) != 0 ? sum : 0);
    }
  }
}
