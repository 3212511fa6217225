package io.vmxlab.platform.device;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * System control port A at port 92H: bit 1 is address line 20, where 0 masks it; a rising edge of
 * bit 0 resets.
 */
public final class SystemControlPort implements PortDevice {
  /** Its only port. */
  public static final int PORT = 0x92;

  private static final int RESET = 1;
  private static final int LINE_20 = 2;

  private final BooleanSupplier masked;
  private final Consumer<Boolean> mask;
  private final Runnable reset;
  private boolean resetBit;

  /**
   * A port whose bit 0 is not connected.
   *
   * @param masked whether A20M# is asserted
   * @param mask asserts A20M#, or deasserts it
   */
  public SystemControlPort(BooleanSupplier masked, Consumer<Boolean> mask) {
    this(masked, mask, () -> {});
  }

  /**
   * A port.
   *
   * @param masked whether A20M# is asserted
   * @param mask asserts A20M#, or deasserts it
   * @param reset resets what bit 0 is connected to
   */
  public SystemControlPort(BooleanSupplier masked, Consumer<Boolean> mask, Runnable reset) {
    this.masked = masked;
    this.mask = mask;
    this.reset = reset;
  }

  @Override
  public int in(int port, int width) {
    return (masked.getAsBoolean() ? 0 : LINE_20) | (resetBit ? RESET : 0);
  }

  @Override
  public void out(int port, int width, int value) {
    mask.accept((value & LINE_20) == 0);
    boolean before = resetBit;
    resetBit = (value & RESET) != 0;
    if (resetBit && !before) {
      reset.run();
    }
  }
}
