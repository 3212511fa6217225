package io.vmxlab.platform.device;

/**
 * The two 8259As of a PC, the second on line 2 of the first: interrupt lines 0 to 15. Ports 20H,
 * 21H, A0H, A1H, and the edge/level control registers at 4D0H and 4D1H.
 */
public final class InterruptControllers {
  private static final int MASTER = 0x20;
  private static final int SLAVE = 0xA0;
  private static final int EDGE_LEVEL = 0x4D0;
  private static final int CASCADE = 2;

  /** Lines 0, 1, 2, 8 and 13 are edge-triggered for good. */
  private static final int LEVEL_ALLOWED = 0xDEF8;

  private final InterruptController master;
  private final InterruptController slave;

  /**
   * Both, with nothing requested.
   *
   * @param output INTR of the processor
   */
  public InterruptControllers(InterruptLine output) {
    master = new InterruptController(output);
    slave = new InterruptController(high -> masterLine(CASCADE, high));
    master.cascade(CASCADE, slave);
  }

  private void masterLine(int line, boolean high) {
    master.set(line, high);
  }

  /** Puts them at their ports. */
  public void attach(PortBus bus) {
    bus.attach(MASTER, 2, master);
    bus.attach(SLAVE, 2, slave);
    bus.attach(EDGE_LEVEL, 2, new EdgeLevel());
  }

  /** A line from 0 to 15 changes; 2 is the cascade, which no device drives. */
  public void set(int line, boolean high) {
    if (line >= 8) {
      slave.set(line - 8, high);
    } else if (line != CASCADE) {
      master.set(line, high);
    }
  }

  /** INTA: the vector. */
  public int acknowledge() {
    return master.acknowledge();
  }

  private final class EdgeLevel implements PortDevice {
    @Override
    public int in(int port, int width) {
      int both = master.levelTriggered() | slave.levelTriggered() << 8;
      return width == 8 ? both >> 8 * port & 0xFF : both;
    }

    @Override
    public void out(int port, int width, int value) {
      int lines = value << 8 * port & LEVEL_ALLOWED;
      if (port == 0) {
        master.levelTriggered(lines & 0xFF);
      }
      if (port == 1 || width > 8) {
        slave.levelTriggered(lines >> 8);
      }
    }
  }
}
