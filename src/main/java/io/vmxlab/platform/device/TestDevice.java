package io.vmxlab.platform.device;

import io.vmxlab.memory.PhysicalMemory;
import java.util.function.IntFunction;

/**
 * QEMU's pc-testdev, which tests of processors use: ports that keep what is written to them, a port
 * for each interrupt line, and a window of memory that is a device.
 */
public final class TestDevice {
  /** Physical address of the window. */
  public static final long WINDOW = 0xFF00_0000L;

  /** Size of the window in bytes. */
  public static final int WINDOW_SIZE = 0x10000;

  private static final int DATA_PORT = 0xE0;
  private static final int BYTE_PORT = 0xE8;
  private static final int LINE_PORT = 0x2000;
  private static final int LINES = 24;

  private final IntFunction<InterruptLine> lines;
  private long data;

  /**
   * A device.
   *
   * @param lines the board's interrupt lines by number, 0 to 23
   */
  public TestDevice(IntFunction<InterruptLine> lines) {
    this.lines = lines;
  }

  /** Puts it where it is expected. */
  public void attach(PortBus ports, MemoryBus memory) {
    ports.attach(DATA_PORT, 4, new Data());
    ports.attach(BYTE_PORT, 4, new Data());
    ports.attach(LINE_PORT, LINES, new Lines());
    memory.attach(WINDOW, WINDOW_SIZE, new Window());
  }

  private final class Data implements PortDevice {
    @Override
    public int in(int port, int width) {
      return (int) (data >>> 8 * port) & (width == 32 ? -1 : (1 << width) - 1);
    }

    @Override
    public void out(int port, int width, int value) {
      long bits = (1L << width) - 1 << 8 * port;
      data = data & ~bits | (value & 0xFFFF_FFFFL) << 8 * port & bits;
    }
  }

  private final class Lines implements PortDevice {
    @Override
    public void out(int port, int width, int value) {
      lines.apply(port).set(value != 0);
    }
  }

  private static final class Window implements MemoryDevice {
    private final PhysicalMemory bytes = new PhysicalMemory(WINDOW_SIZE);

    @Override
    public long read(int offset, int width) {
      return bytes.read(offset, width);
    }

    @Override
    public void write(int offset, int width, long value) {
      bytes.write(offset, width, value);
    }
  }
}
