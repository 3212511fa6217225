package io.vmxlab.platform.device;

/** A device at some I/O ports. Widths are 8, 16 or 32 bits. */
public interface PortDevice {
  /**
   * Reads, zero-extended.
   *
   * @param port relative to the device's first
   */
  default int in(int port, int width) {
    return width == 32 ? -1 : (1 << width) - 1;
  }

  /**
   * Writes the low {@code width} bits of the value.
   *
   * @param port relative to the device's first
   */
  default void out(int port, int width, int value) {}
}
