package io.vmxlab.cpu;

/**
 * What travels on the bus of the interrupt controllers. SDM Vol. 3A "Interrupt Command Register
 * (ICR)", whose encodings the numbers are.
 *
 * @param mode of delivery, see the constants
 * @param vector 0-255; for SIPI the page
 * @param logical the destination is a logical one
 * @param level level-triggered: an EOI is reported to the I/O APICs
 * @param destination an APIC ID, a logical destination or {@link #ALL}
 */
public record ApicMessage(int mode, int vector, boolean logical, boolean level, int destination) {
  public static final int FIXED = 0;
  public static final int LOWEST_PRIORITY = 1;
  public static final int SMI = 2;
  public static final int NMI = 4;
  public static final int INIT = 5;
  public static final int START_UP = 6;

  /** Only in an LVT entry and in an I/O APIC. */
  public static final int EXT_INT = 7;

  /** The broadcast destination. */
  public static final int ALL = -1;
}
