package io.vmxlab.semantics;

import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import io.vmxlab.isa.Page;

/**
 * AVX and F16C instructions: recognised with their length and name, not modelled. SDM Vol. 2D
 * "Opcode Map".
 */
public final class UnmodelledAvxContinued {
  // spotless:off
  static final Page PAGE = page("AVX and F16C instructions", Sdm.OPCODE_MAP)
      .needs(Feature.AVX)
      .form("VEX.128.66.0F3A.WIG 21 /r ib", "VINSERTPS xmm1, xmm2, xmm3/m32, imm8")
      .form("VEX.128.66.0F3A.WIG 60 /r ib", "VPCMPESTRM xmm1, xmm2/m128, imm8")
      .form("VEX.128.66.0F3A.WIG 61 /r ib", "VPCMPESTRI xmm1, xmm2/m128, imm8")
      .form("VEX.128.66.0F3A.WIG 62 /r ib", "VPCMPISTRM xmm1, xmm2/m128, imm8")
      .form("VEX.128.66.0F3A.WIG 63 /r ib", "VPCMPISTRI xmm1, xmm2/m128, imm8")
      .form("VEX.128.66.0F3A.WIG DF /r ib", "VAESKEYGENASSIST xmm1, xmm2/m128, imm8")
      .form("VEX.128.66.0F38.WIG DB /r",    "VAESIMC xmm1, xmm2/m128")
      .form("VEX.128.66.0F38.WIG DC /r",    "VAESENC xmm1, xmm2, xmm3/m128")
      .form("VEX.128.66.0F38.WIG DD /r",    "VAESENCLAST xmm1, xmm2, xmm3/m128")
      .form("VEX.128.66.0F38.WIG DE /r",    "VAESDEC xmm1, xmm2, xmm3/m128")
      .form("VEX.128.66.0F38.WIG DF /r",    "VAESDECLAST xmm1, xmm2, xmm3/m128")
      .form("VEX.128.66.0F3A.W1 CE /r ib",  "VGF2P8AFFINEQB xmm1, xmm2, xmm3/m128, imm8")
      .form("VEX.256.66.0F3A.W1 CE /r ib",  "VGF2P8AFFINEQB ymm1, ymm2, ymm3/m256, imm8")
      .form("VEX.128.66.0F3A.W1 CF /r ib",  "VGF2P8AFFINEINVQB xmm1, xmm2, xmm3/m128, imm8")
      .form("VEX.256.66.0F3A.W1 CF /r ib",  "VGF2P8AFFINEINVQB ymm1, ymm2, ymm3/m256, imm8")
      .form("VEX.128.66.0F38.W0 CF /r",     "VGF2P8MULB xmm1, xmm2, xmm3/m128")
      .form("VEX.256.66.0F38.W0 CF /r",     "VGF2P8MULB ymm1, ymm2, ymm3/m256")
      .form("VEX.128.66.0F38.W0 0C /r",     "VPERMILPS xmm1, xmm2, xmm3/m128")
      .form("VEX.256.66.0F38.W0 0C /r",     "VPERMILPS ymm1, ymm2, ymm3/m256")
      .form("VEX.128.66.0F38.W0 0D /r",     "VPERMILPD xmm1, xmm2, xmm3/m128")
      .form("VEX.256.66.0F38.W0 0D /r",     "VPERMILPD ymm1, ymm2, ymm3/m256")
      .form("VEX.128.66.0F3A.W0 04 /r ib",  "VPERMILPS xmm1, xmm2/m128, imm8")
      .form("VEX.256.66.0F3A.W0 04 /r ib",  "VPERMILPS ymm1, ymm2/m256, imm8")
      .form("VEX.128.66.0F3A.W0 05 /r ib",  "VPERMILPD xmm1, xmm2/m128, imm8")
      .form("VEX.256.66.0F3A.W0 05 /r ib",  "VPERMILPD ymm1, ymm2/m256, imm8")
      .form("VEX.128.66.0F38.W0 0E /r",     "VTESTPS xmm1, xmm2/m128")
      .form("VEX.256.66.0F38.W0 0E /r",     "VTESTPS ymm1, ymm2/m256")
      .form("VEX.128.66.0F38.W0 0F /r",     "VTESTPD xmm1, xmm2/m128")
      .form("VEX.256.66.0F38.W0 0F /r",     "VTESTPD ymm1, ymm2/m256")
      .form("VEX.128.66.0F38.W0 18 /r",     "VBROADCASTSS xmm1, xmm2/m32")
      .form("VEX.128.66.0F38.W0 2C /r",     "VMASKMOVPS xmm1, xmm2, m128")
      .form("VEX.128.66.0F38.W0 2E /r",     "VMASKMOVPS m128, xmm1, xmm2")
      .form("VEX.128.66.0F38.W0 2D /r",     "VMASKMOVPD xmm1, xmm2, m128")
      .form("VEX.128.66.0F38.W0 2F /r",     "VMASKMOVPD m128, xmm1, xmm2")
      .form("VEX.128.66.0F3A.W0 4A /r /is4","VBLENDVPS xmm1, xmm2, xmm3/m128, xmm4")
      .form("VEX.128.66.0F3A.W0 4B /r /is4","VBLENDVPD xmm1, xmm2, xmm3/m128, xmm4")
      .form("VEX.128.66.0F3A.W0 4C /r /is4","VPBLENDVB xmm1, xmm2, xmm3/m128, xmm4")
      .form("VEX.256.66.0F38.W0 18 /r",     "VBROADCASTSS ymm1, xmm2/m32")
      .form("VEX.256.66.0F38.W0 2C /r",     "VMASKMOVPS ymm1, ymm2, m256")
      .form("VEX.256.66.0F38.W0 2E /r",     "VMASKMOVPS m256, ymm1, ymm2")
      .form("VEX.256.66.0F38.W0 2D /r",     "VMASKMOVPD ymm1, ymm2, m256")
      .form("VEX.256.66.0F38.W0 2F /r",     "VMASKMOVPD m256, ymm1, ymm2")
      .form("VEX.256.66.0F3A.W0 4A /r /is4","VBLENDVPS ymm1, ymm2, ymm3/m256, ymm4")
      .form("VEX.256.66.0F3A.W0 4B /r /is4","VBLENDVPD ymm1, ymm2, ymm3/m256, ymm4")
      .form("VEX.256.66.0F38.W0 19 /r",     "VBROADCASTSD ymm1, xmm2/m64")
      .form("VEX.256.66.0F38.W0 1A /r",     "VBROADCASTF128 ymm1, m128")
      .form("VEX.256.66.0F3A.W0 06 /r ib",  "VPERM2F128 ymm1, ymm2, ymm3/m256, imm8")
      .form("VEX.256.66.0F3A.W0 18 /r ib",  "VINSERTF128 ymm1, ymm2, xmm3/m128, imm8")
      .form("VEX.256.66.0F3A.W0 19 /r ib",  "VEXTRACTF128 xmm1/m128, ymm2, imm8")
      .form("VEX.LZ.0F.WIG AE /2",          "VLDMXCSR m32")
      .form("VEX.LZ.0F.WIG AE /3",          "VSTMXCSR m32")
      .needs(Feature.F16C)
      .form("VEX.128.66.0F38.W0 13 /r",     "VCVTPH2PS xmm1, xmm2/m64")
      .form("VEX.256.66.0F38.W0 13 /r",     "VCVTPH2PS ymm1, xmm2/m128")
      .form("VEX.128.66.0F3A.W0 1D /r ib",  "VCVTPS2PH xmm1/m64, xmm2, imm8")
      .form("VEX.256.66.0F3A.W0 1D /r ib",  "VCVTPS2PH xmm1/m128, ymm2, imm8")
      .unmodelled();
  // spotless:on

  private UnmodelledAvxContinued() {}
}
