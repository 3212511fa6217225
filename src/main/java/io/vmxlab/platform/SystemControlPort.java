package io.vmxlab.platform;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * System control port A at port 92H, of which bit 1 is address line 20: 0 masks it. Bit 0, which
 * resets the processor of a PC, is not connected.
 */
public final class SystemControlPort implements PortDevice {
  /** Its only port. */
  public static final int PORT = 0x92;

  private static final int LINE_20 = 2;

  private final BooleanSupplier masked;
  private final Consumer<Boolean> mask;

  /**
   * A port.
   *
   * @param masked whether A20M# is asserted
   * @param mask asserts A20M#, or deasserts it
   */
  public SystemControlPort(BooleanSupplier masked, Consumer<Boolean> mask) {
    this.masked = masked;
    this.mask = mask;
  }

  @Override
  public int in(int port, int width) {
    return masked.getAsBoolean() ? 0 : LINE_20;
  }

  @Override
  public void out(int port, int width, int value) {
    mask.accept((value & LINE_20) == 0);
  }
}
