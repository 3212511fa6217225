package io.vmxlab.platform.device;

/** Bochs' shutdown port: the letters "Shutdown", one after another, switch the board off. */
public final class ShutdownPort implements PortDevice {
  /** Its only port. */
  public static final int PORT = 0x8900;

  private static final String WORD = "Shutdown";

  private final Runnable off;
  private int matched;

  /**
   * A port.
   *
   * @param off switches the board off
   */
  public ShutdownPort(Runnable off) {
    this.off = off;
  }

  @Override
  public void out(int port, int width, int value) {
    int letter = value & 0xFF;
    matched = letter == WORD.charAt(matched) ? matched + 1 : letter == WORD.charAt(0) ? 1 : 0;
    if (matched == WORD.length()) {
      matched = 0;
      off.run();
    }
  }
}
