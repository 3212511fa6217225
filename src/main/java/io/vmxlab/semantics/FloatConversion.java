package io.vmxlab.semantics;

import static io.vmxlab.fpu.Format.DOUBLE;
import static io.vmxlab.fpu.Format.SINGLE;
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

/** Conversions between floating-point formats and integers. SDM Vol. 2 by instruction. */
public final class FloatConversion {
  // spotless:off
  static final Page CVTPS2PD = page("CVTPS2PD", Sdm.CVTPS2PD)
      .needs(Feature.SSE2)
      .form("NP 0F 5A /r", "CVTPS2PD xmm1, xmm2/m64")
      .does(FloatConversion.class, "singlesToDoubles");

  static final Page CVTPD2PS = page("CVTPD2PS", Sdm.CVTPD2PS)
      .needs(Feature.SSE2)
      .form("66 0F 5A /r", "CVTPD2PS xmm1, xmm2/m128")
      .does(FloatConversion.class, "doublesToSingles");

  static final Page CVTSS2SD = page("CVTSS2SD", Sdm.CVTSS2SD)
      .needs(Feature.SSE2)
      .form("F3 0F 5A /r", "CVTSS2SD xmm1, xmm2/m32")
      .does(FloatConversion.class, "singleToDouble");

  static final Page CVTSD2SS = page("CVTSD2SS", Sdm.CVTSD2SS)
      .needs(Feature.SSE2)
      .form("F2 0F 5A /r", "CVTSD2SS xmm1, xmm2/m64")
      .does(FloatConversion.class, "doubleToSingle");

  static final Page CVTDQ2PS = page("CVTDQ2PS", Sdm.CVTDQ2PS)
      .needs(Feature.SSE2)
      .form("NP 0F 5B /r", "CVTDQ2PS xmm1, xmm2/m128", E32)
      .does(FloatConversion.class, "fromDoubleword");

  static final Page CVTDQ2PD = page("CVTDQ2PD", Sdm.CVTDQ2PD)
      .needs(Feature.SSE2)
      .form("F3 0F E6 /r", "CVTDQ2PD xmm1, xmm2/m64")
      .does(FloatConversion.class, "doublewordsToDoubles");

  static final Page CVTPS2DQ = page("CVTPS2DQ", Sdm.CVTPS2DQ)
      .needs(Feature.SSE2)
      .form("66 0F 5B /r", "CVTPS2DQ xmm1, xmm2/m128", E32)
      .does(FloatConversion.class, "toDoubleword");

  static final Page CVTTPS2DQ = page("CVTTPS2DQ", Sdm.CVTTPS2DQ)
      .needs(Feature.SSE2)
      .form("F3 0F 5B /r", "CVTTPS2DQ xmm1, xmm2/m128", E32)
      .does(FloatConversion.class, "truncateToDoubleword");

  static final Page CVTPD2DQ = page("CVTPD2DQ", Sdm.CVTPD2DQ)
      .needs(Feature.SSE2)
      .form("F2 0F E6 /r", "CVTPD2DQ xmm1, xmm2/m128")
      .does(FloatConversion.class, "doublesToDoublewords");

  static final Page CVTTPD2DQ = page("CVTTPD2DQ", Sdm.CVTTPD2DQ)
      .needs(Feature.SSE2)
      .form("66 0F E6 /r", "CVTTPD2DQ xmm1, xmm2/m128")
      .does(FloatConversion.class, "truncateDoubles");

  static final Page CVTPI2PS = page("CVTPI2PS", Sdm.CVTPI2PS)
      .needs(Feature.SSE)
      .form("NP 0F 2A /r", "CVTPI2PS xmm1, mm/m64")
      .does(FloatConversion.class, "doublewordsToSingles");

  static final Page CVTPI2PD = page("CVTPI2PD", Sdm.CVTPI2PD)
      .needs(Feature.SSE2)
      .form("66 0F 2A /r", "CVTPI2PD xmm1, mm/m64")
      .does(FloatConversion.class, "doublewordsToDoubles");

  static final Page CVTPS2PI = page("CVTPS2PI", Sdm.CVTPS2PI)
      .needs(Feature.SSE)
      .form("NP 0F 2D /r", "CVTPS2PI mm, xmm/m64")
      .does(FloatConversion.class, "singlesToDoublewords");

  static final Page CVTTPS2PI = page("CVTTPS2PI", Sdm.CVTTPS2PI)
      .needs(Feature.SSE)
      .form("NP 0F 2C /r", "CVTTPS2PI mm, xmm/m64")
      .does(FloatConversion.class, "truncateSingles");

