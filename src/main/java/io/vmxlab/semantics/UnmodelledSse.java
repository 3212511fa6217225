package io.vmxlab.semantics;

import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import io.vmxlab.isa.Page;

/**
 * SSE instructions: recognised with their length and name, not modelled. SDM Vol. 2D "Opcode Map".
 */
public final class UnmodelledSse {
  // spotless:off
  static final Page PAGE = page("SSE instructions", Sdm.OPCODE_MAP)
      .needs(Feature.SSE)
      .form("NP 0F 51 /r",        "SQRTPS xmm1, xmm2/m128")
      .form("F3 0F 51 /r",        "SQRTSS xmm1, xmm2/m32")
      .form("NP 0F 52 /r",        "RSQRTPS xmm1, xmm2/m128")
      .form("F3 0F 52 /r",        "RSQRTSS xmm1, xmm2/m32")
      .form("NP 0F 53 /r",        "RCPPS xmm1, xmm2/m128")
      .form("F3 0F 53 /r",        "RCPSS xmm1, xmm2/m32")
      .form("NP 0F 54 /r",        "ANDPS xmm1, xmm2/m128")
      .form("NP 0F 55 /r",        "ANDNPS xmm1, xmm2/m128")
      .form("NP 0F 56 /r",        "ORPS xmm1, xmm2/m128")
      .form("NP 0F 57 /r",        "XORPS xmm1, xmm2/m128")
      .form("NP 0F 58 /r",        "ADDPS xmm1, xmm2/m128")
      .form("F3 0F 58 /r",        "ADDSS xmm1, xmm2/m32")
      .form("NP 0F 59 /r",        "MULPS xmm1, xmm2/m128")
      .form("F3 0F 59 /r",        "MULSS xmm1, xmm2/m32")
      .form("NP 0F 5C /r",        "SUBPS xmm1, xmm2/m128")
      .form("F3 0F 5C /r",        "SUBSS xmm1, xmm2/m32")
      .form("NP 0F 5D /r",        "MINPS xmm1, xmm2/m128")
      .form("F3 0F 5D /r",        "MINSS xmm1, xmm2/m32")
      .form("NP 0F 5E /r",        "DIVPS xmm1, xmm2/m128")
      .form("F3 0F 5E /r",        "DIVSS xmm1, xmm2/m32")
      .form("NP 0F 5F /r",        "MAXPS xmm1, xmm2/m128")
      .form("F3 0F 5F /r",        "MAXSS xmm1, xmm2/m32")
      .form("NP 0F 14 /r",        "UNPCKLPS xmm1, xmm2/m128")
      .form("NP 0F 15 /r",        "UNPCKHPS xmm1, xmm2/m128")
      .form("NP 0F C6 /r ib",     "SHUFPS xmm1, xmm2/m128, imm8")
      .form("NP 0F C2 /r ib",     "CMPPS xmm1, xmm2/m128, imm8")
      .form("F3 0F C2 /r ib",     "CMPSS xmm1, xmm2/m32, imm8")
      .form("NP 0F 2E /r",        "UCOMISS xmm1, xmm2/m32")
      .form("NP 0F 2F /r",        "COMISS xmm1, xmm2/m32")
      .form("NP 0F 28 /r",        "MOVAPS xmm1, xmm2/m128")
      .form("NP 0F 29 /r",        "MOVAPS xmm2/m128, xmm1")
      .form("NP 0F 10 /r",        "MOVUPS xmm1, xmm2/m128")
      .form("NP 0F 11 /r",        "MOVUPS xmm2/m128, xmm1")
      .form("F3 0F 10 /r",        "MOVSS xmm1, xmm2/m32")
      .form("F3 0F 11 /r",        "MOVSS xmm2/m32, xmm1")
      .form("NP 0F 2B /r",        "MOVNTPS m128, xmm1")
      .form("NP 0F 12 /r",        "MOVLPS xmm1, m64")
      .form("NP 0F 12 /r",        "MOVHLPS xmm1, xmm2")
      .form("NP 0F 13 /r",        "MOVLPS m64, xmm1")
      .form("NP 0F 16 /r",        "MOVHPS xmm1, m64")
      .form("NP 0F 16 /r",        "MOVLHPS xmm1, xmm2")
      .form("NP 0F 17 /r",        "MOVHPS m64, xmm1")
      .form("NP 0F 2A /r",        "CVTPI2PS xmm1, mm/m64")
      .form("F3 0F 2A /r",        "CVTSI2SS xmm1, r/m32")
      .form("F3 REX.W + 0F 2A /r","CVTSI2SS xmm1, r/m64")
      .form("F3 0F 2C /r",        "CVTTSS2SI r32, xmm1/m32")
      .form("F3 REX.W + 0F 2C /r","CVTTSS2SI r64, xmm1/m32")
      .form("F3 0F 2D /r",        "CVTSS2SI r32, xmm1/m32")
      .form("F3 REX.W + 0F 2D /r","CVTSS2SI r64, xmm1/m32")
      .form("NP 0F 2C /r",        "CVTTPS2PI mm, xmm/m64")
      .form("NP 0F 2D /r",        "CVTPS2PI mm, xmm/m64")
      .form("NP 0F 50 /r",        "MOVMSKPS reg, xmm")
      .unmodelled();
  // spotless:on

  private UnmodelledSse() {}
}
