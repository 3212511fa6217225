package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.E16;
import static io.vmxlab.isa.FormAttribute.E32;
import static io.vmxlab.isa.FormAttribute.E64;
import static io.vmxlab.isa.FormAttribute.E8;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Width;
import io.vmxlab.isa.Page;

/** Arithmetic on packed integers, element by element. SDM Vol. 2 by instruction. */
public final class PackedArithmetic {
  // spotless:off
  static final Page PADDB = page("PADDB/PADDW/PADDD/PADDQ", Sdm.PADDB)
      .needs(Feature.MMX)
      .form("NP 0F FC /r", "PADDB mm, mm/m64", E8)
      .needs(Feature.SSE2)
      .form("66 0F FC /r", "PADDB xmm1, xmm2/m128", E8)
      .needs(Feature.MMX)
      .form("NP 0F FD /r", "PADDW mm, mm/m64", E16)
      .needs(Feature.SSE2)
      .form("66 0F FD /r", "PADDW xmm1, xmm2/m128", E16)
      .needs(Feature.MMX)
      .form("NP 0F FE /r", "PADDD mm, mm/m64", E32)
      .needs(Feature.SSE2)
      .form("66 0F FE /r", "PADDD xmm1, xmm2/m128", E32)
      .form("NP 0F D4 /r", "PADDQ mm, mm/m64", E64)
      .form("66 0F D4 /r", "PADDQ xmm1, xmm2/m128", E64)
      .does(PackedArithmetic.class, "add");

  static final Page PADDSB = page("PADDSB/PADDSW", Sdm.PADDSB)
      .needs(Feature.MMX)
      .form("NP 0F EC /r", "PADDSB mm, mm/m64", E8)
      .needs(Feature.SSE2)
      .form("66 0F EC /r", "PADDSB xmm1, xmm2/m128", E8)
      .needs(Feature.MMX)
      .form("NP 0F ED /r", "PADDSW mm, mm/m64", E16)
      .needs(Feature.SSE2)
      .form("66 0F ED /r", "PADDSW xmm1, xmm2/m128", E16)
      .does(PackedArithmetic.class, "addSigned");

  static final Page PADDUSB = page("PADDUSB/PADDUSW", Sdm.PADDUSB)
      .needs(Feature.MMX)
      .form("NP 0F DC /r", "PADDUSB mm, mm/m64", E8)
      .needs(Feature.SSE2)
      .form("66 0F DC /r", "PADDUSB xmm1, xmm2/m128", E8)
      .needs(Feature.MMX)
      .form("NP 0F DD /r", "PADDUSW mm, mm/m64", E16)
      .needs(Feature.SSE2)
      .form("66 0F DD /r", "PADDUSW xmm1, xmm2/m128", E16)
      .does(PackedArithmetic.class, "addUnsigned");

  static final Page PSUBB = page("PSUBB/PSUBW/PSUBD", Sdm.PSUBB)
      .needs(Feature.MMX)
      .form("NP 0F F8 /r", "PSUBB mm, mm/m64", E8)
      .needs(Feature.SSE2)
      .form("66 0F F8 /r", "PSUBB xmm1, xmm2/m128", E8)
      .needs(Feature.MMX)
      .form("NP 0F F9 /r", "PSUBW mm, mm/m64", E16)
      .needs(Feature.SSE2)
      .form("66 0F F9 /r", "PSUBW xmm1, xmm2/m128", E16)
      .needs(Feature.MMX)
      .form("NP 0F FA /r", "PSUBD mm, mm/m64", E32)
      .needs(Feature.SSE2)
      .form("66 0F FA /r", "PSUBD xmm1, xmm2/m128", E32)
      .does(PackedArithmetic.class, "subtract");

  static final Page PSUBQ = page("PSUBQ", Sdm.PSUBQ)
      .needs(Feature.SSE2)
      .form("NP 0F FB /r", "PSUBQ mm, mm/m64", E64)
      .form("66 0F FB /r", "PSUBQ xmm1, xmm2/m128", E64)
      .does(PackedArithmetic.class, "subtract");

