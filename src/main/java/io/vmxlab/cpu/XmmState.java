package io.vmxlab.cpu;

import io.vmxlab.arch.Mxcsr;
import java.util.Arrays;

/** The XMM registers and MXCSR. SDM Vol. 1 "SSE Programming Environment". */
public final class XmmState {
  public static final int REGISTERS = 16;

  /** Bits 63:0 of XMM0 to XMM15. */
  public final long[] low = new long[REGISTERS];

  /** Bits 127:64 of XMM0 to XMM15. */
  public final long[] high = new long[REGISTERS];

  /** See {@link Mxcsr}. */
  public int mxcsr;

  XmmState() {
    powerUp();
  }

  /** As after power-up and RESET. INIT leaves them alone. */
  void powerUp() {
    Arrays.fill(low, 0);
    Arrays.fill(high, 0);
    mxcsr = Mxcsr.INITIAL;
  }
}
