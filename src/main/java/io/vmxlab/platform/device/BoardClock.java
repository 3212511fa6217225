package io.vmxlab.platform.device;

import io.vmxlab.cpu.VirtualTime;

/**
 * The frequencies of a board. A tick of {@link VirtualTime} is a nanosecond: the time-stamp counter
 * and the local APIC's timer count at 1 GHz.
 */
public final class BoardClock {
  /** Ticks in a second. */
  public static final long TICKS = 1_000_000_000L;

  /** Of the 8254, in Hz. */
  public static final long PIT = 1_193_182;

  /** Of ACPI's power-management timer, in Hz. */
  public static final long PM_TIMER = 3_579_545;

  private BoardClock() {}

  /**
   * Periods of a frequency that fit into a time, rounded down.
   *
   * @param ticks at least 0
   */
  public static long periods(long ticks, long frequency) {
    return ticks / TICKS * frequency + ticks % TICKS * frequency / TICKS;
  }

  /**
   * Ticks that periods of a frequency take, rounded up: after so many, {@link #periods} counts
   * them.
   *
   * @param periods at least 0
   */
  public static long ticks(long periods, long frequency) {
    long rest = periods % frequency * TICKS;
    return periods / frequency * TICKS + (rest + frequency - 1) / frequency;
  }
}
