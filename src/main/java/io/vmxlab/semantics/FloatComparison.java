package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.E32;
import static io.vmxlab.isa.FormAttribute.E64;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.fpu.FpEnvironment;
import io.vmxlab.fpu.Relation;
import io.vmxlab.fpu.Sse;
import io.vmxlab.isa.Page;

/**
 * Comparisons and rounding of floating-point elements of XMM registers. SDM Vol. 2 by instruction.
 */
public final class FloatComparison {
  // spotless:off
  static final Page CMPPS = page("CMPPS", Sdm.CMPPS)
      .needs(Feature.SSE)
      .form("NP 0F C2 /r ib", "CMPPS xmm1, xmm2/m128, imm8", E32)
      .does(FloatComparison.class, "compare");

  static final Page CMPPD = page("CMPPD", Sdm.CMPPD)
      .needs(Feature.SSE2)
      .form("66 0F C2 /r ib", "CMPPD xmm1, xmm2/m128, imm8", E64)
      .does(FloatComparison.class, "compare");

  static final Page CMPSS = page("CMPSS", Sdm.CMPSS)
      .needs(Feature.SSE)
      .form("F3 0F C2 /r ib", "CMPSS xmm1, xmm2/m32, imm8", E32)
      .does(FloatComparison.class, "compare");

  static final Page CMPSD_XMM = page("CMPSD", Sdm.CMPSD_XMM)
      .needs(Feature.SSE2)
      .form("F2 0F C2 /r ib", "CMPSD xmm1, xmm2/m64, imm8", E64)
      .does(FloatComparison.class, "compare");

  static final Page COMISS = page("COMISS", Sdm.COMISS)
      .needs(Feature.SSE)
      .form("NP 0F 2F /r", "COMISS xmm1, xmm2/m32", E32)
      .flags("ZF PF CF: by result; OF SF AF: 0")
      .does(FloatComparison.class, "ordered");

  static final Page COMISD = page("COMISD", Sdm.COMISD)
      .needs(Feature.SSE2)
      .form("66 0F 2F /r", "COMISD xmm1, xmm2/m64", E64)
      .flags("ZF PF CF: by result; OF SF AF: 0")
      .does(FloatComparison.class, "ordered");

  static final Page UCOMISS = page("UCOMISS", Sdm.UCOMISS)
      .needs(Feature.SSE)
      .form("NP 0F 2E /r", "UCOMISS xmm1, xmm2/m32", E32)
      .flags("ZF PF CF: by result; OF SF AF: 0")
      .does(FloatComparison.class, "unordered");

  static final Page UCOMISD = page("UCOMISD", Sdm.UCOMISD)
      .needs(Feature.SSE2)
      .form("66 0F 2E /r", "UCOMISD xmm1, xmm2/m64", E64)
      .flags("ZF PF CF: by result; OF SF AF: 0")
      .does(FloatComparison.class, "unordered");

  static final Page ROUNDPS = page("ROUNDPS", Sdm.ROUNDPS)
      .needs(Feature.SSE4_1)
      .form("66 0F 3A 08 /r ib", "ROUNDPS xmm1, xmm2/m128, imm8", E32)
      .does(FloatComparison.class, "round");

  static final Page ROUNDPD = page("ROUNDPD", Sdm.ROUNDPD)
      .needs(Feature.SSE4_1)
      .form("66 0F 3A 09 /r ib", "ROUNDPD xmm1, xmm2/m128, imm8", E64)
      .does(FloatComparison.class, "round");

  static final Page ROUNDSS = page("ROUNDSS", Sdm.ROUNDSS)
      .needs(Feature.SSE4_1)
      .form("66 0F 3A 0A /r ib", "ROUNDSS xmm1, xmm2/m32, imm8", E32)
      .does(FloatComparison.class, "round");

  static final Page ROUNDSD = page("ROUNDSD", Sdm.ROUNDSD)
      .needs(Feature.SSE4_1)
      .form("66 0F 3A 0B /r ib", "ROUNDSD xmm1, xmm2/m64, imm8", E64)
      .does(FloatComparison.class, "round");
  // spotless:on

  private FloatComparison() {}

  private static final int EQUAL = 0;
  private static final int LESS = 1;
  private static final int LESS_OR_EQUAL = 2;
  private static final int NOT = 4;

  private static final int ROUND_AS_MXCSR = 4;
  private static final int QUIETLY = 8;

  /** All ones where bits 2:0 of the immediate hold, else 0. */
  public static long compare(Cpu cpu, int width, long dest, long src, long predicate) {
    int relation = (int) predicate & NOT - 1;
    boolean signaling = relation == LESS || relation == LESS_OR_EQUAL;
    Relation found =
        Sse.compare(cpu.simd.environment(), FloatArithmetic.format(width), dest, src, signaling);
    return holds(relation, found) != ((predicate & NOT) != 0) ? -1 : 0;
  }

  private static boolean holds(int relation, Relation found) {
    switch (relation) {
      case EQUAL:
        return found == Relation.EQUAL;
      case LESS:
        return found == Relation.LESS;
      case LESS_OR_EQUAL:
        return found == Relation.LESS || found == Relation.EQUAL;
      default:
        return found == Relation.UNORDERED;
    }
  }

  /** Compares the lowest elements; a quiet NaN is invalid. */
  public static void ordered(Cpu cpu, int width, int element, long[] dest, long[] source) {
    flags(cpu, element, dest[0], source[0], true);
  }

  /** Compares the lowest elements; a signaling NaN is invalid. */
  public static void unordered(Cpu cpu, int width, int element, long[] dest, long[] source) {
    flags(cpu, element, dest[0], source[0], false);
  }

  /** An unmasked exception leaves the flags alone. */
  private static void flags(Cpu cpu, int element, long dest, long source, boolean signaling) {
    Relation found =
        Sse.compare(
            cpu.simd.environment(), FloatArithmetic.format(element), dest, source, signaling);
    cpu.simd.settle();
    switch (found) {
      case GREATER:
        cpu.setStatus(0);
        break;
      case LESS:
        cpu.setStatus(Rflags.CF);
        break;
      case EQUAL:
        cpu.setStatus(Rflags.ZF);
        break;
      default:
        cpu.setStatus(Rflags.ZF | Rflags.PF | Rflags.CF);
        break;
    }
  }

  /** The integral value that bits 2:0 of the immediate choose; bit 3 suppresses "inexact". */
  public static long round(Cpu cpu, int width, long src, long control) {
    FpEnvironment env = cpu.simd.environment();
    int rounding = env.rounding;
    if ((control & ROUND_AS_MXCSR) == 0) {
      env.rounding = (int) control & ROUND_AS_MXCSR - 1;
    }
    boolean quietly = (control & QUIETLY) != 0;
    long result = Sse.roundToIntegral(env, FloatArithmetic.format(width), src, quietly);
    env.rounding = rounding;
    return result;
  }
}
