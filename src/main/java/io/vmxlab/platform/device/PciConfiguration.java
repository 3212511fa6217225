package io.vmxlab.platform.device;

/**
 * PCI configuration mechanism #1 at ports CF8H and CFCH, with a host bridge (440FX) and nothing
 * else on bus 0. PCI Local Bus Specification "Configuration Space". Port CF9H is the reset control
 * register: a write with bit 2 set, where it was clear, resets.
 */
public final class PciConfiguration implements PortDevice {
  /** First port. */
  public static final int PORT = 0xCF8;

  /** Number of ports. */
  public static final int PORTS = 8;

  private static final int RESET_PORT = 1;
  private static final int DATA = 4;
  private static final int RESET = 4;
  private static final int ENABLE = 1 << 31;
  private static final int FUNCTION = 0xFFFF00;

  private static final int IDS = 0x1237_8086;
  private static final int CLASS_AND_REVISION = 0x0600_0002;
  private static final int[] HOST_BRIDGE = new int[64];

  static {
    HOST_BRIDGE[0] = IDS;
    HOST_BRIDGE[2] = CLASS_AND_REVISION;
  }

  private final Runnable reset;
  private int address;
  private int resetControl;

  /**
   * The ports.
   *
   * @param reset resets the board
   */
  public PciConfiguration(Runnable reset) {
    this.reset = reset;
  }

  @Override
  public int in(int port, int width) {
    if (port == RESET_PORT && width == 8) {
      return resetControl;
    }
    if (port < DATA) {
      return port == 0 && width == 32 ? address : PortDevice.super.in(port, width);
    }
    boolean bridge = (address & ENABLE) != 0 && (address & FUNCTION) == 0;
    int whole = !bridge ? -1 : HOST_BRIDGE[address >> 2 & 63];
    int value = whole >>> 8 * (port - DATA);
    return width == 32 ? value : value & (1 << width) - 1;
  }

  @Override
  public void out(int port, int width, int value) {
    if (port == 0 && width == 32) {
      address = value & ~3;
    } else if (port == RESET_PORT && width == 8) {
      boolean before = (resetControl & RESET) != 0;
      resetControl = value & 0x0E;
      if (!before && (value & RESET) != 0) {
        reset.run();
      }
    }
  }
}
