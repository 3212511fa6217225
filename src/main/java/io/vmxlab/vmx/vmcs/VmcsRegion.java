package io.vmxlab.vmx.vmcs;

import io.vmxlab.arch.VmInstructionError;
import io.vmxlab.cpu.Cpu;

/**
 * A VMCS region in guest memory. The manual fixes its first eight bytes (SDM Vol. 3C "Format of the
 * VMCS Region"); where the rest stands is the processor's own affair.
 */
public final class VmcsRegion {
  /** Shadow-VMCS indicator: bit 31 of the first four bytes. */
  public static final long SHADOW = 1L << 31;

  private static final int HEADER_WIDTH = 32;

  /** Offset of the launch state. */
  private static final int LAUNCH_STATE = 8;

  /** Offset of the VM-instruction error. */
  private static final int INSTRUCTION_ERROR = 12;

  private VmcsRegion() {}

  /** The first four bytes: revision identifier and shadow-VMCS indicator. */
  public static long header(Cpu cpu, long region) {
    return cpu.memory.read(region, HEADER_WIDTH);
  }

  /** Makes the launch state clear. */
  public static void clearLaunchState(Cpu cpu, long region) {
    cpu.codeWatch.beforeWrite(region + LAUNCH_STATE, HEADER_WIDTH / Byte.SIZE);
    cpu.memory.write(region + LAUNCH_STATE, HEADER_WIDTH, 0);
  }

  /**
   * Announces that the VM-instruction error will be written: a block that runs from there is given
   * up before anything of the instruction shows.
   */
  public static void beforeInstructionError(Cpu cpu, long region) {
    cpu.codeWatch.beforeWrite(region + INSTRUCTION_ERROR, HEADER_WIDTH / Byte.SIZE);
  }

  /** Writes the VM-instruction error field, after {@link #beforeInstructionError}. */
  public static void instructionError(Cpu cpu, long region, VmInstructionError error) {
    cpu.memory.write(region + INSTRUCTION_ERROR, HEADER_WIDTH, error.number());
  }
}
