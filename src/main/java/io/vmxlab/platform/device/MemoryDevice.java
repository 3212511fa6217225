package io.vmxlab.platform.device;

/** A device at some physical addresses. Widths are 8, 16, 32 or 64 bits. */
public interface MemoryDevice {
  /**
   * Reads, zero-extended.
   *
   * @param offset from the device's first address
   */
  long read(int offset, int width);

  /**
   * Writes the low {@code width} bits of the value.
   *
   * @param offset from the device's first address
   */
  void write(int offset, int width, long value);
}
