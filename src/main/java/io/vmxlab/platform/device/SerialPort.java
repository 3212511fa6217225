package io.vmxlab.platform.device;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.IntConsumer;

/**
 * A 16550A at COM1. Datasheet "PC16550D Universal Asynchronous Receiver/Transmitter with FIFOs".
 * Bytes leave at once, whatever the divisor says, so that the transmitter is always ready. Nothing
 * arrives from outside but what {@link #receive} is given; the loopback mode works.
 */
public final class SerialPort implements PortDevice {
  /** First port of COM1. */
  public static final int COM1 = 0x3F8;

  /** Number of ports. */
  public static final int PORTS = 8;

  // registers
  private static final int DATA = 0;
  private static final int INTERRUPT_ENABLE = 1;
  private static final int IDENTIFICATION = 2;
  private static final int LINE_CONTROL = 3;
  private static final int MODEM_CONTROL = 4;
  private static final int LINE_STATUS = 5;
  private static final int MODEM_STATUS = 6;

  private static final int DIVISOR_LATCH = 0x80;

  // interrupt enable
  private static final int ON_DATA = 1;
  private static final int ON_EMPTY = 2;
  private static final int ON_LINE_STATUS = 4;

  // interrupt identification
  private static final int NOTHING = 1;
  private static final int EMPTY = 2;
  private static final int AVAILABLE = 4;
  private static final int LINE_ERROR = 6;
  private static final int FIFOS_ON = 0xC0;

  // line status
  private static final int DATA_READY = 0x01;
  private static final int OVERRUN = 0x02;

  /** Holding register and shift register are empty. */
  private static final int READY = 0x60;

  // modem control
  private static final int LOOP = 0x10;
  private static final int OUT2 = 0x08;
  private static final int MODEM_WRITABLE = 0x1F;

  /** Carrier, ring indicator off, data set ready, clear to send. */
  private static final int CONNECTED = 0xB0;

  private static final int FIFO = 16;

  private final IntConsumer output;
  private final InterruptLine line;
  private final int[] registers = new int[PORTS];
  private final int[] divisor = {12, 0};
  private final Deque<Integer> received = new ArrayDeque<>();
  private boolean fifo;
  private boolean overrun;
  private boolean emptyPending;

  /**
   * A port without an interrupt line.
   *
   * @param output takes bytes, 0-255
   */
  public SerialPort(IntConsumer output) {
    this(output, InterruptLine.NONE);
  }

  /**
   * A port.
   *
   * @param output takes bytes, 0-255
   * @param line which MCR.OUT2 connects
   */
  public SerialPort(IntConsumer output, InterruptLine line) {
    this.output = output;
    this.line = line;
  }

  /** A byte arrives, 0-255; one for which there is no room replaces or is lost, with an overrun. */
  public void receive(int value) {
    if (received.size() >= (fifo ? FIFO : 1)) {
      overrun = true;
      if (fifo) {
        update();
        return;
      }
      received.clear();
    }
    received.add(value);
    update();
  }

  private boolean latched() {
    return (registers[LINE_CONTROL] & DIVISOR_LATCH) != 0;
  }

  private boolean enabled(int source) {
    return (registers[INTERRUPT_ENABLE] & source) != 0;
  }

  private int identification() {
    if (overrun && enabled(ON_LINE_STATUS)) {
      return LINE_ERROR;
    }
    if (!received.isEmpty() && enabled(ON_DATA)) {
      return AVAILABLE;
    }
    return emptyPending && enabled(ON_EMPTY) ? EMPTY : NOTHING;
  }

  private void update() {
    boolean connected = (registers[MODEM_CONTROL] & (OUT2 | LOOP)) == OUT2;
    line.set(connected && identification() != NOTHING);
  }

  @Override
  public int in(int port, int width) {
    if (port < divisor.length && latched()) {
      return divisor[port];
    }
    switch (port) {
      case DATA:
        int value = received.isEmpty() ? 0 : received.remove();
        update();
        return value;
      case IDENTIFICATION:
        int why = identification();
        if (why == EMPTY) {
          emptyPending = false;
          update();
        }
        return why | (fifo ? FIFOS_ON : 0);
      case LINE_STATUS:
        int status = READY | (received.isEmpty() ? 0 : DATA_READY) | (overrun ? OVERRUN : 0);
        overrun = false;
        update();
        return status;
      case MODEM_STATUS:
        return (registers[MODEM_CONTROL] & LOOP) != 0 ? looped() : CONNECTED;
      default:
        return registers[port];
    }
  }

  /** The outputs of modem control on the inputs of modem status: DTR, RTS, OUT1, OUT2. */
  private int looped() {
    int out = registers[MODEM_CONTROL];
    return (out & 2) << 3 | (out & 1) << 5 | (out & 4) << 4 | (out & 8) << 4;
  }

  @Override
  public void out(int port, int width, int value) {
    if (port < divisor.length && latched()) {
      divisor[port] = value & 0xFF;
      return;
    }
    switch (port) {
      case DATA:
        send(value & 0xFF);
        break;
      case INTERRUPT_ENABLE:
        emptyPending |= (value & ~registers[port] & ON_EMPTY) != 0;
        registers[port] = value & 0x0F;
        break;
      case IDENTIFICATION:
        fifoControl(value);
        break;
      case MODEM_CONTROL:
        registers[port] = value & MODEM_WRITABLE;
        break;
      case LINE_STATUS:
      case MODEM_STATUS:
        break;
      default:
        registers[port] = value & 0xFF;
        break;
    }
    update();
  }

  private void send(int value) {
    if ((registers[MODEM_CONTROL] & LOOP) != 0) {
      receive(value);
    } else {
      output.accept(value);
    }
    emptyPending = true;
  }

  private void fifoControl(int value) {
    boolean on = (value & 1) != 0;
    if (on != fifo || (value & 2) != 0) {
      received.clear();
    }
    fifo = on;
  }
}
