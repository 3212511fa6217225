package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.E16;
import static io.vmxlab.isa.FormAttribute.E32;
import static io.vmxlab.isa.FormAttribute.E64;
import static io.vmxlab.isa.FormAttribute.E8;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Lanes;
import io.vmxlab.cpu.Width;
import io.vmxlab.isa.Page;

/** Packing, unpacking and extending packed elements. SDM Vol. 2 by instruction. */
public final class PackedConversion {
  // spotless:off
  static final Page PACKSSWB = page("PACKSSWB/PACKSSDW", Sdm.PACKSSWB)
      .needs(Feature.MMX)
      .form("NP 0F 63 /r", "PACKSSWB mm, mm/m64", E16)
      .needs(Feature.SSE2)
      .form("66 0F 63 /r", "PACKSSWB xmm1, xmm2/m128", E16)
      .needs(Feature.MMX)
      .form("NP 0F 6B /r", "PACKSSDW mm, mm/m64", E32)
      .needs(Feature.SSE2)
      .form("66 0F 6B /r", "PACKSSDW xmm1, xmm2/m128", E32)
      .does(PackedConversion.class, "packSigned");

  static final Page PACKUSWB = page("PACKUSWB", Sdm.PACKUSWB)
      .needs(Feature.MMX)
      .form("NP 0F 67 /r", "PACKUSWB mm, mm/m64", E16)
      .needs(Feature.SSE2)
      .form("66 0F 67 /r", "PACKUSWB xmm1, xmm2/m128", E16)
      .does(PackedConversion.class, "packUnsigned");

  static final Page PACKUSDW = page("PACKUSDW", Sdm.PACKUSDW)
      .needs(Feature.SSE4_1)
      .form("66 0F 38 2B /r", "PACKUSDW xmm1, xmm2/m128", E32)
      .does(PackedConversion.class, "packUnsigned");

  static final Page PUNPCKHBW = page("PUNPCKHBW/PUNPCKHWD/PUNPCKHDQ/PUNPCKHQDQ", Sdm.PUNPCKHBW)
      .needs(Feature.MMX)
      .form("NP 0F 68 /r", "PUNPCKHBW mm, mm/m64", E8)
      .needs(Feature.SSE2)
      .form("66 0F 68 /r", "PUNPCKHBW xmm1, xmm2/m128", E8)
      .needs(Feature.MMX)
      .form("NP 0F 69 /r", "PUNPCKHWD mm, mm/m64", E16)
      .needs(Feature.SSE2)
      .form("66 0F 69 /r", "PUNPCKHWD xmm1, xmm2/m128", E16)
      .needs(Feature.MMX)
      .form("NP 0F 6A /r", "PUNPCKHDQ mm, mm/m64", E32)
      .needs(Feature.SSE2)
      .form("66 0F 6A /r", "PUNPCKHDQ xmm1, xmm2/m128", E32)
      .form("66 0F 6D /r", "PUNPCKHQDQ xmm1, xmm2/m128", E64)
      .does(PackedConversion.class, "unpackHigh");

  static final Page PUNPCKLBW = page("PUNPCKLBW/PUNPCKLWD/PUNPCKLDQ/PUNPCKLQDQ", Sdm.PUNPCKLBW)
      .needs(Feature.MMX)
      .form("NP 0F 60 /r", "PUNPCKLBW mm, mm/m32", E8)
      .needs(Feature.SSE2)
      .form("66 0F 60 /r", "PUNPCKLBW xmm1, xmm2/m128", E8)
      .needs(Feature.MMX)
      .form("NP 0F 61 /r", "PUNPCKLWD mm, mm/m32", E16)
      .needs(Feature.SSE2)
      .form("66 0F 61 /r", "PUNPCKLWD xmm1, xmm2/m128", E16)
      .needs(Feature.MMX)
      .form("NP 0F 62 /r", "PUNPCKLDQ mm, mm/m32", E32)
      .needs(Feature.SSE2)
      .form("66 0F 62 /r", "PUNPCKLDQ xmm1, xmm2/m128", E32)
      .form("66 0F 6C /r", "PUNPCKLQDQ xmm1, xmm2/m128", E64)
      .does(PackedConversion.class, "unpackLow");

  static final Page UNPCKHPS = page("UNPCKHPS", Sdm.UNPCKHPS)
      .needs(Feature.SSE)
      .form("NP 0F 15 /r", "UNPCKHPS xmm1, xmm2/m128", E32)
      .does(PackedConversion.class, "unpackHigh");

  static final Page UNPCKHPD = page("UNPCKHPD", Sdm.UNPCKHPD)
      .needs(Feature.SSE2)
      .form("66 0F 15 /r", "UNPCKHPD xmm1, xmm2/m128", E64)
      .does(PackedConversion.class, "unpackHigh");

  static final Page UNPCKLPS = page("UNPCKLPS", Sdm.UNPCKLPS)
      .needs(Feature.SSE)
      .form("NP 0F 14 /r", "UNPCKLPS xmm1, xmm2/m128", E32)
      .does(PackedConversion.class, "unpackLow");

  static final Page UNPCKLPD = page("UNPCKLPD", Sdm.UNPCKLPD)
      .needs(Feature.SSE2)
      .form("66 0F 14 /r", "UNPCKLPD xmm1, xmm2/m128", E64)
      .does(PackedConversion.class, "unpackLow");

