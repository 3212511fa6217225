package io.vmxlab.cpu;

import io.vmxlab.isa.Instruction;

/**
 * Asked in VMX non-root operation, and only there, before an instruction shows anything: whether it
 * leaves to the virtual-machine monitor. {@code vmx} fills it.
 */
@FunctionalInterface
public interface Interception {
  /** Intercepts nothing. */
  Interception NONE = (cpu, insn) -> {};

  /** Returns if the instruction executes; throws if it causes a VM exit. */
  void instruction(Cpu cpu, Instruction insn);
}