  static final Page CVTPD2PI = page("CVTPD2PI", Sdm.CVTPD2PI)
      .needs(Feature.SSE2)
      .form("66 0F 2D /r", "CVTPD2PI mm, xmm/m128")
      .does(FloatConversion.class, "doublesToDoublewords");

  static final Page CVTTPD2PI = page("CVTTPD2PI", Sdm.CVTTPD2PI)
      .needs(Feature.SSE2)
      .form("66 0F 2C /r", "CVTTPD2PI mm, xmm/m128")
      .does(FloatConversion.class, "truncateDoubles");

  static final Page CVTSI2SS = page("CVTSI2SS", Sdm.CVTSI2SS)
      .needs(Feature.SSE)
      .form("F3 0F 2A /r",         "CVTSI2SS xmm1, r/m32", E32)
      .does(FloatConversion.class, "fromInteger32")
      .form("F3 REX.W + 0F 2A /r", "CVTSI2SS xmm1, r/m64", E32)
      .does(FloatConversion.class, "fromInteger64");

  static final Page CVTSI2SD = page("CVTSI2SD", Sdm.CVTSI2SD)
      .needs(Feature.SSE2)
      .form("F2 0F 2A /r",         "CVTSI2SD xmm1, r/m32", E64)
      .does(FloatConversion.class, "fromInteger32")
      .form("F2 REX.W + 0F 2A /r", "CVTSI2SD xmm1, r/m64", E64)
      .does(FloatConversion.class, "fromInteger64");

  static final Page CVTSS2SI = page("CVTSS2SI", Sdm.CVTSS2SI)
      .needs(Feature.SSE)
      .form("F3 0F 2D /r",         "CVTSS2SI r32, xmm1/m32", E32)
      .does(FloatConversion.class, "toInteger32")
      .form("F3 REX.W + 0F 2D /r", "CVTSS2SI r64, xmm1/m32", E32)
      .does(FloatConversion.class, "toInteger64");

  static final Page CVTTSS2SI = page("CVTTSS2SI", Sdm.CVTTSS2SI)
      .needs(Feature.SSE)
      .form("F3 0F 2C /r",         "CVTTSS2SI r32, xmm1/m32", E32)
      .does(FloatConversion.class, "truncateTo32")
      .form("F3 REX.W + 0F 2C /r", "CVTTSS2SI r64, xmm1/m32", E32)
      .does(FloatConversion.class, "truncateTo64");

  static final Page CVTSD2SI = page("CVTSD2SI", Sdm.CVTSD2SI)
      .needs(Feature.SSE2)
      .form("F2 0F 2D /r",         "CVTSD2SI r32, xmm1/m64", E64)
      .does(FloatConversion.class, "toInteger32")
      .form("F2 REX.W + 0F 2D /r", "CVTSD2SI r64, xmm1/m64", E64)
      .does(FloatConversion.class, "toInteger64");

  static final Page CVTTSD2SI = page("CVTTSD2SI", Sdm.CVTTSD2SI)
      .needs(Feature.SSE2)
      .form("F2 0F 2C /r",         "CVTTSD2SI r32, xmm1/m64", E64)
      .does(FloatConversion.class, "truncateTo32")
      .form("F2 REX.W + 0F 2C /r", "CVTTSD2SI r64, xmm1/m64", E64)
      .does(FloatConversion.class, "truncateTo64");
  // spotless:on

  private FloatConversion() {}

  private static final int INTEGER = 32;

  /** Converts the lowest elements; the rest of DEST stays. */
  private static void formats(
      Cpu cpu, Format to, long[] dest, Format from, long[] source, int count) {
    FpEnvironment env = cpu.simd.environment();
    for (int i = 0; i < count; i++) {
      long value = Lanes.get(from.width, source, i);
      Lanes.set(to.width, dest, i, Sse.convert(env, from, to, value));
    }
  }

  /** Two singles to two doubles. */
  public static void singlesToDoubles(Cpu cpu, int width, int element, long[] dest, long[] source) {
    formats(cpu, DOUBLE, dest, SINGLE, source, 2);
  }

  /** Two doubles to two singles; above them 0. */
  public static void doublesToSingles(Cpu cpu, int width, int element, long[] dest, long[] source) {
    formats(cpu, SINGLE, dest, DOUBLE, source, 2);
    dest[1] = 0;
  }

  /** The lowest single to the lowest double. */
  public static void singleToDouble(Cpu cpu, int width, int element, long[] dest, long[] source) {
    formats(cpu, DOUBLE, dest, SINGLE, source, 1);
  }

  /** The lowest double to the lowest single. */
  public static void doubleToSingle(Cpu cpu, int width, int element, long[] dest, long[] source) {
    formats(cpu, SINGLE, dest, DOUBLE, source, 1);
  }

