package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.ONLY64;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Mxcsr;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.cpu.X87;
import io.vmxlab.cpu.XmmState;
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

  private static final int CONTROL = 0;
  private static final int STATUS = 2;
  private static final int TAGS = 4;
  private static final int OPCODE = 6;
  private static final int INSTRUCTION = 8;
  private static final int INSTRUCTION_SELECTOR = 12;
  private static final int OPERAND = 16;
  private static final int OPERAND_SELECTOR = 20;
  private static final int MXCSR = 24;
  private static final int MXCSR_MASK = 28;
  private static final int REGISTERS = 32;
  private static final int XMM = 160;
  private static final int ENTRY = 16;

  private FxSave() {}

  /** DEST := state of the x87 FPU, MXCSR and XMM registers */
  public static void fxsave(Cpu cpu, Instruction insn) {
    cpu.x87.requireAvailable();
    StateImage image = StateImage.toWrite(cpu, insn, BYTES, ALIGNMENT, 8);
    saveX87(cpu, image, insn.operandSize == 64);
    image.write(MXCSR, 32, cpu.xmm.mxcsr);
    image.write(MXCSR_MASK, 32, Mxcsr.ALL);
    if ((cpu.cr4 & Cr4.OSFXSR) != 0) {
      saveXmm(cpu, image);
    }
  }

  private static void saveX87(Cpu cpu, StateImage image, boolean wide) {
    X87 x87 = cpu.x87;
    image.write(CONTROL, 16, x87.control());
    image.write(STATUS, 16, x87.status());
    image.write(TAGS, 16, x87.used());
    image.write(OPCODE, 16, x87.opcode);
    if (wide) {
      image.write(INSTRUCTION, 64, x87.instructionOffset);
      image.write(OPERAND, 64, x87.operandOffset);
    } else {
      image.write(INSTRUCTION, 32, x87.instructionOffset);
      image.write(INSTRUCTION_SELECTOR, 32, x87.instructionSelector);
      image.write(OPERAND, 32, x87.operandOffset);
      image.write(OPERAND_SELECTOR, 32, x87.operandSelector);
    }
    for (int i = 0; i < X87.REGISTERS; i++) {
      image.write(REGISTERS + i * ENTRY, 64, x87.significand(i));
      image.write(REGISTERS + i * ENTRY + 8, 64, x87.signExponent(i));
    }
  }

  /** Outside of 64-bit mode there are 8 of them. */
  private static int xmmRegisters(Cpu cpu) {
    return cpu.in64BitMode() ? XmmState.REGISTERS : XmmState.REGISTERS / 2;
  }

  private static void saveXmm(Cpu cpu, StateImage image) {
    for (int i = 0; i < xmmRegisters(cpu); i++) {
      image.write(XMM + i * ENTRY, 64, cpu.xmm.low[i]);
      image.write(XMM + i * ENTRY + 8, 64, cpu.xmm.high[i]);
    }
  }

  /** State of the x87 FPU, MXCSR and XMM registers := SRC */
  public static void fxrstor(Cpu cpu, Instruction insn) {
    cpu.x87.requireAvailable();
    StateImage image = StateImage.toRead(cpu, insn, BYTES, ALIGNMENT, 8);
    int mxcsr = (int) image.read(MXCSR, 32);
    if ((mxcsr & ~Mxcsr.ALL) != 0) {
      throw cpu.gp0(Requirement.MXCSR_RESERVED_BITS_CLEAR);
    }
    cpu.xmm.mxcsr = mxcsr;
    restoreX87(cpu, image, insn.operandSize == 64);
    if ((cpu.cr4 & Cr4.OSFXSR) != 0) {
      for (int i = 0; i < xmmRegisters(cpu); i++) {
        cpu.xmm.low[i] = image.read(XMM + i * ENTRY, 64);
        cpu.xmm.high[i] = image.read(XMM + i * ENTRY + 8, 64);
      }
    }
  }

  private static void restoreX87(Cpu cpu, StateImage image, boolean wide) {
    X87 x87 = cpu.x87;
    x87.setControl((int) image.read(CONTROL, 16));
    x87.setStatus((int) image.read(STATUS, 16));
    x87.setUsed((int) image.read(TAGS, 8));
    x87.opcode = (int) image.read(OPCODE, 16) & 0x7FF;
    if (wide) {
      x87.instructionOffset = image.read(INSTRUCTION, 64);
      x87.operandOffset = image.read(OPERAND, 64);
      x87.instructionSelector = 0;
      x87.operandSelector = 0;
    } else {
      x87.instructionOffset = image.read(INSTRUCTION, 32);
      x87.instructionSelector = (int) image.read(INSTRUCTION_SELECTOR, 16);
      x87.operandOffset = image.read(OPERAND, 32);
      x87.operandSelector = (int) image.read(OPERAND_SELECTOR, 16);
    }
    for (int i = 0; i < X87.REGISTERS; i++) {
      long significand = image.read(REGISTERS + i * ENTRY, 64);
      x87.set(i, (int) image.read(REGISTERS + i * ENTRY + 8, 16), significand);
    }
  }
}
