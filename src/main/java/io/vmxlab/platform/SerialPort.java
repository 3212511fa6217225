package io.vmxlab.platform;

import java.util.function.IntConsumer;

/** The transmitting half of a 16550 at COM1: always ready to send, never receives. */
public final class SerialPort implements PortDevice {
  /** First port of COM1. */
  public static final int COM1 = 0x3F8;

  /** Number of ports. */
  public static final int PORTS = 8;

  private static final int DATA = 0;
  private static final int LINE_CONTROL = 3;
  private static final int LINE_STATUS = 5;
  private static final int MODEM_STATUS = 6;
  private static final int DIVISOR_LATCH = 0x80;

  /** Holding register and shift register are empty. */
  private static final int READY = 0x60;

  /** Carrier, ring indicator off, data set ready, clear to send. */
  private static final int CONNECTED = 0xB0;

  private final IntConsumer output;
  private final int[] registers = new int[PORTS];
  private final int[] divisor = new int[2];

  /**
   * A port.
   *
   * @param output takes bytes, 0-255
   */
  public SerialPort(IntConsumer output) {
    this.output = output;
  }

  private boolean latched() {
    return (registers[LINE_CONTROL] & DIVISOR_LATCH) != 0;
  }

  @Override
  public int in(int port, int width) {
    if (port < divisor.length && latched()) {
      return divisor[port];
    }
    switch (port) {
      case DATA:
        return 0;
      case LINE_STATUS:
        return READY;
      case MODEM_STATUS:
        return CONNECTED;
      default:
        return registers[port];
    }
  }

  @Override
  public void out(int port, int width, int value) {
    if (port < divisor.length && latched()) {
      divisor[port] = value & 0xFF;
    } else if (port == DATA) {
      output.accept(value & 0xFF);
    } else {
      registers[port] = value & 0xFF;
    }
  }
}