  static final Page PSUBSB = page("PSUBSB/PSUBSW", Sdm.PSUBSB)
      .needs(Feature.MMX)
      .form("NP 0F E8 /r", "PSUBSB mm, mm/m64", E8)
      .needs(Feature.SSE2)
      .form("66 0F E8 /r", "PSUBSB xmm1, xmm2/m128", E8)
      .needs(Feature.MMX)
      .form("NP 0F E9 /r", "PSUBSW mm, mm/m64", E16)
      .needs(Feature.SSE2)
      .form("66 0F E9 /r", "PSUBSW xmm1, xmm2/m128", E16)
      .does(PackedArithmetic.class, "subtractSigned");

  static final Page PSUBUSB = page("PSUBUSB/PSUBUSW", Sdm.PSUBUSB)
      .needs(Feature.MMX)
      .form("NP 0F D8 /r", "PSUBUSB mm, mm/m64", E8)
      .needs(Feature.SSE2)
      .form("66 0F D8 /r", "PSUBUSB xmm1, xmm2/m128", E8)
      .needs(Feature.MMX)
      .form("NP 0F D9 /r", "PSUBUSW mm, mm/m64", E16)
      .needs(Feature.SSE2)
      .form("66 0F D9 /r", "PSUBUSW xmm1, xmm2/m128", E16)
      .does(PackedArithmetic.class, "subtractUnsigned");

  static final Page PMULLW = page("PMULLW", Sdm.PMULLW)
      .needs(Feature.MMX)
      .form("NP 0F D5 /r", "PMULLW mm, mm/m64", E16)
      .needs(Feature.SSE2)
      .form("66 0F D5 /r", "PMULLW xmm1, xmm2/m128", E16)
      .does(PackedArithmetic.class, "multiplyLow");

  static final Page PMULLD = page("PMULLD/PMULLQ", Sdm.PMULLD)
      .needs(Feature.SSE4_1)
      .form("66 0F 38 40 /r", "PMULLD xmm1, xmm2/m128", E32)
      .does(PackedArithmetic.class, "multiplyLow");

  static final Page PMULHW = page("PMULHW", Sdm.PMULHW)
      .needs(Feature.MMX)
      .form("NP 0F E5 /r", "PMULHW mm, mm/m64", E16)
      .needs(Feature.SSE2)
      .form("66 0F E5 /r", "PMULHW xmm1, xmm2/m128", E16)
      .does(PackedArithmetic.class, "multiplyHighSigned");

  static final Page PMULHUW = page("PMULHUW", Sdm.PMULHUW)
      .needs(Feature.SSE)
      .form("NP 0F E4 /r", "PMULHUW mm, mm/m64", E16)
      .needs(Feature.SSE2)
      .form("66 0F E4 /r", "PMULHUW xmm1, xmm2/m128", E16)
      .does(PackedArithmetic.class, "multiplyHighUnsigned");

  static final Page PMULHRSW = page("PMULHRSW", Sdm.PMULHRSW)
      .needs(Feature.SSSE3)
      .form("NP 0F 38 0B /r", "PMULHRSW mm1, mm2/m64", E16)
      .form("66 0F 38 0B /r", "PMULHRSW xmm1, xmm2/m128", E16)
      .does(PackedArithmetic.class, "multiplyHighRounded");

  static final Page PMULUDQ = page("PMULUDQ", Sdm.PMULUDQ)
      .needs(Feature.SSE2)
      .form("NP 0F F4 /r", "PMULUDQ mm, mm/m64", E64)
      .form("66 0F F4 /r", "PMULUDQ xmm1, xmm2/m128", E64)
      .does(PackedArithmetic.class, "multiplyUnsignedHalves");

  static final Page PMULDQ = page("PMULDQ", Sdm.PMULDQ)
      .needs(Feature.SSE4_1)
      .form("66 0F 38 28 /r", "PMULDQ xmm1, xmm2/m128", E64)
      .does(PackedArithmetic.class, "multiplySignedHalves");

