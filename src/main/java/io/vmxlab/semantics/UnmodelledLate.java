package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.ONLY64;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import io.vmxlab.isa.Page;

/**
 * Tiles, compare-and-add, flexible return and event delivery, lists of MSRs, and the cryptography
 * of VIA's and Zhaoxin's processors: recognised with their length and name, not modelled. SDM Vol.
 * 2D "Opcode Map"; the last are in no manual of Intel's.
 */
public final class UnmodelledLate {
  // spotless:off
  static final Page AMX = page("Tiles", Sdm.OPCODE_MAP)
      .needs(Feature.AMX_TILE)
      .form("VEX.L0.NP.0F38.W0 49 /0",   "LDTILECFG m512", ONLY64)
      .form("VEX.L0.66.0F38.W0 49 /0",   "STTILECFG m512", ONLY64)
      .form("VEX.L0.NP.0F38.W0 49 C0",   "TILERELEASE", ONLY64)
      .form("VEX.L0.F2.0F38.W0 4B /r",   "TILELOADD tmm1, sibmem", ONLY64)
      .form("VEX.L0.66.0F38.W0 4B /r",   "TILELOADDT1 tmm1, sibmem", ONLY64)
      .form("VEX.L0.F3.0F38.W0 4B /r",   "TILESTORED sibmem, tmm1", ONLY64)
      .needs(Feature.AMX_INT8)
      .form("VEX.L0.F2.0F38.W0 5E /r",   "TDPBSSD tmm1, tmm2, tmm3", ONLY64)
      .form("VEX.L0.F3.0F38.W0 5E /r",   "TDPBSUD tmm1, tmm2, tmm3", ONLY64)
      .form("VEX.L0.66.0F38.W0 5E /r",   "TDPBUSD tmm1, tmm2, tmm3", ONLY64)
      .form("VEX.L0.NP.0F38.W0 5E /r",   "TDPBUUD tmm1, tmm2, tmm3", ONLY64)
      .needs(Feature.AMX_BF16)
      .form("VEX.L0.F3.0F38.W0 5C /r",   "TDPBF16PS tmm1, tmm2, tmm3", ONLY64)
      .needs(Feature.AMX_FP16)
      .form("VEX.L0.F2.0F38.W0 5C /r",   "TDPFP16PS tmm1, tmm2, tmm3", ONLY64)
      .needs(Feature.AMX_COMPLEX)
      .form("VEX.L0.66.0F38.W0 6C /r",   "TCMMIMFP16PS tmm1, tmm2, tmm3", ONLY64)
      .form("VEX.L0.NP.0F38.W0 6C /r",   "TCMMRLFP16PS tmm1, tmm2, tmm3", ONLY64)
      .unmodelled();

