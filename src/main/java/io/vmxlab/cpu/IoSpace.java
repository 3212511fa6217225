package io.vmxlab.cpu;

/** The I/O address space as IN and OUT see it. Widths are 8, 16 or 32 bits. */
public interface IoSpace {
  /** No device anywhere: reads give all ones. */
  IoSpace EMPTY = new IoSpace() {};

  /** Reads a port, zero-extended. */
  default int in(int port, int width) {
    return width == 32 ? -1 : (1 << width) - 1;
  }

  default void out(int port, int width, int value) {}
}
