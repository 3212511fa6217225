package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.E32;
import static io.vmxlab.isa.FormAttribute.E64;
import static io.vmxlab.isa.FormAttribute.E8;
import static io.vmxlab.isa.FormAttribute.UNALIGNED;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Gpr;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Lanes;
import io.vmxlab.cpu.Simd;
import io.vmxlab.cpu.Width;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/**
 * Moves between XMM and MMX registers, memory and general-purpose registers. SDM Vol. 2 by
 * instruction.
 */
public final class VectorMoves {
  // spotless:off
  static final Page MOVD = page("MOVD/MOVQ", Sdm.MOVD)
      .needs(Feature.MMX)
      .form("NP 0F 6E /r",         "MOVD mm, r/m32")
      .needs(Feature.SSE2)
      .form("66 0F 6E /r",         "MOVD xmm, r/m32")
      .needs(Feature.MMX)
      .form("NP REX.W + 0F 6E /r", "MOVQ mm, r/m64")
      .needs(Feature.SSE2)
      .form("66 REX.W + 0F 6E /r", "MOVQ xmm, r/m64")
      .does(VectorMoves.class, "fromNumber")
      .needs(Feature.MMX)
      .form("NP 0F 7E /r",         "MOVD r/m32, mm")
      .needs(Feature.SSE2)
      .form("66 0F 7E /r",         "MOVD r/m32, xmm")
      .needs(Feature.MMX)
      .form("NP REX.W + 0F 7E /r", "MOVQ r/m64, mm")
      .needs(Feature.SSE2)
      .form("66 REX.W + 0F 7E /r", "MOVQ r/m64, xmm")
      .does(VectorMoves.class, "toNumber");

  static final Page MOVQ = page("MOVQ", Sdm.MOVQ)
      .needs(Feature.MMX)
      .form("NP 0F 6F /r", "MOVQ mm, mm/m64", E64)
      .form("NP 0F 7F /r", "MOVQ mm/m64, mm", E64)
      .does(VectorMoves.class, "move")
      .needs(Feature.SSE2)
      .form("F3 0F 7E /r", "MOVQ xmm1, xmm2/m64")
      .form("66 0F D6 /r", "MOVQ xmm2/m64, xmm1")
      .does(VectorMoves.class, "moveQuadword");

  static final Page MOVQ2DQ = page("MOVQ2DQ", Sdm.MOVQ2DQ)
      .needs(Feature.SSE2)
      .form("F3 0F D6 /r", "MOVQ2DQ xmm, mm")
      .does(VectorMoves.class, "moveQuadword");

  static final Page MOVDQ2Q = page("MOVDQ2Q", Sdm.MOVDQ2Q)
      .needs(Feature.SSE2)
      .form("F2 0F D6 /r", "MOVDQ2Q mm, xmm")
      .does(VectorMoves.class, "moveQuadword");

  static final Page MOVAPS = page("MOVAPS", Sdm.MOVAPS)
      .needs(Feature.SSE)
      .form("NP 0F 28 /r", "MOVAPS xmm1, xmm2/m128", E64)
      .form("NP 0F 29 /r", "MOVAPS xmm2/m128, xmm1", E64)
      .does(VectorMoves.class, "move");

  static final Page MOVAPD = page("MOVAPD", Sdm.MOVAPD)
      .needs(Feature.SSE2)
      .form("66 0F 28 /r", "MOVAPD xmm1, xmm2/m128", E64)
      .form("66 0F 29 /r", "MOVAPD xmm2/m128, xmm1", E64)
      .does(VectorMoves.class, "move");

  static final Page MOVDQA = page("MOVDQA", Sdm.MOVDQA)
      .needs(Feature.SSE2)
      .form("66 0F 6F /r", "MOVDQA xmm1, xmm2/m128", E64)
      .form("66 0F 7F /r", "MOVDQA xmm2/m128, xmm1", E64)
      .does(VectorMoves.class, "move");

  static final Page MOVUPS = page("MOVUPS", Sdm.MOVUPS)
      .needs(Feature.SSE)
      .form("NP 0F 10 /r", "MOVUPS xmm1, xmm2/m128", E64, UNALIGNED)
      .form("NP 0F 11 /r", "MOVUPS xmm2/m128, xmm1", E64, UNALIGNED)
      .does(VectorMoves.class, "move");

