package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.BY_ONE;
import static io.vmxlab.isa.FormAttribute.E16;
import static io.vmxlab.isa.FormAttribute.E32;
import static io.vmxlab.isa.FormAttribute.E64;
import static io.vmxlab.isa.FormAttribute.E8;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Width;
import io.vmxlab.isa.Page;

/** Logic, comparisons and shifts of packed integers. SDM Vol. 2 by instruction. */
public final class PackedLogic {
  // spotless:off
  static final Page PAND = page("PAND", Sdm.PAND)
      .needs(Feature.MMX)
      .form("NP 0F DB /r", "PAND mm, mm/m64", E64)
      .needs(Feature.SSE2)
      .form("66 0F DB /r", "PAND xmm1, xmm2/m128", E64)
      .does(PackedLogic.class, "and");

  static final Page ANDPS = page("ANDPS", Sdm.ANDPS)
      .needs(Feature.SSE)
      .form("NP 0F 54 /r", "ANDPS xmm1, xmm2/m128", E64)
      .does(PackedLogic.class, "and");

  static final Page ANDPD = page("ANDPD", Sdm.ANDPD)
      .needs(Feature.SSE2)
      .form("66 0F 54 /r", "ANDPD xmm1, xmm2/m128", E64)
      .does(PackedLogic.class, "and");

  static final Page PANDN = page("PANDN", Sdm.PANDN)
      .needs(Feature.MMX)
      .form("NP 0F DF /r", "PANDN mm, mm/m64", E64)
      .needs(Feature.SSE2)
      .form("66 0F DF /r", "PANDN xmm1, xmm2/m128", E64)
      .does(PackedLogic.class, "andNot");

  static final Page ANDNPS = page("ANDNPS", Sdm.ANDNPS)
      .needs(Feature.SSE)
      .form("NP 0F 55 /r", "ANDNPS xmm1, xmm2/m128", E64)
      .does(PackedLogic.class, "andNot");

  static final Page ANDNPD = page("ANDNPD", Sdm.ANDNPD)
      .needs(Feature.SSE2)
      .form("66 0F 55 /r", "ANDNPD xmm1, xmm2/m128", E64)
      .does(PackedLogic.class, "andNot");

  static final Page POR = page("POR", Sdm.POR)
      .needs(Feature.MMX)
      .form("NP 0F EB /r", "POR mm, mm/m64", E64)
      .needs(Feature.SSE2)
      .form("66 0F EB /r", "POR xmm1, xmm2/m128", E64)
      .does(PackedLogic.class, "or");

  static final Page ORPS = page("ORPS", Sdm.ORPS)
      .needs(Feature.SSE)
      .form("NP 0F 56 /r", "ORPS xmm1, xmm2/m128", E64)
      .does(PackedLogic.class, "or");

  static final Page ORPD = page("ORPD", Sdm.ORPD)
      .needs(Feature.SSE2)
      .form("66 0F 56 /r", "ORPD xmm1, xmm2/m128", E64)
      .does(PackedLogic.class, "or");

  static final Page PXOR = page("PXOR", Sdm.PXOR)
      .needs(Feature.MMX)
      .form("NP 0F EF /r", "PXOR mm, mm/m64", E64)
      .needs(Feature.SSE2)
      .form("66 0F EF /r", "PXOR xmm1, xmm2/m128", E64)
      .does(PackedLogic.class, "xor");

  static final Page XORPS = page("XORPS", Sdm.XORPS)
      .needs(Feature.SSE)
      .form("NP 0F 57 /r", "XORPS xmm1, xmm2/m128", E64)
      .does(PackedLogic.class, "xor");

  static final Page XORPD = page("XORPD", Sdm.XORPD)
      .needs(Feature.SSE2)
      .form("66 0F 57 /r", "XORPD xmm1, xmm2/m128", E64)
      .does(PackedLogic.class, "xor");

