package io.vmxlab.vmx.vmcs;

import io.vmxlab.cpu.Cpu;

/**
 * The part of a VMCS region in guest memory that the manual fixes. SDM Vol. 3C "Format of the VMCS
 * Region".
 */
public final class VmcsRegion {
  /** Shadow-VMCS indicator: bit 31 of the first four bytes. */
  public static final long SHADOW = 1L << 31;

  private static final int HEADER_WIDTH = 32;

  private VmcsRegion() {}

  /** The first four bytes: revision identifier and shadow-VMCS indicator. */
  public static long header(Cpu cpu, long region) {
    return cpu.memory.read(region, HEADER_WIDTH);
  }
}
