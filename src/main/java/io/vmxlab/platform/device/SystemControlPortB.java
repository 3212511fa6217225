package io.vmxlab.platform.device;

import io.vmxlab.cpu.VirtualTime;

/**
 * System control port B at port 61H: gate of the 8254's counter 2, speaker, and the counter's
 * output. Bit 4 toggles with every refresh of memory, 15 us apart.
 */
public final class SystemControlPortB implements PortDevice {
  /** Its only port. */
  public static final int PORT = 0x61;

  private static final int GATE = 1;
  private static final int WRITABLE = 0x0F;
  private static final int REFRESH = 0x10;
  private static final int OUTPUT = 0x20;
  private static final long REFRESH_TICKS = 15_085;

  private final VirtualTime time;
  private final TimerCounter counter;
  private int bits;

  /** A port. */
  public SystemControlPortB(VirtualTime time, IntervalTimer timer) {
    this.time = time;
    this.counter = timer.counter(2);
  }

  @Override
  public int in(int port, int width) {
    int refresh = time.now() / REFRESH_TICKS % 2 != 0 ? REFRESH : 0;
    return bits | refresh | (counter.output() ? OUTPUT : 0);
  }

  @Override
  public void out(int port, int width, int value) {
    bits = value & WRITABLE;
    boolean high = (value & GATE) != 0;
    if (high != counter.gate()) {
      counter.gate(high);
    }
  }
}
