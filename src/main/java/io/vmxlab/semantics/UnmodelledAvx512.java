package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.ONLY64;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import io.vmxlab.isa.Page;

/**
 * Instructions on mask registers, and everything with an EVEX prefix: recognised with their length
 * and name, not modelled. SDM Vol. 2D "Opcode Map".
 */
public final class UnmodelledAvx512 {
  // spotless:off
  static final Page PAGE = page("Instructions on mask registers, and everything with an EVEX prefix", Sdm.OPCODE_MAP)
      .needs(Feature.AVX512F)
      .form("VEX.L1.NP.0F.W0 41 /r",     "KANDW k1, k2, k3")
      .form("VEX.L1.NP.0F.W0 42 /r",     "KANDNW k1, k2, k3")
      .form("VEX.L1.NP.0F.W0 45 /r",     "KORW k1, k2, k3")
      .form("VEX.L1.NP.0F.W0 46 /r",     "KXNORW k1, k2, k3")
      .form("VEX.L1.NP.0F.W0 47 /r",     "KXORW k1, k2, k3")
      .form("VEX.L1.NP.0F.W0 4A /r",     "KADDW k1, k2, k3")
      .form("VEX.L0.NP.0F.W0 44 /r",     "KNOTW k1, k2")
      .form("VEX.L0.NP.0F.W0 98 /r",     "KORTESTW k1, k2")
      .form("VEX.L0.NP.0F.W0 99 /r",     "KTESTW k1, k2")
      .form("VEX.L0.NP.0F.W0 90 /r",     "KMOVW k1, k2/m16")
      .form("VEX.L0.NP.0F.W0 91 /r",     "KMOVW m16, k1")
      .form("VEX.L1.66.0F.W0 41 /r",     "KANDB k1, k2, k3")
      .form("VEX.L1.66.0F.W0 42 /r",     "KANDNB k1, k2, k3")
      .form("VEX.L1.66.0F.W0 45 /r",     "KORB k1, k2, k3")
      .form("VEX.L1.66.0F.W0 46 /r",     "KXNORB k1, k2, k3")
      .form("VEX.L1.66.0F.W0 47 /r",     "KXORB k1, k2, k3")
      .form("VEX.L1.66.0F.W0 4A /r",     "KADDB k1, k2, k3")
      .form("VEX.L0.66.0F.W0 44 /r",     "KNOTB k1, k2")
      .form("VEX.L0.66.0F.W0 98 /r",     "KORTESTB k1, k2")
      .form("VEX.L0.66.0F.W0 99 /r",     "KTESTB k1, k2")
      .form("VEX.L0.66.0F.W0 90 /r",     "KMOVB k1, k2/m8")
      .form("VEX.L0.66.0F.W0 91 /r",     "KMOVB m8, k1")
      .form("VEX.L1.NP.0F.W1 41 /r",     "KANDQ k1, k2, k3")
      .form("VEX.L1.NP.0F.W1 42 /r",     "KANDNQ k1, k2, k3")
      .form("VEX.L1.NP.0F.W1 45 /r",     "KORQ k1, k2, k3")
      .form("VEX.L1.NP.0F.W1 46 /r",     "KXNORQ k1, k2, k3")
      .form("VEX.L1.NP.0F.W1 47 /r",     "KXORQ k1, k2, k3")
      .form("VEX.L1.NP.0F.W1 4A /r",     "KADDQ k1, k2, k3")
      .form("VEX.L0.NP.0F.W1 44 /r",     "KNOTQ k1, k2")
      .form("VEX.L0.NP.0F.W1 98 /r",     "KORTESTQ k1, k2")
      .form("VEX.L0.NP.0F.W1 99 /r",     "KTESTQ k1, k2")
      .form("VEX.L0.NP.0F.W1 90 /r",     "KMOVQ k1, k2/m64")
      .form("VEX.L0.NP.0F.W1 91 /r",     "KMOVQ m64, k1")
      .form("VEX.L1.66.0F.W1 41 /r",     "KANDD k1, k2, k3")
      .form("VEX.L1.66.0F.W1 42 /r",     "KANDND k1, k2, k3")
      .form("VEX.L1.66.0F.W1 45 /r",     "KORD k1, k2, k3")
      .form("VEX.L1.66.0F.W1 46 /r",     "KXNORD k1, k2, k3")
      .form("VEX.L1.66.0F.W1 47 /r",     "KXORD k1, k2, k3")
      .form("VEX.L1.66.0F.W1 4A /r",     "KADDD k1, k2, k3")
      .form("VEX.L0.66.0F.W1 44 /r",     "KNOTD k1, k2")
      .form("VEX.L0.66.0F.W1 98 /r",     "KORTESTD k1, k2")
      .form("VEX.L0.66.0F.W1 99 /r",     "KTESTD k1, k2")
      .form("VEX.L0.66.0F.W1 90 /r",     "KMOVD k1, k2/m32")
      .form("VEX.L0.66.0F.W1 91 /r",     "KMOVD m32, k1")
      .form("VEX.L1.66.0F.W0 4B /r",     "KUNPCKBW k1, k2, k3")
      .form("VEX.L1.NP.0F.W0 4B /r",     "KUNPCKWD k1, k2, k3")
      .form("VEX.L1.NP.0F.W1 4B /r",     "KUNPCKDQ k1, k2, k3")
      .form("VEX.L0.NP.0F.W0 92 /r",     "KMOVW k1, r32")
      .form("VEX.L0.NP.0F.W0 93 /r",     "KMOVW r32, k1")
      .form("VEX.L0.66.0F.W0 92 /r",     "KMOVB k1, r32")
      .form("VEX.L0.66.0F.W0 93 /r",     "KMOVB r32, k1")
      .form("VEX.L0.F2.0F.W0 92 /r",     "KMOVD k1, r32")
      .form("VEX.L0.F2.0F.W0 93 /r",     "KMOVD r32, k1")
      .form("VEX.L0.F2.0F.W1 92 /r",     "KMOVQ k1, r64", ONLY64)
      .form("VEX.L0.F2.0F.W1 93 /r",     "KMOVQ r64, k1", ONLY64)
      .form("VEX.L0.66.0F3A.W0 30 /r ib","KSHIFTRB k1, k2, imm8")
      .form("VEX.L0.66.0F3A.W1 30 /r ib","KSHIFTRW k1, k2, imm8")
      .form("VEX.L0.66.0F3A.W0 31 /r ib","KSHIFTRD k1, k2, imm8")
      .form("VEX.L0.66.0F3A.W1 31 /r ib","KSHIFTRQ k1, k2, imm8")
      .form("VEX.L0.66.0F3A.W0 32 /r ib","KSHIFTLB k1, k2, imm8")
      .form("VEX.L0.66.0F3A.W1 32 /r ib","KSHIFTLW k1, k2, imm8")
      .form("VEX.L0.66.0F3A.W0 33 /r ib","KSHIFTLD k1, k2, imm8")
      .form("VEX.L0.66.0F3A.W1 33 /r ib","KSHIFTLQ k1, k2, imm8")
      .form("EVEX.PIG.0F 70 /r ib",      "EVEX.0F")
      .form("EVEX.PIG.0F 71 /r ib",      "EVEX.0F")
      .form("EVEX.PIG.0F 72 /r ib",      "EVEX.0F")
      .form("EVEX.PIG.0F 73 /r ib",      "EVEX.0F")
      .form("EVEX.PIG.0F C2 /r ib",      "EVEX.0F")
      .form("EVEX.PIG.0F C4 /r ib",      "EVEX.0F")
      .form("EVEX.PIG.0F C5 /r ib",      "EVEX.0F")
      .form("EVEX.PIG.0F C6 /r ib",      "EVEX.0F")
      .form("EVEX.PIG.0F xx /r",         "EVEX.0F")
      .form("EVEX.PIG.0F38 xx /r",       "EVEX.0F38")
      .form("EVEX.PIG.0F3A xx /r ib",    "EVEX.0F3A")
      .form("EVEX.PIG.MAP5 xx /r",       "EVEX.MAP5")
      .form("EVEX.PIG.MAP6 xx /r",       "EVEX.MAP6")
      .unmodelled();
  // spotless:on

  private UnmodelledAvx512() {}
}
