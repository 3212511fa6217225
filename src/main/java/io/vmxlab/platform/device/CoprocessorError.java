package io.vmxlab.platform.device;

import io.vmxlab.cpu.ErrorPins;

/**
 * What a PC makes of FERR#: interrupt line 13, until a write to port F0H lets it go low and asserts
 * IGNNE# for as long as the error is pending. SDM Vol. 1 "Recommended External Hardware to Support
 * the MS-DOS Compatibility Sub-mode".
 */
public final class CoprocessorError implements PortDevice, ErrorPins {
  /** Its only port. */
  public static final int PORT = 0xF0;

  /** Its interrupt line. */
  public static final int LINE = 13;

  private final InterruptLine line;
  private boolean pending;
  private boolean ignoring;

  /** The logic between a processor and a line. */
  public CoprocessorError(InterruptLine line) {
    this.line = line;
  }

  @Override
  public void error(boolean asserted) {
    pending = asserted;
    if (asserted) {
      line.set(true);
    } else {
      ignoring = false;
    }
  }

  @Override
  public boolean ignores() {
    return ignoring;
  }

  @Override
  public void out(int port, int width, int value) {
    line.set(false);
    ignoring = pending;
  }
}
