package io.vmxlab.platform.device;

/**
 * The interrupt lines of a PC, 0 to 23: the first sixteen lead to the 8259s, and all to the I/O
 * APIC, where line 0 is at input 2.
 */
public final class InterruptRouter {
  private static final int TIMER = 0;
  private static final int TIMER_INPUT = 2;
  private static final int ISA_LINES = 16;

  private final InterruptControllers controllers;
  private final IoApic ioApic;

  /** Lines to both. */
  public InterruptRouter(InterruptControllers controllers, IoApic ioApic) {
    this.controllers = controllers;
    this.ioApic = ioApic;
  }

  /** The line with a number. */
  public InterruptLine line(int number) {
    return high -> set(number, high);
  }

  private void set(int line, boolean high) {
    if (line < ISA_LINES) {
      controllers.set(line, high);
    }
    ioApic.set(line == TIMER ? TIMER_INPUT : line, high);
  }
}