  static final Page PTEST = page("PTEST", Sdm.PTEST)
      .needs(Feature.SSE4_1)
      .form("66 0F 38 17 /r", "PTEST xmm1, xmm2/m128")
      .flags("ZF CF: by result; OF SF AF PF: 0")
      .does(PackedLogic.class, "test");

  static final Page PCMPEQB = page("PCMPEQB/PCMPEQW/PCMPEQD", Sdm.PCMPEQB)
      .needs(Feature.MMX)
      .form("NP 0F 74 /r", "PCMPEQB mm, mm/m64", E8)
      .needs(Feature.SSE2)
      .form("66 0F 74 /r", "PCMPEQB xmm1, xmm2/m128", E8)
      .needs(Feature.MMX)
      .form("NP 0F 75 /r", "PCMPEQW mm, mm/m64", E16)
      .needs(Feature.SSE2)
      .form("66 0F 75 /r", "PCMPEQW xmm1, xmm2/m128", E16)
      .needs(Feature.MMX)
      .form("NP 0F 76 /r", "PCMPEQD mm, mm/m64", E32)
      .needs(Feature.SSE2)
      .form("66 0F 76 /r", "PCMPEQD xmm1, xmm2/m128", E32)
      .does(PackedLogic.class, "equal");

  static final Page PCMPEQQ = page("PCMPEQQ", Sdm.PCMPEQQ)
      .needs(Feature.SSE4_1)
      .form("66 0F 38 29 /r", "PCMPEQQ xmm1, xmm2/m128", E64)
      .does(PackedLogic.class, "equal");

  static final Page PCMPGTB = page("PCMPGTB/PCMPGTW/PCMPGTD", Sdm.PCMPGTB)
      .needs(Feature.MMX)
      .form("NP 0F 64 /r", "PCMPGTB mm, mm/m64", E8)
      .needs(Feature.SSE2)
      .form("66 0F 64 /r", "PCMPGTB xmm1, xmm2/m128", E8)
      .needs(Feature.MMX)
      .form("NP 0F 65 /r", "PCMPGTW mm, mm/m64", E16)
      .needs(Feature.SSE2)
      .form("66 0F 65 /r", "PCMPGTW xmm1, xmm2/m128", E16)
      .needs(Feature.MMX)
      .form("NP 0F 66 /r", "PCMPGTD mm, mm/m64", E32)
      .needs(Feature.SSE2)
      .form("66 0F 66 /r", "PCMPGTD xmm1, xmm2/m128", E32)
      .does(PackedLogic.class, "greater");

  static final Page PCMPGTQ = page("PCMPGTQ", Sdm.PCMPGTQ)
      .needs(Feature.SSE4_2)
      .form("66 0F 38 37 /r", "PCMPGTQ xmm1, xmm2/m128", E64)
      .does(PackedLogic.class, "greater");

  static final Page PSLLW = page("PSLLW/PSLLD/PSLLQ", Sdm.PSLLW)
      .needs(Feature.MMX)
      .form("NP 0F F1 /r",    "PSLLW mm, mm/m64", E16, BY_ONE)
      .form("NP 0F 71 /6 ib", "PSLLW mm, imm8", E16, BY_ONE)
      .needs(Feature.SSE2)
      .form("66 0F F1 /r",    "PSLLW xmm1, xmm2/m128", E16, BY_ONE)
      .form("66 0F 71 /6 ib", "PSLLW xmm1, imm8", E16, BY_ONE)
      .needs(Feature.MMX)
      .form("NP 0F F2 /r",    "PSLLD mm, mm/m64", E32, BY_ONE)
      .form("NP 0F 72 /6 ib", "PSLLD mm, imm8", E32, BY_ONE)
      .needs(Feature.SSE2)
      .form("66 0F F2 /r",    "PSLLD xmm1, xmm2/m128", E32, BY_ONE)
      .form("66 0F 72 /6 ib", "PSLLD xmm1, imm8", E32, BY_ONE)
      .needs(Feature.MMX)
      .form("NP 0F F3 /r",    "PSLLQ mm, mm/m64", E64, BY_ONE)
      .form("NP 0F 73 /6 ib", "PSLLQ mm, imm8", E64, BY_ONE)
      .needs(Feature.SSE2)
      .form("66 0F F3 /r",    "PSLLQ xmm1, xmm2/m128", E64, BY_ONE)
      .form("66 0F 73 /6 ib", "PSLLQ xmm1, imm8", E64, BY_ONE)
      .does(PackedLogic.class, "shiftLeft");

