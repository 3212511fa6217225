package io.vmxlab.semantics;

import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import io.vmxlab.isa.Page;

/**
 * GFNI instructions on XMM registers: recognised with their length and name, not modelled. SDM Vol.
 * 2D "Opcode Map".
 */
public final class UnmodelledGfni {
  // spotless:off
  static final Page PAGE = page("GFNI instructions", Sdm.OPCODE_MAP)
      .needs(Feature.GFNI)
      .form("66 0F 38 CF /r",      "GF2P8MULB xmm1, xmm2/m128")
      .form("66 0F 3A CE /r ib",   "GF2P8AFFINEQB xmm1, xmm2/m128, imm8")
      .form("66 0F 3A CF /r ib",   "GF2P8AFFINEINVQB xmm1, xmm2/m128, imm8")
      .unmodelled();
  // spotless:on

  private UnmodelledGfni() {}
}