  static final Page MOVUPD = page("MOVUPD", Sdm.MOVUPD)
      .needs(Feature.SSE2)
      .form("66 0F 10 /r", "MOVUPD xmm1, xmm2/m128", E64, UNALIGNED)
      .form("66 0F 11 /r", "MOVUPD xmm2/m128, xmm1", E64, UNALIGNED)
      .does(VectorMoves.class, "move");

  static final Page MOVDQU = page("MOVDQU", Sdm.MOVDQU)
      .needs(Feature.SSE2)
      .form("F3 0F 6F /r", "MOVDQU xmm1, xmm2/m128", E64, UNALIGNED)
      .form("F3 0F 7F /r", "MOVDQU xmm2/m128, xmm1", E64, UNALIGNED)
      .does(VectorMoves.class, "move");

  static final Page LDDQU = page("LDDQU", Sdm.LDDQU)
      .needs(Feature.SSE3)
      .form("F2 0F F0 /r", "LDDQU xmm1, m128", E64, UNALIGNED)
      .does(VectorMoves.class, "move");

  static final Page MOVNTPS = page("MOVNTPS", Sdm.MOVNTPS)
      .needs(Feature.SSE)
      .form("NP 0F 2B /r", "MOVNTPS m128, xmm1", E64)
      .does(VectorMoves.class, "move");

  static final Page MOVNTPD = page("MOVNTPD", Sdm.MOVNTPD)
      .needs(Feature.SSE2)
      .form("66 0F 2B /r", "MOVNTPD m128, xmm1", E64)
      .does(VectorMoves.class, "move");

  static final Page MOVNTDQ = page("MOVNTDQ", Sdm.MOVNTDQ)
      .needs(Feature.SSE2)
      .form("66 0F E7 /r", "MOVNTDQ m128, xmm1", E64)
      .does(VectorMoves.class, "move");

  static final Page MOVNTDQA = page("MOVNTDQA", Sdm.MOVNTDQA)
      .needs(Feature.SSE4_1)
      .form("66 0F 38 2A /r", "MOVNTDQA xmm1, m128", E64)
      .does(VectorMoves.class, "move");

  static final Page MOVNTQ = page("MOVNTQ", Sdm.MOVNTQ)
      .needs(Feature.SSE)
      .form("NP 0F E7 /r", "MOVNTQ m64, mm", E64)
      .does(VectorMoves.class, "move");

  static final Page MOVSS = page("MOVSS", Sdm.MOVSS)
      .needs(Feature.SSE)
      .form("F3 0F 10 /r", "MOVSS xmm1, xmm2")
      .form("F3 0F 11 /r", "MOVSS xmm2/m32, xmm1")
      .does(VectorMoves.class, "setLowDoubleword")
      .form("F3 0F 10 /r", "MOVSS xmm1, m32")
      .does(VectorMoves.class, "moveQuadword");

  static final Page MOVSD_XMM = page("MOVSD", Sdm.MOVSD_XMM)
      .needs(Feature.SSE2)
      .form("F2 0F 10 /r", "MOVSD xmm1, xmm2")
      .form("F2 0F 11 /r", "MOVSD xmm2/m64, xmm1")
      .does(VectorMoves.class, "setLow")
      .form("F2 0F 10 /r", "MOVSD xmm1, m64")
      .does(VectorMoves.class, "moveQuadword");

  static final Page MOVLPS = page("MOVLPS", Sdm.MOVLPS)
      .needs(Feature.SSE)
      .form("NP 0F 12 /r", "MOVLPS xmm1, m64")
      .form("NP 0F 13 /r", "MOVLPS m64, xmm1")
      .does(VectorMoves.class, "setLow");

  static final Page MOVLPD = page("MOVLPD", Sdm.MOVLPD)
      .needs(Feature.SSE2)
      .form("66 0F 12 /r", "MOVLPD xmm1, m64")
      .form("66 0F 13 /r", "MOVLPD m64, xmm1")
      .does(VectorMoves.class, "setLow");