  static final Page PSRLW = page("PSRLW/PSRLD/PSRLQ", Sdm.PSRLW)
      .needs(Feature.MMX)
      .form("NP 0F D1 /r",    "PSRLW mm, mm/m64", E16, BY_ONE)
      .form("NP 0F 71 /2 ib", "PSRLW mm, imm8", E16, BY_ONE)
      .needs(Feature.SSE2)
      .form("66 0F D1 /r",    "PSRLW xmm1, xmm2/m128", E16, BY_ONE)
      .form("66 0F 71 /2 ib", "PSRLW xmm1, imm8", E16, BY_ONE)
      .needs(Feature.MMX)
      .form("NP 0F D2 /r",    "PSRLD mm, mm/m64", E32, BY_ONE)
      .form("NP 0F 72 /2 ib", "PSRLD mm, imm8", E32, BY_ONE)
      .needs(Feature.SSE2)
      .form("66 0F D2 /r",    "PSRLD xmm1, xmm2/m128", E32, BY_ONE)
      .form("66 0F 72 /2 ib", "PSRLD xmm1, imm8", E32, BY_ONE)
      .needs(Feature.MMX)
      .form("NP 0F D3 /r",    "PSRLQ mm, mm/m64", E64, BY_ONE)
      .form("NP 0F 73 /2 ib", "PSRLQ mm, imm8", E64, BY_ONE)
      .needs(Feature.SSE2)
      .form("66 0F D3 /r",    "PSRLQ xmm1, xmm2/m128", E64, BY_ONE)
      .form("66 0F 73 /2 ib", "PSRLQ xmm1, imm8", E64, BY_ONE)
      .does(PackedLogic.class, "shiftRight");

  static final Page PSRAW = page("PSRAW/PSRAD/PSRAQ", Sdm.PSRAW)
      .needs(Feature.MMX)
      .form("NP 0F E1 /r",    "PSRAW mm, mm/m64", E16, BY_ONE)
      .form("NP 0F 71 /4 ib", "PSRAW mm, imm8", E16, BY_ONE)
      .needs(Feature.SSE2)
      .form("66 0F E1 /r",    "PSRAW xmm1, xmm2/m128", E16, BY_ONE)
      .form("66 0F 71 /4 ib", "PSRAW xmm1, imm8", E16, BY_ONE)
      .needs(Feature.MMX)
      .form("NP 0F E2 /r",    "PSRAD mm, mm/m64", E32, BY_ONE)
      .form("NP 0F 72 /4 ib", "PSRAD mm, imm8", E32, BY_ONE)
      .needs(Feature.SSE2)
      .form("66 0F E2 /r",    "PSRAD xmm1, xmm2/m128", E32, BY_ONE)
      .form("66 0F 72 /4 ib", "PSRAD xmm1, imm8", E32, BY_ONE)
      .does(PackedLogic.class, "shiftRightSigned");

  static final Page PSLLDQ = page("PSLLDQ", Sdm.PSLLDQ)
      .needs(Feature.SSE2)
      .form("66 0F 73 /7 ib", "PSLLDQ xmm1, imm8")
      .does(PackedLogic.class, "shiftBytesLeft");

