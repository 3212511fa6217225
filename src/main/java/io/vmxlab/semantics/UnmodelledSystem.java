package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.A16;
import static io.vmxlab.isa.FormAttribute.A32;
import static io.vmxlab.isa.FormAttribute.A64;
import static io.vmxlab.isa.FormAttribute.FORCE64;
import static io.vmxlab.isa.FormAttribute.ONLY64;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import io.vmxlab.isa.Page;

/**
 * Transactions, enclaves, shadow stacks and other late system instructions: recognised with their
 * length and name, not modelled. SDM Vol. 2D "Opcode Map".
 */
public final class UnmodelledSystem {
  // spotless:off
  static final Page PAGE = page("Transactions, enclaves, shadow stacks and other late system instructions", Sdm.OPCODE_MAP)
      .needs(Feature.RTM)
      .form("C7 F8 cd",              "XBEGIN rel32")
      .form("C7 F8 cw",              "XBEGIN rel16")
      .form("C6 F8 ib",              "XABORT imm8")
      .form("NP 0F 01 D5",           "XEND")
      .form("NP 0F 01 D6",           "XTEST")
      .needs(Feature.SGX)
      .form("NP 0F 01 CF",           "ENCLS")
      .form("NP 0F 01 D7",           "ENCLU")
      .form("NP 0F 01 C0",           "ENCLV")
      .needs(Feature.WAITPKG)
      .form("66 0F AE /6",           "TPAUSE r32")
      .form("F2 0F AE /6",           "UMWAIT r32")
      .form("F3 0F AE /6",           "UMONITOR r16", A16)
      .form("F3 0F AE /6",           "UMONITOR r32", A32)
      .form("F3 0F AE /6",           "UMONITOR r64", A64)
      .needs(Feature.ENQCMD)
      .form("F2 0F 38 F8 /r",        "ENQCMD r16, m512", A16)
      .form("F2 0F 38 F8 /r",        "ENQCMD r32, m512", A32)
      .form("F2 0F 38 F8 /r",        "ENQCMD r64, m512", A64)
      .form("F3 0F 38 F8 /r",        "ENQCMDS r16, m512", A16)
      .form("F3 0F 38 F8 /r",        "ENQCMDS r32, m512", A32)
      .form("F3 0F 38 F8 /r",        "ENQCMDS r64, m512", A64)
      .needs(Feature.TSXLDTRK)
      .form("F2 0F 01 E8",           "XSUSLDTRK")
      .form("F2 0F 01 E9",           "XRESLDTRK")
      .needs(Feature.UINTR)
      .form("F3 0F 01 EC",           "UIRET", ONLY64)
      .form("F3 0F 01 ED",           "TESTUI", ONLY64)
      .form("F3 0F 01 EE",           "CLUI", ONLY64)
      .form("F3 0F 01 EF",           "STUI", ONLY64)
      .form("F3 0F C7 /6",           "SENDUIPI r64", ONLY64, FORCE64)
      .needs(Feature.CET_SS)
      .form("F3 0F AE /5",           "INCSSPD r32")
      .form("F3 REX.W + 0F AE /5",   "INCSSPQ r64")
      .form("F3 0F 01 EA",           "SAVEPREVSSP")
      .form("F3 0F 01 /5",           "RSTORSSP m64")
      .form("F3 0F 01 E8",           "SETSSBSY")
      .form("F3 0F AE /6",           "CLRSSBSY m64")
      .form("NP 0F 38 F6 /r",        "WRSSD m32, r32")
      .form("NP REX.W + 0F 38 F6 /r","WRSSQ m64, r64")
      .form("66 0F 38 F5 /r",        "WRUSSD m32, r32")
      .form("66 REX.W + 0F 38 F5 /r","WRUSSQ m64, r64")
      .needs(Feature.KL)
      .form("F3 0F 38 DC /r",        "LOADIWKEY xmm1, xmm2")
      .form("F3 0F 38 DC /r",        "AESENC128KL xmm1, m384")
      .form("F3 0F 38 DD /r",        "AESDEC128KL xmm1, m384")
      .form("F3 0F 38 DE /r",        "AESENC256KL xmm1, m512")
      .form("F3 0F 38 DF /r",        "AESDEC256KL xmm1, m512")
      .form("F3 0F 38 D8 /0",        "AESENCWIDE128KL m384")
      .form("F3 0F 38 D8 /1",        "AESDECWIDE128KL m384")
      .form("F3 0F 38 D8 /2",        "AESENCWIDE256KL m512")
      .form("F3 0F 38 D8 /3",        "AESDECWIDE256KL m512")
      .form("F3 0F 38 FA /r",        "ENCODEKEY128 r32, r32")
      .form("F3 0F 38 FB /r",        "ENCODEKEY256 r32, r32")
      .needs(Feature.PCONFIG)
      .form("NP 0F 01 C5",           "PCONFIG")
      .needs(Feature.PBNDKB)
      .form("NP 0F 01 C7",           "PBNDKB", ONLY64)
      .needs(Feature.RAO_INT)
      .form("NP 0F 38 FC /r",        "AADD m32, r32")
      .form("NP REX.W + 0F 38 FC /r","AADD m64, r64")
      .form("66 0F 38 FC /r",        "AAND m32, r32")
      .form("66 REX.W + 0F 38 FC /r","AAND m64, r64")
      .form("F2 0F 38 FC /r",        "AOR m32, r32")
      .form("F2 REX.W + 0F 38 FC /r","AOR m64, r64")
      .form("F3 0F 38 FC /r",        "AXOR m32, r32")
      .form("F3 REX.W + 0F 38 FC /r","AXOR m64, r64")
      .needs(Feature.HRESET)
      .form("F3 0F 3A F0 C0 ib",     "HRESET imm8")
      .unmodelled();
  // spotless:on

  private UnmodelledSystem() {}
}
