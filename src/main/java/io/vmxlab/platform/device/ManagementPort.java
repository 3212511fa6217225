package io.vmxlab.platform.device;

/**
 * The advanced power management ports B2H and B3H of a PC's south bridge: a write to the first
 * asserts SMI#, the second holds what software and its SMI handler say to each other. ICH10
 * datasheet "Advanced Power Management Registers".
 */
public final class ManagementPort implements PortDevice {
  /** The first of two ports. */
  public static final int PORT = 0xB2;

  /** Number of ports. */
  public static final int PORTS = 2;

  private final Runnable interrupt;
  private final int[] values = new int[PORTS];

  /**
   * The ports.
   *
   * @param interrupt asserts SMI#
   */
  public ManagementPort(Runnable interrupt) {
    this.interrupt = interrupt;
  }

  @Override
  public int in(int port, int width) {
    return values[port];
  }

  @Override
  public void out(int port, int width, int value) {
    values[port] = value & 0xFF;
    if (port == 0) {
      interrupt.run();
    }
  }
}