  static final Page MOVHPS = page("MOVHPS", Sdm.MOVHPS)
      .needs(Feature.SSE)
      .form("NP 0F 16 /r", "MOVHPS xmm1, m64")
      .does(VectorMoves.class, "setHigh")
      .form("NP 0F 17 /r", "MOVHPS m64, xmm1")
      .does(VectorMoves.class, "highToLow");

  static final Page MOVHPD = page("MOVHPD", Sdm.MOVHPD)
      .needs(Feature.SSE2)
      .form("66 0F 16 /r", "MOVHPD xmm1, m64")
      .does(VectorMoves.class, "setHigh")
      .form("66 0F 17 /r", "MOVHPD m64, xmm1")
      .does(VectorMoves.class, "highToLow");

  static final Page MOVHLPS = page("MOVHLPS", Sdm.MOVHLPS)
      .needs(Feature.SSE)
      .form("NP 0F 12 /r", "MOVHLPS xmm1, xmm2")
      .does(VectorMoves.class, "highToLow");

  static final Page MOVLHPS = page("MOVLHPS", Sdm.MOVLHPS)
      .needs(Feature.SSE)
      .form("NP 0F 16 /r", "MOVLHPS xmm1, xmm2")
      .does(VectorMoves.class, "setHigh");

  static final Page MOVDDUP = page("MOVDDUP", Sdm.MOVDDUP)
      .needs(Feature.SSE3)
      .form("F2 0F 12 /r", "MOVDDUP xmm1, xmm2/m64")
      .does(VectorMoves.class, "duplicateLow");

  static final Page MOVSLDUP = page("MOVSLDUP", Sdm.MOVSLDUP)
      .needs(Feature.SSE3)
      .form("F3 0F 12 /r", "MOVSLDUP xmm1, xmm2/m128")
      .does(VectorMoves.class, "duplicateEven");

  static final Page MOVSHDUP = page("MOVSHDUP", Sdm.MOVSHDUP)
      .needs(Feature.SSE3)
      .form("F3 0F 16 /r", "MOVSHDUP xmm1, xmm2/m128")
      .does(VectorMoves.class, "duplicateOdd");

  static final Page MOVMSKPS = page("MOVMSKPS", Sdm.MOVMSKPS)
      .needs(Feature.SSE)
      .form("NP 0F 50 /r", "MOVMSKPS reg, xmm", E32)
      .does(VectorMoves.class, "signs");

  static final Page MOVMSKPD = page("MOVMSKPD", Sdm.MOVMSKPD)
      .needs(Feature.SSE2)
      .form("66 0F 50 /r", "MOVMSKPD reg, xmm", E64)
      .does(VectorMoves.class, "signs");

  static final Page PMOVMSKB = page("PMOVMSKB", Sdm.PMOVMSKB)
      .needs(Feature.SSE)
      .form("NP 0F D7 /r", "PMOVMSKB reg, mm", E8)
      .needs(Feature.SSE2)
      .form("66 0F D7 /r", "PMOVMSKB reg, xmm", E8)
      .does(VectorMoves.class, "signs");

  static final Page MASKMOVQ = page("MASKMOVQ", Sdm.MASKMOVQ)
      .needs(Feature.SSE)
      .form("NP 0F F7 /r", "MASKMOVQ mm1, mm2")
      .does(VectorMoves.class, "maskedStore");

  static final Page MASKMOVDQU = page("MASKMOVDQU", Sdm.MASKMOVDQU)
      .needs(Feature.SSE2)
      .form("66 0F F7 /r", "MASKMOVDQU xmm1, xmm2")
      .does(VectorMoves.class, "maskedStore");

  static final Page EMMS = page("EMMS", Sdm.EMMS)
      .needs(Feature.MMX)
      .form("NP 0F 77", "EMMS")
      .does(VectorMoves.class, "emms");
  // spotless:on

  private VectorMoves() {}

  /** DEST := SRC */
  public static long move(Cpu cpu, int width, long src) {
    return src;
  }

  /** DEST := ZeroExtend(SRC) */
  public static void fromNumber(Cpu cpu, int width, int element, long[] dest, long value) {
    dest[0] = value;
    clearAbove(dest);
  }

  /** DEST := low bits of SRC */
  public static long toNumber(Cpu cpu, int width, int element, long[] source) {
    return source[0];
  }

