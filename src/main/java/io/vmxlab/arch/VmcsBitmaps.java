package io.vmxlab.arch;

/**
 * How the bitmaps lie that a VMCS points to. SDM Vol. 3C "I/O-Bitmap Addresses" and its neighbours.
 */
public final class VmcsBitmaps {
  /** Ports that each of the two I/O bitmaps has a bit for. */
  public static final int PORTS = 0x8000;

  /** MSRs that each of the four parts of the MSR bitmaps has a bit for. */
  public static final int MSRS = 0x2000;

  /** The first MSR of the upper ones of these parts. */
  public static final int HIGH_MSRS = 0xC000_0000;

  private VmcsBitmaps() {}
}
