package io.vmxlab.platform.device;

import io.vmxlab.cpu.VirtualTime;

/**
 * ACPI's fixed hardware, as the FADT describes it: event registers in which nothing ever happens,
 * the control register that switches the power off, and the timer. ACPI Specification "ACPI
 * Hardware Features".
 */
public final class PowerManagement implements PortDevice {
  /** First port: event registers at +0, control at +4, timer at +8. */
  public static final int PORT = 0x600;

  /** Number of ports. */
  public static final int PORTS = 12;

  /** Offset of the control register. */
  public static final int CONTROL = 4;

  /** Offset of the timer. */
  public static final int TIMER = 8;

  /** Sleep type of state S5, soft off. */
  public static final int OFF = 0;

  private static final int ENABLE = 2;
  private static final int SLEEP = 1 << 13;
  private static final int SLEEP_TYPE = 7 << 10;
  private static final int ACPI_MODE = 1;
  private static final int TIMER_BITS = 0xFF_FFFF;

  private final VirtualTime time;
  private final Runnable off;
  private int enabled;

  /**
   * The registers.
   *
   * @param off switches the board off
   */
  public PowerManagement(VirtualTime time, Runnable off) {
    this.time = time;
    this.off = off;
  }

  @Override
  public int in(int port, int width) {
    switch (port) {
      case ENABLE:
        return enabled;
      case CONTROL:
        return ACPI_MODE;
      case TIMER:
        return (int) BoardClock.periods(time.now(), BoardClock.PM_TIMER) & TIMER_BITS;
      default:
        return 0;
    }
  }

  @Override
  public void out(int port, int width, int value) {
    if (port == ENABLE) {
      enabled = value & 0xFFFF;
    } else if (port == CONTROL && (value & SLEEP) != 0 && (value & SLEEP_TYPE) == OFF) {
      off.run();
    }
  }
}