  static final Page PMOVSX = page("PMOVSX", Sdm.PMOVSX)
      .needs(Feature.SSE4_1)
      .form("66 0F 38 20 /r", "PMOVSXBW xmm1, xmm2/m64", E16)
      .form("66 0F 38 21 /r", "PMOVSXBD xmm1, xmm2/m32", E32)
      .form("66 0F 38 22 /r", "PMOVSXBQ xmm1, xmm2/m16", E64)
      .does(PackedConversion.class, "signExtendBytes")
      .form("66 0F 38 23 /r", "PMOVSXWD xmm1, xmm2/m64", E32)
      .form("66 0F 38 24 /r", "PMOVSXWQ xmm1, xmm2/m32", E64)
      .does(PackedConversion.class, "signExtendWords")
      .form("66 0F 38 25 /r", "PMOVSXDQ xmm1, xmm2/m64", E64)
      .does(PackedConversion.class, "signExtendDoublewords");

  static final Page PMOVZX = page("PMOVZX", Sdm.PMOVZX)
      .needs(Feature.SSE4_1)
      .form("66 0F 38 30 /r", "PMOVZXBW xmm1, xmm2/m64", E16)
      .form("66 0F 38 31 /r", "PMOVZXBD xmm1, xmm2/m32", E32)
      .form("66 0F 38 32 /r", "PMOVZXBQ xmm1, xmm2/m16", E64)
      .does(PackedConversion.class, "zeroExtendBytes")
      .form("66 0F 38 33 /r", "PMOVZXWD xmm1, xmm2/m64", E32)
      .form("66 0F 38 34 /r", "PMOVZXWQ xmm1, xmm2/m32", E64)
      .does(PackedConversion.class, "zeroExtendWords")
      .form("66 0F 38 35 /r", "PMOVZXDQ xmm1, xmm2/m64", E64)
      .does(PackedConversion.class, "zeroExtendDoublewords");
  // spotless:on

  private PackedConversion() {}

  /** Narrows signed elements, those of DEST first, to signed ones of half the width. */
  public static void packSigned(Cpu cpu, int width, int element, long[] dest, long[] source) {
    int count = width / element;
    int half = element / 2;
    // From below, so that no element of DEST is overwritten before it is read.
    for (int i = 0; i < 2 * count; i++) {
      long value = Lanes.getSigned(element, i < count ? dest : source, i % count);
      Lanes.set(half, dest, i, PackedArithmetic.saturateSigned(half, value));
    }
  }

  /** Narrows signed elements, those of DEST first, to unsigned ones of half the width. */
  public static void packUnsigned(Cpu cpu, int width, int element, long[] dest, long[] source) {
    int count = width / element;
    int half = element / 2;
    for (int i = 0; i < 2 * count; i++) {
      long value = Lanes.getSigned(element, i < count ? dest : source, i % count);
      Lanes.set(half, dest, i, PackedArithmetic.saturateUnsigned(half, value));
    }
  }

  /** The lower halves' elements by turns, those of DEST first. */
  public static void unpackLow(Cpu cpu, int width, int element, long[] dest, long[] source) {
    for (int i = width / element / 2 - 1; i >= 0; i--) {
      Lanes.set(element, dest, 2 * i + 1, Lanes.get(element, source, i));
      Lanes.set(element, dest, 2 * i, Lanes.get(element, dest, i));
    }
  }

  /** The upper halves' elements by turns, those of DEST first. */
  public static void unpackHigh(Cpu cpu, int width, int element, long[] dest, long[] source) {
    int half = width / element / 2;
    for (int i = 0; i < half; i++) {
      Lanes.set(element, dest, 2 * i, Lanes.get(element, dest, half + i));
      Lanes.set(element, dest, 2 * i + 1, Lanes.get(element, source, half + i));
    }
  }

  /** Sign-extends bytes. */
  public static void signExtendBytes(Cpu cpu, int width, int element, long[] dest, long[] source) {
    extend(width, element, dest, source, 8, true);
  }

  /** Sign-extends words. */
  public static void signExtendWords(Cpu cpu, int width, int element, long[] dest, long[] source) {
    extend(width, element, dest, source, 16, true);
  }

  /** Sign-extends doublewords. */
  public static void signExtendDoublewords(
      Cpu cpu, int width, int element, long[] dest, long[] source) {
    extend(width, element, dest, source, 32, true);
  }

  /** Zero-extends bytes. */
  public static void zeroExtendBytes(Cpu cpu, int width, int element, long[] dest, long[] source) {
    extend(width, element, dest, source, 8, false);
  }

  /** Zero-extends words. */
  public static void zeroExtendWords(Cpu cpu, int width, int element, long[] dest, long[] source) {
    extend(width, element, dest, source, 16, false);
  }

  /** Zero-extends doublewords. */
  public static void zeroExtendDoublewords(
      Cpu cpu, int width, int element, long[] dest, long[] source) {
    extend(width, element, dest, source, 32, false);
  }

  private static void extend(
      int width, int element, long[] dest, long[] source, int from, boolean signed) {
    for (int i = 0; i < width / element; i++) {
      long value = Lanes.get(from, source, i);
      Lanes.set(element, dest, i, signed ? Width.signExtend(from, value) : value);
    }
  }
}