  /** A signed doubleword to a single. */
  public static long fromDoubleword(Cpu cpu, int width, long src) {
    return Sse.fromInteger(cpu.simd.environment(), SINGLE, (int) src);
  }

  /** A single to a signed doubleword. */
  public static long toDoubleword(Cpu cpu, int width, long src) {
    return Sse.toInteger(cpu.simd.environment(), SINGLE, src, INTEGER, false);
  }

  /** A single to a signed doubleword, toward zero. */
  public static long truncateToDoubleword(Cpu cpu, int width, long src) {
    return Sse.toInteger(cpu.simd.environment(), SINGLE, src, INTEGER, true);
  }

  private static void fromIntegers(Cpu cpu, Format to, long[] dest, long[] source) {
    FpEnvironment env = cpu.simd.environment();
    for (int i = 0; i < 2; i++) {
      long value = Lanes.getSigned(INTEGER, source, i);
      Lanes.set(to.width, dest, i, Sse.fromInteger(env, to, value));
    }
  }

  /** Two signed doublewords to two doubles. */
  public static void doublewordsToDoubles(
      Cpu cpu, int width, int element, long[] dest, long[] source) {
    fromIntegers(cpu, DOUBLE, dest, source);
  }

  /** Two signed doublewords to two singles; the rest of DEST stays. */
  public static void doublewordsToSingles(
      Cpu cpu, int width, int element, long[] dest, long[] source) {
    fromIntegers(cpu, SINGLE, dest, source);
  }

  /** Two to two signed doublewords; above them 0. */
  private static void toIntegers(
      Cpu cpu, long[] dest, Format from, long[] source, boolean truncate) {
    FpEnvironment env = cpu.simd.environment();
    for (int i = 0; i < 2; i++) {
      long value = Lanes.get(from.width, source, i);
      Lanes.set(INTEGER, dest, i, Sse.toInteger(env, from, value, INTEGER, truncate));
    }
    dest[1] = 0;
  }

  /** Two doubles to two signed doublewords. */
  public static void doublesToDoublewords(
      Cpu cpu, int width, int element, long[] dest, long[] source) {
    toIntegers(cpu, dest, DOUBLE, source, false);
  }

  /** Two doubles to two signed doublewords, toward zero. */
  public static void truncateDoubles(Cpu cpu, int width, int element, long[] dest, long[] source) {
    toIntegers(cpu, dest, DOUBLE, source, true);
  }

  /** Two singles to two signed doublewords. */
  public static void singlesToDoublewords(
      Cpu cpu, int width, int element, long[] dest, long[] source) {
    toIntegers(cpu, dest, SINGLE, source, false);
  }

  /** Two singles to two signed doublewords, toward zero. */
  public static void truncateSingles(Cpu cpu, int width, int element, long[] dest, long[] source) {
    toIntegers(cpu, dest, SINGLE, source, true);
  }

  private static void fromInteger(Cpu cpu, int element, long[] dest, long value) {
    Format format = FloatArithmetic.format(element);
    Lanes.set(element, dest, 0, Sse.fromInteger(cpu.simd.environment(), format, value));
  }

  /** A signed number of 32 bits to the lowest element. */
  public static void fromInteger32(Cpu cpu, int width, int element, long[] dest, long value) {
    fromInteger(cpu, element, dest, (int) value);
  }

  /** A signed number of 64 bits to the lowest element. */
  public static void fromInteger64(Cpu cpu, int width, int element, long[] dest, long value) {
    fromInteger(cpu, element, dest, value);
  }

  private static long toInteger(Cpu cpu, int element, long[] source, int width, boolean truncate) {
    Format format = FloatArithmetic.format(element);
    return Sse.toInteger(cpu.simd.environment(), format, source[0], width, truncate);
  }

  /** The lowest element to a signed number of 32 bits. */
  public static long toInteger32(Cpu cpu, int width, int element, long[] source) {
    return toInteger(cpu, element, source, 32, false);
  }

  /** The lowest element to a signed number of 64 bits. */
  public static long toInteger64(Cpu cpu, int width, int element, long[] source) {
    return toInteger(cpu, element, source, 64, false);
  }

  /** The lowest element to a signed number of 32 bits, toward zero. */
  public static long truncateTo32(Cpu cpu, int width, int element, long[] source) {
    return toInteger(cpu, element, source, 32, true);
  }

  /** The lowest element to a signed number of 64 bits, toward zero. */
  public static long truncateTo64(Cpu cpu, int width, int element, long[] source) {
    return toInteger(cpu, element, source, 64, true);
  }
}