  static final Page PSRLDQ = page("PSRLDQ", Sdm.PSRLDQ)
      .needs(Feature.SSE2)
      .form("66 0F 73 /3 ib", "PSRLDQ xmm1, imm8")
      .does(PackedLogic.class, "shiftBytesRight");
  // spotless:on

  private PackedLogic() {}

  /** DEST AND SRC */
  public static long and(Cpu cpu, int width, long dest, long src) {
    return dest & src;
  }

  /** NOT DEST AND SRC */
  public static long andNot(Cpu cpu, int width, long dest, long src) {
    return ~dest & src;
  }

  /** DEST OR SRC */
  public static long or(Cpu cpu, int width, long dest, long src) {
    return dest | src;
  }

  /** DEST XOR SRC */
  public static long xor(Cpu cpu, int width, long dest, long src) {
    return dest ^ src;
  }

  /** ZF := SRC AND DEST is 0; CF := SRC AND NOT DEST is 0. */
  public static void test(Cpu cpu, int width, int element, long[] dest, long[] source) {
    long both = 0;
    long alone = 0;
    for (int i = 0; i < width / 64; i++) {
      both |= source[i] & dest[i];
      alone |= source[i] & ~dest[i];
    }
    cpu.setStatus((both == 0 ? Rflags.ZF : 0) | (alone == 0 ? Rflags.CF : 0));
  }

  /** All ones where they are equal, else 0. */
  public static long equal(Cpu cpu, int width, long dest, long src) {
    return dest == src ? -1 : 0;
  }

  /** All ones where the signed DEST is greater, else 0. */
  public static long greater(Cpu cpu, int width, long dest, long src) {
    return Width.signExtend(width, dest) > Width.signExtend(width, src) ? -1 : 0;
  }

  /** Shifts left by an unsigned count; 0 if it reaches the width. */
  public static long shiftLeft(Cpu cpu, int width, long dest, long count) {
    return beyond(width, count) ? 0 : dest << count;
  }

  /** Shifts right by an unsigned count; 0 if it reaches the width. */
  public static long shiftRight(Cpu cpu, int width, long dest, long count) {
    return beyond(width, count) ? 0 : dest >>> count;
  }

  /** Shifts right by an unsigned count; copies of the sign if it reaches the width. */
  public static long shiftRightSigned(Cpu cpu, int width, long dest, long count) {
    return Width.signExtend(width, dest) >> (beyond(width, count) ? width - 1 : count);
  }

  /** The count as an immediate is sign-extended, which makes no difference. */
  private static boolean beyond(int width, long count) {
    return Long.compareUnsigned(count, width) >= 0;
  }

  /** Shifts left by a number of bytes, each 128 bits by themselves. */
  public static void shiftBytesLeft(Cpu cpu, int width, int element, long[] dest, long value) {
    int bits = bits(value);
    for (int i = 0; i < width / 64; i += 2) {
      long low = dest[i];
      dest[i] = bits < 64 ? low << bits : 0;
      dest[i + 1] = bits < 64 ? upper(dest[i + 1], low, bits) : bits < 128 ? low << bits : 0;
    }
  }

  /** Shifts right by a number of bytes, each 128 bits by themselves. */
  public static void shiftBytesRight(Cpu cpu, int width, int element, long[] dest, long value) {
    int bits = bits(value);
    for (int i = 0; i < width / 64; i += 2) {
      long high = dest[i + 1];
      dest[i + 1] = bits < 64 ? high >>> bits : 0;
      dest[i] = bits < 64 ? lower(high, dest[i], bits) : bits < 128 ? high >>> bits : 0;
    }
  }

  private static int bits(long bytes) {
    return (int) Math.min(bytes & 0xFF, 16) * 8;
  }

  private static long upper(long high, long low, int bits) {
    return bits == 0 ? high : high << bits | low >>> (64 - bits);
  }

  private static long lower(long high, long low, int bits) {
    return bits == 0 ? low : low >>> bits | high << (64 - bits);
  }
}
