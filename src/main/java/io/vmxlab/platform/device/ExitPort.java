package io.vmxlab.platform.device;

import java.util.OptionalInt;

/**
 * A port through which a program ends the run and reports a value, at the place of QEMU's
 * isa-debug-exit. 0 means success, any other value failure.
 */
public final class ExitPort implements PortDevice {
  /** Its first port. */
  public static final int PORT = 0xF4;

  /** Number of ports. */
  public static final int PORTS = 4;

  private final Runnable stop;
  private boolean written;
  private int value;

  /**
   * A port that nothing has been written to.
   *
   * @param stop ends the run after the current instruction
   */
  public ExitPort(Runnable stop) {
    this.stop = stop;
  }

  @Override
  public void out(int port, int width, int newValue) {
    written = true;
    value = width == 32 ? newValue : newValue & (1 << width) - 1;
    stop.run();
  }

  /** The value that was written last; empty if none was since the last {@link #clear}. */
  public OptionalInt reported() {
    return written ? OptionalInt.of(value) : OptionalInt.empty();
  }

  public void clear() {
    written = false;
  }
}
