package io.vmxlab.semantics;

import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import io.vmxlab.isa.Page;

/**
 * Vector instructions that came after AVX2 and need no EVEX prefix: recognised with their length
 * and name, not modelled. SDM Vol. 2D "Opcode Map".
 */
public final class UnmodelledAvxLate {
  // spotless:off
  static final Page PAGE = page("Wide AES, SHA-512, SM3, SM4 and late AVX instructions", Sdm.OPCODE_MAP)
      .needs(Feature.VAES)
      .form("VEX.256.66.0F38.WIG DC /r",   "VAESENC ymm1, ymm2, ymm3/m256")
      .form("VEX.256.66.0F38.WIG DD /r",   "VAESENCLAST ymm1, ymm2, ymm3/m256")
      .form("VEX.256.66.0F38.WIG DE /r",   "VAESDEC ymm1, ymm2, ymm3/m256")
      .form("VEX.256.66.0F38.WIG DF /r",   "VAESDECLAST ymm1, ymm2, ymm3/m256")
      .needs(Feature.VPCLMULQDQ)
      .form("VEX.256.66.0F3A.WIG 44 /r ib","VPCLMULQDQ ymm1, ymm2, ymm3/m256, imm8")
      .needs(Feature.SHA512)
      .form("VEX.256.F2.0F38.W0 CC /r",    "VSHA512MSG1 ymm1, xmm2")
      .form("VEX.256.F2.0F38.W0 CD /r",    "VSHA512MSG2 ymm1, ymm2")
      .form("VEX.256.F2.0F38.W0 CB /r",    "VSHA512RNDS2 ymm1, ymm2, xmm3")
      .needs(Feature.SM3)
      .form("VEX.128.NP.0F38.W0 DA /r",    "VSM3MSG1 xmm1, xmm2, xmm3/m128")
      .form("VEX.128.66.0F38.W0 DA /r",    "VSM3MSG2 xmm1, xmm2, xmm3/m128")
      .form("VEX.128.66.0F3A.W0 DE /r ib", "VSM3RNDS2 xmm1, xmm2, xmm3/m128, imm8")
      .needs(Feature.SM4)
      .form("VEX.128.F3.0F38.W0 DA /r",    "VSM4KEY4 xmm1, xmm2, xmm3/m128")
      .form("VEX.256.F3.0F38.W0 DA /r",    "VSM4KEY4 ymm1, ymm2, ymm3/m256")
      .form("VEX.128.F2.0F38.W0 DA /r",    "VSM4RNDS4 xmm1, xmm2, xmm3/m128")
      .form("VEX.256.F2.0F38.W0 DA /r",    "VSM4RNDS4 ymm1, ymm2, ymm3/m256")
      .needs(Feature.AVX_IFMA)
      .form("VEX.128.66.0F38.W1 B4 /r",    "VPMADD52LUQ xmm1, xmm2, xmm3/m128")
      .form("VEX.256.66.0F38.W1 B4 /r",    "VPMADD52LUQ ymm1, ymm2, ymm3/m256")
      .form("VEX.128.66.0F38.W1 B5 /r",    "VPMADD52HUQ xmm1, xmm2, xmm3/m128")
      .form("VEX.256.66.0F38.W1 B5 /r",    "VPMADD52HUQ ymm1, ymm2, ymm3/m256")
      .needs(Feature.AVX_VNNI_INT8)
      .form("VEX.128.F2.0F38.W0 50 /r",    "VPDPBSSD xmm1, xmm2, xmm3/m128")
      .form("VEX.256.F2.0F38.W0 50 /r",    "VPDPBSSD ymm1, ymm2, ymm3/m256")
      .form("VEX.128.F2.0F38.W0 51 /r",    "VPDPBSSDS xmm1, xmm2, xmm3/m128")
      .form("VEX.256.F2.0F38.W0 51 /r",    "VPDPBSSDS ymm1, ymm2, ymm3/m256")
      .form("VEX.128.F3.0F38.W0 50 /r",    "VPDPBSUD xmm1, xmm2, xmm3/m128")
      .form("VEX.256.F3.0F38.W0 50 /r",    "VPDPBSUD ymm1, ymm2, ymm3/m256")
      .form("VEX.128.F3.0F38.W0 51 /r",    "VPDPBSUDS xmm1, xmm2, xmm3/m128")
      .form("VEX.256.F3.0F38.W0 51 /r",    "VPDPBSUDS ymm1, ymm2, ymm3/m256")
      .form("VEX.128.NP.0F38.W0 50 /r",    "VPDPBUUD xmm1, xmm2, xmm3/m128")
      .form("VEX.256.NP.0F38.W0 50 /r",    "VPDPBUUD ymm1, ymm2, ymm3/m256")
      .form("VEX.128.NP.0F38.W0 51 /r",    "VPDPBUUDS xmm1, xmm2, xmm3/m128")
      .form("VEX.256.NP.0F38.W0 51 /r",    "VPDPBUUDS ymm1, ymm2, ymm3/m256")
      .needs(Feature.AVX_VNNI_INT16)
      .form("VEX.128.F3.0F38.W0 D2 /r",    "VPDPWSUD xmm1, xmm2, xmm3/m128")
      .form("VEX.256.F3.0F38.W0 D2 /r",    "VPDPWSUD ymm1, ymm2, ymm3/m256")
      .form("VEX.128.F3.0F38.W0 D3 /r",    "VPDPWSUDS xmm1, xmm2, xmm3/m128")
      .form("VEX.256.F3.0F38.W0 D3 /r",    "VPDPWSUDS ymm1, ymm2, ymm3/m256")
      .form("VEX.128.66.0F38.W0 D2 /r",    "VPDPWUSD xmm1, xmm2, xmm3/m128")
      .form("VEX.256.66.0F38.W0 D2 /r",    "VPDPWUSD ymm1, ymm2, ymm3/m256")
      .form("VEX.128.66.0F38.W0 D3 /r",    "VPDPWUSDS xmm1, xmm2, xmm3/m128")
      .form("VEX.256.66.0F38.W0 D3 /r",    "VPDPWUSDS ymm1, ymm2, ymm3/m256")
      .form("VEX.128.NP.0F38.W0 D2 /r",    "VPDPWUUD xmm1, xmm2, xmm3/m128")
      .form("VEX.256.NP.0F38.W0 D2 /r",    "VPDPWUUD ymm1, ymm2, ymm3/m256")
      .form("VEX.128.NP.0F38.W0 D3 /r",    "VPDPWUUDS xmm1, xmm2, xmm3/m128")
      .form("VEX.256.NP.0F38.W0 D3 /r",    "VPDPWUUDS ymm1, ymm2, ymm3/m256")
      .needs(Feature.AVX_NE_CONVERT)
      .form("VEX.128.F3.0F38.W0 B1 /r",    "VBCSTNEBF162PS xmm1, m16")
      .form("VEX.256.F3.0F38.W0 B1 /r",    "VBCSTNEBF162PS ymm1, m16")
      .form("VEX.128.66.0F38.W0 B1 /r",    "VBCSTNESH2PS xmm1, m16")
      .form("VEX.256.66.0F38.W0 B1 /r",    "VBCSTNESH2PS ymm1, m16")
      .form("VEX.128.F3.0F38.W0 B0 /r",    "VCVTNEEBF162PS xmm1, m128")
      .form("VEX.256.F3.0F38.W0 B0 /r",    "VCVTNEEBF162PS ymm1, m256")
      .form("VEX.128.66.0F38.W0 B0 /r",    "VCVTNEEPH2PS xmm1, m128")
      .form("VEX.256.66.0F38.W0 B0 /r",    "VCVTNEEPH2PS ymm1, m256")
      .form("VEX.128.F2.0F38.W0 B0 /r",    "VCVTNEOBF162PS xmm1, m128")
      .form("VEX.256.F2.0F38.W0 B0 /r",    "VCVTNEOBF162PS ymm1, m256")
      .form("VEX.128.NP.0F38.W0 B0 /r",    "VCVTNEOPH2PS xmm1, m128")
      .form("VEX.256.NP.0F38.W0 B0 /r",    "VCVTNEOPH2PS ymm1, m256")
      .form("VEX.128.F3.0F38.W0 72 /r",    "VCVTNEPS2BF16 xmm1, xmm2/m128")
      .form("VEX.256.F3.0F38.W0 72 /r",    "VCVTNEPS2BF16 xmm1, ymm2/m256")
      .unmodelled();
  // spotless:on

  private UnmodelledAvxLate() {}
}