  static final Page CMPCCXADD = page("CMPccXADD", Sdm.OPCODE_MAP)
      .needs(Feature.CMPCCXADD)
      .form("VEX.L0.66.0F38.W0 E0 /r", "CMPOXADD m32, r32, r32", ONLY64)
      .form("VEX.L0.66.0F38.W1 E0 /r", "CMPOXADD m64, r64, r64", ONLY64)
      .form("VEX.L0.66.0F38.W0 E1 /r", "CMPNOXADD m32, r32, r32", ONLY64)
      .form("VEX.L0.66.0F38.W1 E1 /r", "CMPNOXADD m64, r64, r64", ONLY64)
      .form("VEX.L0.66.0F38.W0 E2 /r", "CMPBXADD m32, r32, r32", ONLY64)
      .form("VEX.L0.66.0F38.W1 E2 /r", "CMPBXADD m64, r64, r64", ONLY64)
      .form("VEX.L0.66.0F38.W0 E3 /r", "CMPNBXADD m32, r32, r32", ONLY64)
      .form("VEX.L0.66.0F38.W1 E3 /r", "CMPNBXADD m64, r64, r64", ONLY64)
      .form("VEX.L0.66.0F38.W0 E4 /r", "CMPZXADD m32, r32, r32", ONLY64)
      .form("VEX.L0.66.0F38.W1 E4 /r", "CMPZXADD m64, r64, r64", ONLY64)
      .form("VEX.L0.66.0F38.W0 E5 /r", "CMPNZXADD m32, r32, r32", ONLY64)
      .form("VEX.L0.66.0F38.W1 E5 /r", "CMPNZXADD m64, r64, r64", ONLY64)
      .form("VEX.L0.66.0F38.W0 E6 /r", "CMPBEXADD m32, r32, r32", ONLY64)
      .form("VEX.L0.66.0F38.W1 E6 /r", "CMPBEXADD m64, r64, r64", ONLY64)
      .form("VEX.L0.66.0F38.W0 E7 /r", "CMPNBEXADD m32, r32, r32", ONLY64)
      .form("VEX.L0.66.0F38.W1 E7 /r", "CMPNBEXADD m64, r64, r64", ONLY64)
      .form("VEX.L0.66.0F38.W0 E8 /r", "CMPSXADD m32, r32, r32", ONLY64)
      .form("VEX.L0.66.0F38.W1 E8 /r", "CMPSXADD m64, r64, r64", ONLY64)
      .form("VEX.L0.66.0F38.W0 E9 /r", "CMPNSXADD m32, r32, r32", ONLY64)
      .form("VEX.L0.66.0F38.W1 E9 /r", "CMPNSXADD m64, r64, r64", ONLY64)
      .form("VEX.L0.66.0F38.W0 EA /r", "CMPPXADD m32, r32, r32", ONLY64)
      .form("VEX.L0.66.0F38.W1 EA /r", "CMPPXADD m64, r64, r64", ONLY64)
      .form("VEX.L0.66.0F38.W0 EB /r", "CMPNPXADD m32, r32, r32", ONLY64)
      .form("VEX.L0.66.0F38.W1 EB /r", "CMPNPXADD m64, r64, r64", ONLY64)
      .form("VEX.L0.66.0F38.W0 EC /r", "CMPLXADD m32, r32, r32", ONLY64)
      .form("VEX.L0.66.0F38.W1 EC /r", "CMPLXADD m64, r64, r64", ONLY64)
      .form("VEX.L0.66.0F38.W0 ED /r", "CMPNLXADD m32, r32, r32", ONLY64)
      .form("VEX.L0.66.0F38.W1 ED /r", "CMPNLXADD m64, r64, r64", ONLY64)
      .form("VEX.L0.66.0F38.W0 EE /r", "CMPLEXADD m32, r32, r32", ONLY64)
      .form("VEX.L0.66.0F38.W1 EE /r", "CMPLEXADD m64, r64, r64", ONLY64)
      .form("VEX.L0.66.0F38.W0 EF /r", "CMPNLEXADD m32, r32, r32", ONLY64)
      .form("VEX.L0.66.0F38.W1 EF /r", "CMPNLEXADD m64, r64, r64", ONLY64)
      .unmodelled();

  static final Page SYSTEM = page("Event delivery, and MSRs without serialization", Sdm.OPCODE_MAP)
      .needs(Feature.FRED)
      .form("F2 0F 01 CA",   "ERETS", ONLY64)
      .form("F3 0F 01 CA",   "ERETU", ONLY64)
      .needs(Feature.LKGS)
      .form("F2 0F 00 /6",   "LKGS r/m16", ONLY64)
      .needs(Feature.MSRLIST)
      .form("F2 0F 01 C6",   "RDMSRLIST", ONLY64)
      .form("F3 0F 01 C6",   "WRMSRLIST", ONLY64)
      .unmodelled();

  static final Page PADLOCK = page("Random numbers and cryptography of VIA and Zhaoxin", Sdm.OPCODE_MAP)
      .needs(Feature.PADLOCK_RNG)
      .form("0F A7 C0",      "XSTORE")
      .needs(Feature.PADLOCK_ACE)
      .form("F3 0F A7 C8",   "XCRYPTECB")
      .form("F3 0F A7 D0",   "XCRYPTCBC")
      .form("F3 0F A7 D8",   "XCRYPTCTR")
      .form("F3 0F A7 E0",   "XCRYPTCFB")
      .form("F3 0F A7 E8",   "XCRYPTOFB")
      .needs(Feature.PADLOCK_PHE)
      .form("F3 0F A6 C8",   "XSHA1")
      .form("F3 0F A6 D0",   "XSHA256")
      .needs(Feature.PADLOCK_PMM)
      .form("F3 0F A6 C0",   "MONTMUL")
      .needs(Feature.GMI_CCS)
      .form("F3 0F A6 E8",   "CCS_HASH")
      .form("F3 0F A7 F0",   "CCS_ENCRYPT")
      .unmodelled();
  // spotless:on

  private UnmodelledLate() {}
}
