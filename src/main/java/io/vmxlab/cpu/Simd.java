package io.vmxlab.cpu;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.FpException;
import io.vmxlab.arch.Mxcsr;
import io.vmxlab.arch.Vector;
import io.vmxlab.fpu.FpEnvironment;

/**
 * Where instructions on XMM and MMX registers work, and what stands before and after: {@link
 * XmmState} has the registers. SDM Vol. 1 "Programming With Intel Streaming SIMD Extensions".
 */
public final class Simd {
  /** Quadwords of the widest register. */
  public static final int QUADS = 2;

  /**
   * The destination while an instruction works on it: what it held before, then the result. Nothing
   * of the register or of memory changes until the result is complete.
   */
  public final long[] dest = new long[QUADS];

  /** The source operand; of one shorter than a register the rest does not count. */
  public final long[] source = new long[QUADS];

  private final Cpu cpu;
  private final long[] implied = new long[QUADS];
  private final FpEnvironment environment = new FpEnvironment();

  /** The MXCSR that the environment was made of. */
  private int environmentOf = ~0;

  Simd(Cpu cpu) {
    this.cpu = cpu;
  }

  /** Copies an XMM register. */
  public void load(int register, long[] to) {
    to[0] = cpu.xmm.low[register];
    to[1] = cpu.xmm.high[register];
  }

  /** Sets an XMM register. */
  public void store(int register, long[] from) {
    cpu.xmm.low[register] = from[0];
    cpu.xmm.high[register] = from[1];
  }

  /** A copy of XMM0, which some instructions name by their opcode alone. */
  public long[] xmm0() {
    load(0, implied);
    return implied;
  }

  public long mm(int register) {
    return cpu.x87.mmx(register & 7);
  }

  public void setMm(int register, long value) {
    cpu.x87.setMmx(register & 7, value);
  }

  /** For floating-point arithmetic, as MXCSR controls it. */
  public FpEnvironment environment() {
    int mxcsr = cpu.xmm.mxcsr;
    if (mxcsr != environmentOf) {
      environmentOf = mxcsr;
      environment.rounding = mxcsr >> Mxcsr.RC & 3;
      environment.masks = mxcsr >> Mxcsr.MASKS & FpException.ALL;
      environment.denormalsAreZeros = (mxcsr & Mxcsr.DAZ) != 0;
      environment.flushToZero = (mxcsr & Mxcsr.FTZ) != 0;
    }
    return environment;
  }

  /**
   * An instruction's result is complete: exceptions that occurred become flags of MXCSR. If one of
   * them is not masked it is thrown, #XM, or #UD with CR4.OSXMMEXCPT = 0.
   */
  public void settle() {
    if (environment.flags != 0) {
      boolean unmasked = environment.unmasked();
      cpu.xmm.mxcsr |= environment.reported();
      environment.flags = 0;
      if (unmasked) {
        cpu.requireOrUd((cpu.cr4 & Cr4.OSXMMEXCPT) != 0, Requirement.SIMD_EXCEPTIONS_ENABLED);
        throw cpu.raise(Vector.XM, 0, Requirement.SIMD_EXCEPTION_IS_MASKED);
      }
    }
  }

  /**
   * What an instruction on XMM registers needs before anything else: #UD with CR0.EM = 1 or
   * CR4.OSFXSR = 0, #NM with CR0.TS = 1. SDM Vol. 2A "Exception Type" tables.
   */
  public void requireSse() {
    if ((cpu.cr0 & (Cr0.EM | Cr0.TS)) != 0 || (cpu.cr4 & Cr4.OSFXSR) == 0) {
      cpu.requireOrUd((cpu.cr0 & Cr0.EM) == 0, Requirement.NO_EMULATION);
      cpu.requireOrUd((cpu.cr4 & Cr4.OSFXSR) != 0, Requirement.SSE_ENABLED);
      throw cpu.raise(Vector.NM, 0, Requirement.TASK_NOT_SWITCHED);
    }
  }

  /**
   * What an instruction on MMX registers needs before anything else: #UD with CR0.EM = 1, #NM with
   * CR0.TS = 1, #MF with an x87 exception pending.
   */
  public void requireMmx() {
    if ((cpu.cr0 & (Cr0.EM | Cr0.TS)) != 0) {
      cpu.requireOrUd((cpu.cr0 & Cr0.EM) == 0, Requirement.NO_EMULATION);
      throw cpu.raise(Vector.NM, 0, Requirement.TASK_NOT_SWITCHED);
    }
    cpu.x87.requireNothingPending();
  }

  /** EMMS. */
  public void emptyMmx() {
    cpu.x87.leaveMmx();
  }

  /**
   * An instruction on MMX registers is complete: the x87 stack begins at register 0, all in use.
   */
  public void usedMmx() {
    cpu.x87.enterMmx();
  }
}
