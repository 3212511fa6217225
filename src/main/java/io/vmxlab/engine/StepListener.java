package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;
import io.vmxlab.isa.Instruction;

/** Told of every instruction. While one listens, code runs an instruction at a time. */
public interface StepListener {
  /**
   * An instruction is about to execute.
   *
   * @param insn null if the bytes are no instruction or cannot be fetched
   */
  void before(Cpu cpu, Instruction insn);

  /** The instruction has completed, or its exception has been delivered. */
  void after(Cpu cpu, Instruction insn);
}
