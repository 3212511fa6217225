package io.vmxlab.platform.device;

import java.util.function.IntConsumer;

/** Bochs' and QEMU's debug console: bytes written to the port are output; it reads as E9H. */
public final class DebugConsole implements PortDevice {
  /** Its only port. */
  public static final int PORT = 0xE9;

  private final IntConsumer output;

  /**
   * A console.
   *
   * @param output takes bytes, 0-255
   */
  public DebugConsole(IntConsumer output) {
    this.output = output;
  }

  @Override
  public int in(int port, int width) {
    return PORT;
  }

  @Override
  public void out(int port, int width, int value) {
    output.accept(value & 0xFF);
  }
}
