package io.vmxlab.semantics;

import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Mxcsr;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Operands;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/** Loads and stores of MXCSR. SDM Vol. 2 by instruction. */
public final class MxcsrTransfer {
  // spotless:off
  static final Page LDMXCSR = page("LDMXCSR", Sdm.LDMXCSR)
      .needs(Feature.SSE)
      .form("NP 0F AE /2", "LDMXCSR m32")
      .does(MxcsrTransfer.class, "ldmxcsr");

  static final Page STMXCSR = page("STMXCSR", Sdm.STMXCSR)
      .needs(Feature.SSE)
      .form("NP 0F AE /3", "STMXCSR m32")
      .does(MxcsrTransfer.class, "stmxcsr");
  // spotless:on

  private MxcsrTransfer() {}

  /** MXCSR := SRC; #GP(0) if a reserved bit is set. Flags without masks raise nothing by this. */
  public static void ldmxcsr(Cpu cpu, Instruction insn) {
    cpu.simd.requireSse();
    int value = (int) Operands.readMemory(cpu, insn, 32);
    if ((value & ~Mxcsr.ALL) != 0) {
      throw cpu.gp0(Requirement.MXCSR_RESERVED_BITS_CLEAR);
    }
    cpu.xmm.mxcsr = value;
  }

  /** DEST := MXCSR */
  public static void stmxcsr(Cpu cpu, Instruction insn) {
    cpu.simd.requireSse();
    Operands.writeMemory(cpu, insn, 32, cpu.xmm.mxcsr);
  }
}
