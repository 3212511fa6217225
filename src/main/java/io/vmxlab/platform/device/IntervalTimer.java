package io.vmxlab.platform.device;

import io.vmxlab.cpu.VirtualTime;

/**
 * The 8254 of a PC at ports 40H to 43H. Datasheet "8254 Programmable Interval Timer". Counter 0
 * requests interrupts, counter 2 has its gate and output at port 61H.
 */
public final class IntervalTimer implements PortDevice {
  /** First port. */
  public static final int PORT = 0x40;

  /** Number of ports. */
  public static final int PORTS = 4;

  private static final int CONTROL = 3;
  private static final int READ_BACK = 3;

  private final TimerCounter[] counters;

  /**
   * Three counters that nothing has been written to.
   *
   * @param output of counter 0
   */
  public IntervalTimer(VirtualTime time, InterruptLine output) {
    counters =
        new TimerCounter[] {
          new TimerCounter(time, output),
          new TimerCounter(time, InterruptLine.NONE),
          new TimerCounter(time, InterruptLine.NONE)
        };
    counters[2].gate(false);
  }

  TimerCounter counter(int number) {
    return counters[number];
  }

  @Override
  public int in(int port, int width) {
    return port == CONTROL ? 0xFF : counters[port].read();
  }

  @Override
  public void out(int port, int width, int value) {
    if (port != CONTROL) {
      counters[port].write(value & 0xFF);
      return;
    }
    int number = value >> 6 & 3;
    if (number != READ_BACK) {
      counters[number].control(value);
      return;
    }
    for (int i = 0; i < counters.length; i++) {
      if ((value & 2 << i) != 0) {
        counters[i].readBack((value & 0x20) == 0, (value & 0x10) == 0);
      }
    }
  }
}