  static final Page PMADDWD = page("PMADDWD", Sdm.PMADDWD)
      .needs(Feature.MMX)
      .form("NP 0F F5 /r", "PMADDWD mm, mm/m64", E32)
      .needs(Feature.SSE2)
      .form("66 0F F5 /r", "PMADDWD xmm1, xmm2/m128", E32)
      .does(PackedArithmetic.class, "multiplyAddWords");

  static final Page PMADDUBSW = page("PMADDUBSW", Sdm.PMADDUBSW)
      .needs(Feature.SSSE3)
      .form("NP 0F 38 04 /r", "PMADDUBSW mm1, mm2/m64", E16)
      .form("66 0F 38 04 /r", "PMADDUBSW xmm1, xmm2/m128", E16)
      .does(PackedArithmetic.class, "multiplyAddBytes");

  static final Page PAVGB = page("PAVGB/PAVGW", Sdm.PAVGB)
      .needs(Feature.SSE)
      .form("NP 0F E0 /r", "PAVGB mm, mm/m64", E8)
      .needs(Feature.SSE2)
      .form("66 0F E0 /r", "PAVGB xmm1, xmm2/m128", E8)
      .needs(Feature.SSE)
      .form("NP 0F E3 /r", "PAVGW mm, mm/m64", E16)
      .needs(Feature.SSE2)
      .form("66 0F E3 /r", "PAVGW xmm1, xmm2/m128", E16)
      .does(PackedArithmetic.class, "average");

  static final Page PMAXSB = page("PMAXSB/PMAXSW/PMAXSD/PMAXSQ", Sdm.PMAXSB)
      .needs(Feature.SSE4_1)
      .form("66 0F 38 3C /r", "PMAXSB xmm1, xmm2/m128", E8)
      .needs(Feature.SSE)
      .form("NP 0F EE /r",    "PMAXSW mm, mm/m64", E16)
      .needs(Feature.SSE2)
      .form("66 0F EE /r",    "PMAXSW xmm1, xmm2/m128", E16)
      .needs(Feature.SSE4_1)
      .form("66 0F 38 3D /r", "PMAXSD xmm1, xmm2/m128", E32)
      .does(PackedArithmetic.class, "maximumSigned");

  static final Page PMAXUB = page("PMAXUB/PMAXUW", Sdm.PMAXUB)
      .needs(Feature.SSE)
      .form("NP 0F DE /r",    "PMAXUB mm, mm/m64", E8)
      .needs(Feature.SSE2)
      .form("66 0F DE /r",    "PMAXUB xmm1, xmm2/m128", E8)
      .needs(Feature.SSE4_1)
      .form("66 0F 38 3E /r", "PMAXUW xmm1, xmm2/m128", E16)
      .does(PackedArithmetic.class, "maximumUnsigned");

  static final Page PMAXUD = page("PMAXUD/PMAXUQ", Sdm.PMAXUD)
      .needs(Feature.SSE4_1)
      .form("66 0F 38 3F /r", "PMAXUD xmm1, xmm2/m128", E32)
      .does(PackedArithmetic.class, "maximumUnsigned");

  static final Page PMINSB = page("PMINSB/PMINSW", Sdm.PMINSB)
      .needs(Feature.SSE4_1)
      .form("66 0F 38 38 /r", "PMINSB xmm1, xmm2/m128", E8)
      .needs(Feature.SSE)
      .form("NP 0F EA /r",    "PMINSW mm, mm/m64", E16)
      .needs(Feature.SSE2)
      .form("66 0F EA /r",    "PMINSW xmm1, xmm2/m128", E16)
      .does(PackedArithmetic.class, "minimumSigned");

  static final Page PMINSD = page("PMINSD/PMINSQ", Sdm.PMINSD)
      .needs(Feature.SSE4_1)
      .form("66 0F 38 39 /r", "PMINSD xmm1, xmm2/m128", E32)
      .does(PackedArithmetic.class, "minimumSigned");

