package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.ONLY64;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/**
 * FXSAVE and FXRSTOR. SDM Vol. 2A by instruction. XMM registers are saved and restored while
 * CR4.OSFXSR is 1; MXCSR always is.
 */
public final class FxSave {
  // spotless:off
  static final Page FXSAVE = page("FXSAVE", Sdm.FXSAVE)
      .needs(Feature.FXSR)
      .form("NP 0F AE /0",         "FXSAVE m")
      .form("NP REX.W + 0F AE /0", "FXSAVE64 m", ONLY64)
      .does(FxSave.class, "fxsave");

  static final Page FXRSTOR = page("FXRSTOR", Sdm.FXRSTOR)
      .needs(Feature.FXSR)
      .form("NP 0F AE /1",         "FXRSTOR m")
      .form("NP REX.W + 0F AE /1", "FXRSTOR64 m", ONLY64)
      .does(FxSave.class, "fxrstor");
  // spotless:on

  private static final int BYTES = 512;
  private static final int ALIGNMENT = 16;

  private FxSave() {}

  /** DEST := state of the x87 FPU, MXCSR and XMM registers */
  public static void fxsave(Cpu cpu, Instruction insn) {
    cpu.x87.requireAvailable();
    StateImage image = StateImage.toWrite(cpu, insn, BYTES, ALIGNMENT, 8);
    StateComponent.X87.save(cpu, image, 0, insn.operandSize == 64);
    StateComponent.saveMxcsr(cpu, image);
    if ((cpu.cr4 & Cr4.OSFXSR) != 0) {
      StateComponent.SSE.save(cpu, image, 0, true);
    }
  }

  /** State of the x87 FPU, MXCSR and XMM registers := SRC */
  public static void fxrstor(Cpu cpu, Instruction insn) {
    cpu.x87.requireAvailable();
    StateImage image = StateImage.toRead(cpu, insn, BYTES, ALIGNMENT, 8);
    cpu.xmm.mxcsr = StateComponent.mxcsr(cpu, image);
    StateComponent.X87.restore(cpu, image, 0, insn.operandSize == 64);
    if ((cpu.cr4 & Cr4.OSFXSR) != 0) {
      StateComponent.SSE.restore(cpu, image, 0, true);
    }
  }
}