  /** DEST := ZeroExtend(SRC[63:0]) */
  public static void moveQuadword(Cpu cpu, int width, int element, long[] dest, long[] source) {
    dest[0] = source[0];
    clearAbove(dest);
  }

  private static void clearAbove(long[] dest) {
    for (int i = 1; i < dest.length; i++) {
      dest[i] = 0;
    }
  }

  /** DEST[31:0] := SRC[31:0] */
  public static void setLowDoubleword(Cpu cpu, int width, int element, long[] dest, long[] source) {
    Lanes.set(32, dest, 0, source[0]);
  }

  /** DEST[63:0] := SRC[63:0] */
  public static void setLow(Cpu cpu, int width, int element, long[] dest, long[] source) {
    dest[0] = source[0];
  }

  /** DEST[127:64] := SRC[63:0] */
  public static void setHigh(Cpu cpu, int width, int element, long[] dest, long[] source) {
    dest[1] = source[0];
  }

  /** DEST[63:0] := SRC[127:64] */
  public static void highToLow(Cpu cpu, int width, int element, long[] dest, long[] source) {
    dest[0] = source[1];
  }

  /** Both quadwords of DEST := SRC[63:0] */
  public static void duplicateLow(Cpu cpu, int width, int element, long[] dest, long[] source) {
    dest[0] = source[0];
    dest[1] = source[0];
  }

  /** Each pair of doublewords of DEST := the lower one of SRC's */
  public static void duplicateEven(Cpu cpu, int width, int element, long[] dest, long[] source) {
    for (int i = 0; i < width / 64; i++) {
      long low = Width.zeroExtend(32, source[i]);
      dest[i] = low << 32 | low;
    }
  }

  /** Each pair of doublewords of DEST := the upper one of SRC's */
  public static void duplicateOdd(Cpu cpu, int width, int element, long[] dest, long[] source) {
    for (int i = 0; i < width / 64; i++) {
      long high = source[i] >>> 32;
      dest[i] = high << 32 | high;
    }
  }

  /** Bit i of DEST := the sign bit of element i */
  public static long signs(Cpu cpu, int width, int element, long[] source) {
    long mask = 0;
    for (int i = 0; i < width / element; i++) {
      mask |= Lanes.negative(element, source, i) ? 1L << i : 0;
    }
    return mask;
  }

  /**
   * Stores the bytes of DEST whose byte in SRC has its top bit set at DS:rDI. Faults are those of a
   * store of the whole register, whatever the mask, which the manual leaves to the processor.
   */
  public static void maskedStore(Cpu cpu, Instruction insn) {
    boolean mmx = insn.form.operands().get(0).text().startsWith("mm");
    long[] data = cpu.simd.dest;
    long[] masks = cpu.simd.source;
    if (mmx) {
      cpu.simd.requireMmx();
      data[0] = cpu.simd.mm(insn.reg);
      masks[0] = cpu.simd.mm(insn.rm);
    } else {
      cpu.simd.requireSse();
      cpu.simd.load(insn.reg, data);
      cpu.simd.load(insn.rm, masks);
    }
    int quads = mmx ? 1 : Simd.QUADS;
    long offset = Width.zeroExtend(insn.addressSize, cpu.r[Gpr.RDI]);
    long address = cpu.linear(insn.segment, offset, quads * Long.BYTES, true);
    // Intel processors report the upper quadword first when neither can be written.
    for (int i = quads - 1; i >= 0; i--) {
      cpu.mmu.checkWrite(Long.SIZE, cpu.mmu.after(address, i * Long.BYTES), insn.segment);
    }
    for (int i = 0; i < quads * Long.BYTES; i++) {
      if (Lanes.negative(8, masks, i)) {
        long value = Lanes.get(8, data, i);
        cpu.mmu.write(8, cpu.mmu.after(address, i), insn.segment, value);
      }
    }
    if (mmx) {
      cpu.simd.usedMmx();
    }
  }

  /** All registers of the x87 stack are empty again. */
  public static void emms(Cpu cpu, Instruction insn) {
    cpu.simd.requireMmx();
    cpu.simd.emptyMmx();
  }
}