  static final Page PMINUB = page("PMINUB/PMINUW", Sdm.PMINUB)
      .needs(Feature.SSE)
      .form("NP 0F DA /r",    "PMINUB mm, mm/m64", E8)
      .needs(Feature.SSE2)
      .form("66 0F DA /r",    "PMINUB xmm1, xmm2/m128", E8)
      .needs(Feature.SSE4_1)
      .form("66 0F 38 3A /r", "PMINUW xmm1, xmm2/m128", E16)
      .does(PackedArithmetic.class, "minimumUnsigned");

  static final Page PMINUD = page("PMINUD/PMINUQ", Sdm.PMINUD)
      .needs(Feature.SSE4_1)
      .form("66 0F 38 3B /r", "PMINUD xmm1, xmm2/m128", E32)
      .does(PackedArithmetic.class, "minimumUnsigned");

  static final Page PABSB = page("PABSB/PABSW/PABSD/PABSQ", Sdm.PABSB)
      .needs(Feature.SSSE3)
      .form("NP 0F 38 1C /r", "PABSB mm1, mm2/m64", E8)
      .form("66 0F 38 1C /r", "PABSB xmm1, xmm2/m128", E8)
      .form("NP 0F 38 1D /r", "PABSW mm1, mm2/m64", E16)
      .form("66 0F 38 1D /r", "PABSW xmm1, xmm2/m128", E16)
      .form("NP 0F 38 1E /r", "PABSD mm1, mm2/m64", E32)
      .form("66 0F 38 1E /r", "PABSD xmm1, xmm2/m128", E32)
      .does(PackedArithmetic.class, "absolute");

  static final Page PSIGNB = page("PSIGNB/PSIGNW/PSIGND", Sdm.PSIGNB)
      .needs(Feature.SSSE3)
      .form("NP 0F 38 08 /r", "PSIGNB mm1, mm2/m64", E8)
      .form("66 0F 38 08 /r", "PSIGNB xmm1, xmm2/m128", E8)
      .form("NP 0F 38 09 /r", "PSIGNW mm1, mm2/m64", E16)
      .form("66 0F 38 09 /r", "PSIGNW xmm1, xmm2/m128", E16)
      .form("NP 0F 38 0A /r", "PSIGND mm1, mm2/m64", E32)
      .form("66 0F 38 0A /r", "PSIGND xmm1, xmm2/m128", E32)
      .does(PackedArithmetic.class, "sign");

  static final Page PSADBW = page("PSADBW", Sdm.PSADBW)
      .needs(Feature.SSE)
      .form("NP 0F F6 /r", "PSADBW mm, mm/m64", E64)
      .needs(Feature.SSE2)
      .form("66 0F F6 /r", "PSADBW xmm1, xmm2/m128", E64)
      .does(PackedArithmetic.class, "sumOfDifferences");
  // spotless:on

  private PackedArithmetic() {}

  /** DEST + SRC */
  public static long add(Cpu cpu, int width, long dest, long src) {
    return dest + src;
  }

  /** DEST - SRC */
  public static long subtract(Cpu cpu, int width, long dest, long src) {
    return dest - src;
  }

  /** The sum, or the signed number that is nearest to it. */
  public static long addSigned(Cpu cpu, int width, long dest, long src) {
    return saturateSigned(width, Width.signExtend(width, dest) + Width.signExtend(width, src));
  }

  /** The sum, or the unsigned number that is nearest to it. */
  public static long addUnsigned(Cpu cpu, int width, long dest, long src) {
    return saturateUnsigned(width, dest + src);
  }

  /** The difference, or the signed number that is nearest to it. */
  public static long subtractSigned(Cpu cpu, int width, long dest, long src) {
    return saturateSigned(width, Width.signExtend(width, dest) - Width.signExtend(width, src));
  }

  /** The difference, or the unsigned number that is nearest to it. */
  public static long subtractUnsigned(Cpu cpu, int width, long dest, long src) {
    return saturateUnsigned(width, dest - src);
  }

