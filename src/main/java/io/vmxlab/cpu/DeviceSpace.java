package io.vmxlab.cpu;

/**
 * What answers at physical addresses without RAM. Widths are 8, 16, 32 or 64 bits; an access lies
 * within one page.
 */
public interface DeviceSpace {
  /** No device anywhere: reads give all ones. */
  DeviceSpace EMPTY = new DeviceSpace() {};

  /** Reads, zero-extended. */
  default long read(long address, int width) {
    return -1L >>> (Long.SIZE - width);
  }

  /** Writes the low {@code width} bits of the value. */
  default void write(long address, int width, long value) {}
}