  /** The nearest signed number of a width below 64 bits. */
  static long saturateSigned(int width, long value) {
    long most = (1L << (width - 1)) - 1;
    return Math.max(Math.min(value, most), ~most);
  }

  /** The nearest unsigned number of a width below 64 bits. */
  static long saturateUnsigned(int width, long value) {
    return Math.max(Math.min(value, (1L << width) - 1), 0);
  }

  /** Low half of the product. */
  public static long multiplyLow(Cpu cpu, int width, long dest, long src) {
    return dest * src;
  }

  /** High half of the product of signed numbers. */
  public static long multiplyHighSigned(Cpu cpu, int width, long dest, long src) {
    return Width.signExtend(width, dest) * Width.signExtend(width, src) >> width;
  }

  /** High half of the product of unsigned numbers. */
  public static long multiplyHighUnsigned(Cpu cpu, int width, long dest, long src) {
    return dest * src >>> width;
  }

  /** The product of signed fractions, rounded. */
  public static long multiplyHighRounded(Cpu cpu, int width, long dest, long src) {
    long product = Width.signExtend(width, dest) * Width.signExtend(width, src);
    return (product >> (width - 2)) + 1 >> 1;
  }

  /** The product of the elements' unsigned lower halves. */
  public static long multiplyUnsignedHalves(Cpu cpu, int width, long dest, long src) {
    return Width.zeroExtend(width / 2, dest) * Width.zeroExtend(width / 2, src);
  }

  /** The product of the elements' signed lower halves. */
  public static long multiplySignedHalves(Cpu cpu, int width, long dest, long src) {
    return Width.signExtend(width / 2, dest) * Width.signExtend(width / 2, src);
  }

  /** The sum of the products of the elements' signed halves. */
  public static long multiplyAddWords(Cpu cpu, int width, long dest, long src) {
    int half = width / 2;
    long low = Width.signExtend(half, dest) * Width.signExtend(half, src);
    return low + Width.signExtend(half, dest >> half) * Width.signExtend(half, src >> half);
  }

  /** The sum, saturated, of the products of unsigned halves of DEST and signed halves of SRC. */
  public static long multiplyAddBytes(Cpu cpu, int width, long dest, long src) {
    int half = width / 2;
    long low = Width.zeroExtend(half, dest) * Width.signExtend(half, src);
    long high = Width.zeroExtend(half, dest >> half) * Width.signExtend(half, src >> half);
    return saturateSigned(width, low + high);
  }

  /** The mean of unsigned numbers, rounded up. */
  public static long average(Cpu cpu, int width, long dest, long src) {
    return dest + src + 1 >> 1;
  }

  /** The larger signed number. */
  public static long maximumSigned(Cpu cpu, int width, long dest, long src) {
    return Math.max(Width.signExtend(width, dest), Width.signExtend(width, src));
  }

  /** The larger unsigned number. */
  public static long maximumUnsigned(Cpu cpu, int width, long dest, long src) {
    return Math.max(dest, src);
  }

  /** The smaller signed number. */
  public static long minimumSigned(Cpu cpu, int width, long dest, long src) {
    return Math.min(Width.signExtend(width, dest), Width.signExtend(width, src));
  }

  /** The smaller unsigned number. */
  public static long minimumUnsigned(Cpu cpu, int width, long dest, long src) {
    return Math.min(dest, src);
  }

  /** The magnitude of a signed number, as an unsigned one. */
  public static long absolute(Cpu cpu, int width, long src) {
    return Math.abs(Width.signExtend(width, src));
  }

  /** DEST times the sign of SRC: -1, 0 or 1. */
  public static long sign(Cpu cpu, int width, long dest, long src) {
    return dest * Long.signum(Width.signExtend(width, src));
  }

  /** The sum of the distances of the elements' bytes. */
  public static long sumOfDifferences(Cpu cpu, int width, long dest, long src) {
    long sum = 0;
    for (int i = 0; i < width; i += 8) {
      sum += Math.abs((dest >>> i & 0xFF) - (src >>> i & 0xFF));
    }
    return sum;
  }
}
